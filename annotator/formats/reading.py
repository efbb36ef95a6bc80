"""Labelled data of any readable format -> checked labelled articles, with an account of what was kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from annotator.errors import InputError
from annotator.formats.assemble import Tally, assemble_article
from annotator.formats.documents import SUGGESTED, Document, Issue
from annotator.formats.merge import Piece, join_groups, merge_repeats
from annotator.formats.registry import open_source
from annotator.labelled import LabelledArticle, keep_latest
from annotator.labels import LABELS

NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file or folder holds. Of every label it says whether it was kept, snapped to its words or dropped."""

    path: Path
    format: str
    articles: tuple[LabelledArticle, ...]
    issues: tuple[Issue, ...]
    kept: int
    snapped: int
    dropped: int
    unread: int

    @property
    def is_whole(self) -> bool:
        """Whether every row was read and every label kept where it belongs."""
        return not self.dropped and not self.unread

    def describe(self) -> list[str]:
        """The account in lines: each issue with file and line, then the counts."""
        lines = [f"{self.path}: {self.format}, {len(self.articles)} articles"]
        # A misspelt label or a remark may come with every row: it is told once, with its number.
        often = Counter(issue.message for issue in self.issues if issue.kind in ("label", "note"))
        for issue in self.issues:
            if issue.kind not in ("label", "note"):
                lines.append(f"  {issue.where}: {issue.message}")
            elif count := often.pop(issue.message, 0):
                lines.append(f"  {issue.where}: {issue.message}" + (f" ({count} times)" if count > 1 else ""))
        if suggested := sum(SUGGESTED in article.meta for article in self.articles):
            lines.append(f"  {suggested} articles hold suggestions of a model that nobody has checked")
        unread = f", rows not read: {self.unread}" if self.unread else ""
        lines.append(f"  labels: {self.kept} kept, {self.snapped} snapped, {self.dropped} dropped{unread}")
        return lines


def read_data(path: Path | str, *, repair: bool = False, names: Mapping[str, str] = NO_NAMES) -> Reading:
    """Read labelled data; offsets and label names are checked, and with `repair` mended where that is unambiguous.

    `names` says which words of the file stand for which label; one that is none of ours becomes the `own_label` of its sentence.

    Raises InputError, naming what was found, where the format is not known or nothing is in it.
    """
    path = Path(path)
    tally = Tally(repair, names)
    formats, pieces = read_pieces(path, tally)
    articles = merge_repeats(pieces, tally)
    return Reading(
        path,
        " and ".join(formats),
        tuple(map(_part_own_labels, articles) if names else articles),
        tuple(tally.issues),
        tally.kept,
        tally.snapped,
        tally.dropped,
        tally.unread,
    )


def read_pieces(path: Path, tally: Tally) -> tuple[list[str], list[Piece]]:
    """The names of the formats, and the articles before repeats are brought together. Raises InputError as `read_data`."""
    if not path.exists():
        raise InputError(f"{path}: no such file or folder; check the spelling")
    source = open_source(path)
    documents = []
    for item in source.found:
        if isinstance(item, Document):
            documents.append(item)
        else:
            tally.unread += 1
            tally.tell("row", item.where or str(path), f"not read: {item}")
    for key, count in sorted(source.unknown_keys.items()):
        tally.tell("note", str(path), f"key {key} of sentences is not known and left out (in {count} articles)")
    pieces = [Piece(item, assemble_article(item, tally)) for item in keep_latest(documents)]
    return source.formats, join_groups(pieces)


def _part_own_labels(article: LabelledArticle) -> LabelledArticle:
    """The article with the labels that are none of ours in a place of their own."""
    return replace(
        article,
        sentences=tuple(
            item if item.label in (None, *LABELS) else replace(item, label=None, own_label=item.label)
            for item in article.sentences
        ),
    )


def take_checked(reading: Reading) -> list[LabelledArticle]:
    """The articles that a model may be trained on: those whose labels are not the suggestions of a model.

    Raises InputError where no sentence with a label is left, with the reason.
    """
    checked = [article for article in reading.articles if SUGGESTED not in article.meta]
    if not any(sentence.label or sentence.own_label for article in checked for sentence in article.sentences):
        raise InputError(f"{reading.path}: nothing to train on: {_say_why_empty(reading, len(checked))}")
    return checked


def _say_why_empty(reading: Reading, checked: int) -> str:
    if not reading.articles:
        return f"no labelled sentence in it; {reading.unread} rows could not be read"
    if suggested := len(reading.articles) - checked:
        return (
            f"the labels of {suggested} articles are suggestions of a model that nobody has checked; correct them with "
            "annotator review, or in your tool after annotator convert"
        )
    if reading.dropped:
        return f"its labels ({reading.dropped}) were all dropped, see above"
    return f"{len(reading.articles)} articles, but no labelled sentence in them"
