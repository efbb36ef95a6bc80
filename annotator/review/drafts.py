"""Where the articles of a review come from: the records of a run, or the label files of two coders.

A shelf lists its articles and opens one as a `Draft`, without looking at what has been decided since.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from annotator.errors import InputError
from annotator.labelled import LabelledArticle, read_labelled
from annotator.records import Article
from annotator.review.coding import Coding, Place, suggest_coding
from annotator.review.compare import find_differences, merge_codings
from annotator.review.labelling import read_coding
from annotator.write.folder import RECORDS

TITLE_LENGTH = 140
_OPEN_DRAFTS = 8  # parsed articles kept in memory


@dataclass(frozen=True, slots=True)
class Draft:
    """One article to code. `targets` are the sentences that most need a look, the first one first.

    When two coders are compared, `rivals` holds their codings by name and `differences` the fields by sentence.
    """

    article: Article
    places: tuple[Place, ...]
    coding: Coding
    targets: tuple[int, ...]
    rivals: Mapping[str, Coding]
    differences: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Heading:
    """An article in the list."""

    id: str
    title: str
    outlet: str | None
    published: str | None
    sentences: int
    targets: tuple[int, ...]
    lowest: float | None  # lowest confidence among the targets


class Shelf(Protocol):
    """The articles of a review."""

    headings: Sequence[Heading]
    by_targets: bool  # whether one goes from target to target, not from sentence to sentence

    def open_draft(self, number: int) -> Draft:
        """The article at a place in `headings`."""


class RunShelf:
    """The records of a run, read one at a time from their place in the file.

    `queue` limits them to the articles and sentences of a queue, in its order; `progress` is told what was read, and of how
    much. Raises InputError if there is no whole run.
    """

    def __init__(
        self,
        out: Path,
        queue: Mapping[str, Sequence[int]] | None = None,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        self._path = out / RECORDS
        if not self._path.is_file():
            raise InputError(f"{out}: holds no {RECORDS}; name a folder written by `annotator annotate PATH -o FOLDER`")
        self._queue = queue
        self.by_targets = queue is not None
        found: dict[str, tuple[int, Heading]] = {}
        start, size = 0, self._path.stat().st_size
        with self._path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                record = self._parse(line, number)
                identity = record["article"]["id"]
                if record["sentences"] and (queue is None or identity in queue):  # nothing to label in emoji alone
                    found[identity] = (start, self._head(record))
                start += len(line)
                if progress:
                    progress("megabytes read", start // 1_000_000, size // 1_000_000)
        missing = [identity for identity in queue or () if identity not in found]
        if missing:
            raise InputError(f"{out}: lacks {len(missing)} articles of the queue, the first is {missing[0]}")
        ordered = [found[identity] for identity in queue] if queue is not None else list(found.values())
        if not ordered:
            raise InputError(f"{self._path}: holds no article")
        self._starts = [start for start, _ in ordered]
        self.headings = [heading for _, heading in ordered]
        self.open_draft = lru_cache(_OPEN_DRAFTS)(self._open)

    def _open(self, number: int) -> Draft:
        with self._path.open("rb") as lines:
            lines.seek(self._starts[number])
            record = self._parse(lines.readline(), number + 1)
        item = record["article"]
        article = Article(**{field.name: item.get(field.name) for field in fields(Article)})
        places, coding = suggest_coding(record)
        return Draft(article, places, coding, self.headings[number].targets, {}, {})

    def _parse(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            record = json.loads(line)
            record["article"]["id"], record["sentences"], record["claims"], record["sources"]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{self._path}:{number}: not an annotated article ({error!r}); annotate again") from error
        return record

    def _head(self, record: Mapping[str, Any]) -> Heading:
        article, sentences = record["article"], record["sentences"]
        if self._queue is not None:
            targets = self._queue[article["id"]]
            if not all(0 <= number < len(sentences) for number in targets):
                raise InputError(
                    f"{article['id']}: the queue names a sentence that the run lacks; make both anew from the same articles"
                )
        else:
            doubtful = (number for number, sentence in enumerate(sentences) if sentence["needs_review"])
            targets = sorted(doubtful, key=lambda number: sentences[number]["confidence"])
        return Heading(
            article["id"],
            find_title(article["title"], article["text"], article["id"]),
            article["outlet"],
            article["published"],
            len(sentences),
            tuple(targets),
            min((sentences[number]["confidence"] for number in targets), default=None),
        )


class PairShelf:
    """The articles that two coders have labelled; the targets are the sentences in which they differ.

    Raises InputError where both files have an article of one id with different texts or sentences.
    """

    def __init__(self, a: Path, b: Path) -> None:
        self.by_targets = True
        self._names = name_coders(a, b)
        self._files = (a, b)
        ours, theirs = ({article.id: article for article in read_labelled(path)} for path in (a, b))
        self._pairs = [(ours.get(identity), theirs.get(identity)) for identity in {**ours, **theirs}]
        if not self._pairs:
            raise InputError(f"{a}, {b}: hold no article")
        self.open_draft = lru_cache(_OPEN_DRAFTS)(self._open)
        self.headings = [self._head(number) for number in range(len(self._pairs))]

    def _head(self, number: int) -> Heading:
        draft = self._open(number)
        article = draft.article
        title = find_title(article.title, article.text, article.id)
        return Heading(article.id, title, article.outlet, article.published, len(draft.places), draft.targets, None)

    def _open(self, number: int) -> Draft:
        both = [article for article in self._pairs[number] if article is not None]
        first = both[0]
        read = [read_coding(article) for article in both]
        places = read[0][0]
        if any(item.text != first.text for item in both) or any(not _same_places(places, other) for other, _ in read):
            names = " and ".join(str(path) for path in self._files)
            raise InputError(f"{names} hold different texts or sentences of {first.id}; compare codings of one run")
        article = _read_article(first)
        if len(both) == 1:
            return Draft(article, places, read[0][1], (), {}, {})
        a, b = read[0][1], read[1][1]
        differences = find_differences(first.text, places, a, b)
        merged = merge_codings(places, a, b, differences)
        return Draft(
            article, places, merged, tuple(differences), dict(zip(self._names, (a, b), strict=True)), differences
        )


def name_coders(a: Path, b: Path) -> tuple[str, str]:
    """Names of two coders by their files, told apart by the folder where the files have one name."""
    if a.stem != b.stem:
        return a.stem, b.stem
    return f"{a.parent.name}/{a.stem}", f"{b.parent.name}/{b.stem}"


def find_title(title: str | None, text: str, identity: str) -> str:
    """The title of an article, else the beginning of its text, else its id."""
    line = next((line.strip() for line in (title or text[:2_000]).splitlines() if line.strip()), identity)
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"


def _same_places(ours: Sequence[Place], theirs: Sequence[Place]) -> bool:
    return [(place.start, place.end) for place in ours] == [(place.start, place.end) for place in theirs]


def _read_article(article: LabelledArticle) -> Article:
    meta = article.meta
    return Article(
        article.id,
        article.text,
        title=meta.get("title"),
        outlet=meta.get("outlet"),
        url=meta.get("url"),
        published=meta.get("date"),
    )
