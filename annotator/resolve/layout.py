"""Where things stand: sentences, paragraphs and quotations by offset."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from annotator.records import Quotation, Sentence, Span
from annotator.resolve.names import Name
from annotator.resolve.roster import Entity, Roster


class Layout:
    """Lookups by offset over the sentences and quotations of one text. Sentence ids must be their positions."""

    def __init__(self, text: str, sentences: Sequence[Sentence], quotations: Sequence[Quotation]) -> None:
        self.text = text
        self.sentences = tuple(sentences)
        self._starts = [sentence.start for sentence in self.sentences]
        self.quotations = sorted(quotations, key=lambda quotation: quotation.start)
        self._quote_starts = [quotation.start for quotation in self.quotations]
        self.paragraph: list[int] = []
        number = -1
        for i, sentence in enumerate(self.sentences):
            gap = text[self.sentences[i - 1].end : sentence.start] if i else "\n"
            number += i == 0 or sentence.opens_paragraph or "\n" in gap
            self.paragraph.append(number)

    def sentence_at(self, offset: int) -> int:
        """Position of the sentence that holds an offset (the last that begins at or before it)."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def sentence_bounds(self, position: int) -> tuple[int, int]:
        """Start and end of a sentence."""
        return self.sentences[position].start, self.sentences[position].end

    def bounds(self, ids: Sequence[int]) -> tuple[int, int]:
        """Start of the first and end of the last of some sentences."""
        if not ids:
            return 0, 0
        return self.sentences[ids[0]].start, self.sentences[ids[-1]].end

    def start_of(self, ids: Sequence[int]) -> int:
        """Start of the first of some sentences."""
        return self.bounds(ids)[0]

    def same_paragraph(self, one: int, other: int) -> bool:
        """Whether two sentences stand in one paragraph."""
        return self.paragraph[one] == self.paragraph[other]

    def paragraph_start(self, position: int) -> int:
        """Offset at which the paragraph of a sentence begins."""
        if not self.sentences:
            return 0
        return self.sentences[bisect_left(self.paragraph, self.paragraph[position])].start

    def quoted(self, offset: int) -> bool:
        """Whether an offset lies inside a quotation."""
        index = bisect_right(self._quote_starts, offset) - 1
        return index >= 0 and offset < self.quotations[index].end

    def groups_in(self, spans: Iterable[Span]) -> set[int]:
        """Groups of the quotations that share characters with the spans."""
        groups = set()
        for span in spans:
            index = max(0, bisect_right(self._quote_starts, span.start) - 1)
            while index < len(self.quotations) and self.quotations[index].start < span.end:
                if self.quotations[index].end > span.start:
                    groups.add(self.quotations[index].group)
                index += 1
        return groups

    def has_quote(self, position: int) -> bool:
        """Whether a sentence holds any part of a quotation."""
        start, end = self.sentence_bounds(position)
        return bool(self.groups_in([Span(start, end)]))

    def subject(self, roster: Roster, position: int) -> Name | None:
        """The name that opens a sentence, if one does, outside quotations."""
        start, end = self.sentence_bounds(position)
        names = [name for name in roster.within(start, end) if not self.quoted(name.start)]
        if not names or names[0].possessive or names[0].full_start - start > 40:
            return None
        before = self.text[start : names[0].full_start]
        return (
            None
            if re.search(r"\b(?:in|on|at|of|for|from|by|with|to|after|before|near|against)\s(?:the\s)?$", before)
            else names[0]
        )

    def subject_before(self, roster: Roster, position: int) -> Entity | None:
        """The person who opens the sentence before, in the same paragraph (row 12)."""
        if position == 0:
            return None
        name = self.subject(roster, position - 1)
        entity = roster.at(name) if name is not None else None
        return entity if entity is not None and entity.kind == "person" else None

    def find_interviewee(self, roster: Roster) -> Entity | None:
        """Who answers in a transcript: the person of the headline, else the one named most."""
        people = [entity for entity in roster.entities if entity.kind in ("person", "unknown") and len(entity.key) > 1]
        head = self.sentences[0].end if self.sentences else 0
        first = [entity for entity in people if entity.first < head]
        chosen = first or people
        return max(chosen, key=lambda entity: (len(entity.names), -entity.first), default=None)
