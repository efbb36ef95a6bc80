"""One review: the articles of a shelf, the log that takes every decision, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from annotator.errors import InputError
from annotator.labelled import REVIEW, LabelledArticle
from annotator.review.codebook import Codebook
from annotator.review.coding import Coding, Place, parse_coding
from annotator.review.compare import merge_codings
from annotator.review.drafts import Draft, Heading, Shelf
from annotator.review.labelling import label_article, read_coding
from annotator.review.log import LabelLog

DECISIONS = ("label", "span", "claim", "source", "link", "check", "take", "undo", "redo", "agreement")


class StaleCoding(InputError):
    """Another window has changed the article meanwhile."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an article is: sentences that are checked, and targets that are not."""

    checked: int
    open_targets: int
    revision: int


class Session:
    """Articles are named by their place in the shelf. Not for several threads.

    With `is_adjudication`, what both coders agree on is written at the start. Raises InputError where the log holds another
    text for an article of the shelf, or other sentences.
    """

    def __init__(self, shelf: Shelf, log: LabelLog, coder: str | None = None, is_adjudication: bool = False) -> None:
        self._shelf, self._log, self._coder = shelf, log, coder
        self.is_adjudication = is_adjudication
        self._progress = [Progress(0, len(heading.targets), 0) for heading in shelf.headings]
        for number, heading in enumerate(shelf.headings):
            if heading.id in log:
                coding, revision = self._find_coding(shelf.open_draft(number))
                self._note_progress(number, coding, revision)
            elif is_adjudication:
                self._write(number, shelf.open_draft(number).coding, 0, {"decision": "agreement"})

    @property
    def headings(self) -> list[tuple[Heading, Progress]]:
        """The articles and how far each is."""
        return list(zip(self._shelf.headings, self._progress, strict=True))

    def describe(self, codebook: Codebook) -> dict[str, Any]:
        """What the browser needs before the first article."""
        return {
            "coder": self._coder,
            "file": self._log.path.name,
            "adjudication": self.is_adjudication,
            "by_targets": self._shelf.by_targets,
            "codebook": codebook.to_dict(),
            "articles": [_head_to_dict(heading, progress) for heading, progress in self.headings],
        }

    def open_article(self, number: int) -> dict[str, Any]:
        """One article with its coding as it stands."""
        draft = self._shelf.open_draft(number)
        coding, revision = self._find_coding(draft)
        article = draft.article
        return {
            "id": article.id,
            "title": article.title,
            "outlet": article.outlet,
            "url": article.url,
            "published": article.published,
            "text": article.text,
            "sentences": [_place_to_dict(place) for place in draft.places],
            "targets": list(draft.targets),
            "rivals": [{"name": name, "coding": rival.to_dict()} for name, rival in draft.rivals.items()],
            "differences": {str(number): list(fields) for number, fields in draft.differences.items()},
            "coding": coding.to_dict(),
            "revision": revision,
        }

    def save_coding(self, number: int, message: Mapping[str, Any]) -> dict[str, Any]:
        """Append one decision and tell how far the article is now.

        `message` has `revision` (that of the coding it changes), `decision`, `sentence` and `coding`. Raises InputError
        for a message that does not fit the article, StaleCoding for another revision, OSError where the disk fails.
        """
        draft = self._shelf.open_draft(number)
        decision, sentence = message.get("decision"), message.get("sentence")
        if decision not in DECISIONS:
            raise InputError(f"unknown decision {decision!r}")
        if type(sentence) is not int or not 0 <= sentence < len(draft.places):
            raise InputError(f"the article has no sentence {sentence!r}")
        revision = self._progress[number].revision
        if message.get("revision") != revision:
            raise StaleCoding(f"the article is at revision {revision}; load it again")
        coding = parse_coding(message.get("coding"), draft.places, len(draft.article.text))
        progress = self._write(number, coding, revision, {"decision": decision, "sentence": sentence})
        return {
            "revision": progress.revision,
            "checked": progress.checked,
            "open_targets": progress.open_targets,
        }

    def _write(self, number: int, coding: Coding, revision: int, decision: dict[str, Any]) -> Progress:
        draft = self._shelf.open_draft(number)
        review = {"revision": revision + 1, **decision}
        if self._coder is not None:
            review |= {"coder": self._coder, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        self._log.append(label_article(draft.article, draft.places, coding, review))
        return self._note_progress(number, coding, revision + 1)

    def _note_progress(self, number: int, coding: Coding, revision: int) -> Progress:
        still_open = sum(not coding.checked[sentence] for sentence in self._shelf.headings[number].targets)
        self._progress[number] = Progress(sum(coding.checked), still_open, revision)
        return self._progress[number]

    def _find_coding(self, draft: Draft) -> tuple[Coding, int]:
        """The last coding in the log, else that of the draft, and its revision."""
        if draft.article.id not in self._log:
            return draft.coding, 0
        stored = self._log.read(draft.article.id)
        places, coding = read_coding(stored)
        _check_same(draft, stored, places, self._log)
        if (stored.meta.get(REVIEW) or {}).get("coding") is None:
            coding = _fill_unchecked(coding, draft)
        return coding, int((stored.meta.get(REVIEW) or {}).get("revision", 0))


def _check_same(draft: Draft, stored: LabelledArticle, places: tuple[Place, ...], log: LabelLog) -> None:
    if stored.text != draft.article.text:
        raise InputError(
            f"{log.path}: has another text for article {stored.id}; name another file with --labels for this run"
        )
    if [(place.start, place.end) for place in places] != [(place.start, place.end) for place in draft.places]:
        raise InputError(
            f"{log.path}: cuts article {stored.id} into other sentences, as another version of annotator did; "
            "name another file with --labels"
        )


def _fill_unchecked(coding: Coding, draft: Draft) -> Coding:
    """Labels of another tool say nothing of the other sentences: there the suggestions of the model stay."""
    everything = replace(draft.coding, checked=(True,) * len(draft.places))
    unchecked = [number for number, checked in enumerate(coding.checked) if not checked]
    return merge_codings(draft.places, coding, everything, unchecked)


def _head_to_dict(heading: Heading, progress: Progress) -> dict[str, Any]:
    return {
        "id": heading.id,
        "title": heading.title,
        "outlet": heading.outlet,
        "published": heading.published,
        "sentences": heading.sentences,
        "targets": len(heading.targets),
        "lowest": heading.lowest,
        "checked": progress.checked,
        "open_targets": progress.open_targets,
    }


def _place_to_dict(place: Place) -> dict[str, Any]:
    said = place.suggestion
    return {
        "start": place.start,
        "end": place.end,
        "zone": place.zone,
        "label": said and said.label,
        "confidence": said and said.confidence,
        "probabilities": said and dict(said.probabilities or {}),
        "needs_review": bool(said and said.needs_review),
    }
