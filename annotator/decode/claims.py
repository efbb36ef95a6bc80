"""Spans, speech and quotations -> claims: which source goes with which cue and content, quote status and link."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from annotator.decode.kinds import name_kind
from annotator.decode.reading import Reading
from annotator.decode.spans import RoleSpan
from annotator.labels import ANONYMITY_TYPES, SOURCE_TYPES, SPEECH
from annotator.records import Claim, Quotation, Sentence, SourceScores, Span

_VERBATIM = SPEECH.index("verbatim")
_MOSTLY = 0.9  # share of the content inside quotation marks from which a claim counts as wholly direct
_POINTED = 0.5  # share of the pointer from which a claim without a source span takes the words it points to
_KIND_REACH = 12  # characters around a cue that tell its kind ("did not", "to comment")


@dataclass(slots=True)
class _Draft:
    """A claim in the making, anchored in one sentence."""

    sentence: int
    source: RoleSpan | None = None
    cue: RoleSpan | None = None
    content: list[RoleSpan] = field(default_factory=list)

    @property
    def own(self) -> list[Span]:
        """Source and cue, as far as there are any."""
        return [item.span for item in (self.source, self.cue) if item]


@dataclass(frozen=True)
class ClaimBuilder:
    """Builds the claims of one article from its speech probabilities (n, 3): none, paraphrase, verbatim."""

    text: str
    sentences: Sequence[Sentence]
    speech: np.ndarray
    quotations: Sequence[Quotation]  # in order, not overlapping
    reading: Reading
    calibration: dict[str, float]

    def build(self, spans: dict[str, list[RoleSpan]]) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
        """Claims, numbered in reading order, and the attributions in narration (wishes, plans, feelings: codebook 1.6).

        Conflicts between heads are settled so: the label decides whether a sentence holds a claim. A claim sentence
        without spans gets a claim whose content is the sentence; one that only carries on the content of an earlier claim
        joins it; spans in narration make no claim.
        """
        claims: list[Claim] = []
        attitudes: list[Claim] = []
        covered: set[int] = set()
        for sentence, own in zip(self.sentences, _index_spans(spans, len(self.sentences)), strict=True):
            drafts = group_spans(sentence.id, own)
            if not self.speaks[sentence.id]:
                whole = (draft for draft in drafts if draft.source and draft.cue and draft.content)
                attitudes += [
                    self._finish(f"b{number}", draft) for number, draft in enumerate(whole, len(attitudes) + 1)
                ]
            elif drafts or sentence.id not in covered:
                for draft in drafts or [_Draft(sentence.id)]:
                    claims.append(self._finish(f"c{len(claims) + 1}", draft))
                    covered.update(claims[-1].sentence_ids)
        return tuple(claims), tuple(attitudes)

    def _finish(self, name: str, draft: _Draft) -> Claim:
        home = self.sentences[draft.sentence]
        if draft.cue and not draft.source:
            draft.source = self._pointed_source(draft)
        content = [item.span for item in draft.content] or list(self._rest(home.span, draft.own))
        quotes = [
            quotation.span
            for span in content
            for quotation in self._quotations_in(span)
            if not any(quotation.span.overlap(own) for own in draft.own)  # a nickname in the source is no quotation
        ]
        quotes = list(dict.fromkeys(quotes))
        carried = {i for item in draft.content for i in item.sentences if self.speaks[i]}
        return Claim(
            id=name,
            sentence_ids=tuple(sorted({draft.sentence} | carried)),
            source=draft.source and draft.source.span,
            cue=draft.cue and draft.cue.span,
            content=tuple(content),
            quotes=tuple(quotes),
            quote_status=self._quote_status(draft.sentence, content, quotes),
            kind=self._kind(draft),
            link="explicit" if draft.own else "inherited" if quotes or self._quotations_in(home.span) else "spillover",
            scores=self._source_scores(draft),
        )

    def _pointed_source(self, draft: _Draft) -> RoleSpan | None:
        """The place in the sentence, outside quotations and cue, to which the pointer is sure that it points."""
        home = self.sentences[draft.sentence].span
        for place, share in self.reading.pointer[draft.sentence][:1]:
            inside = home.start <= place.start and place.end <= home.end
            if share < _POINTED or not inside or self._quotations_in(place) or place.overlap(draft.cue.span):
                return None
            starts, ends = self.reading.words[:, 0], self.reading.words[:, 1]
            words = np.flatnonzero((starts < place.end) & (ends > place.start))
            first, last = int(words[0]), int(words[-1])
            return RoleSpan(Span(int(starts[first]), int(ends[last])), first, last, (draft.sentence,))
        return None

    def _rest(self, home: Span, taken: list[Span]) -> Iterator[Span]:
        """What is left of a sentence without its source and cue: the longest stretch, trimmed of space."""
        cuts = sorted(taken, key=lambda span: span.start)
        edges = [home.start, *(edge for span in cuts for edge in (span.start, span.end)), home.end]
        pieces = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
        pieces = [piece for piece in pieces if self.text[piece.start : piece.end].strip(" \t\r\n,.;:")]
        if pieces:
            best = max(pieces, key=lambda span: span.end - span.start)
            words = self.text[best.start : best.end]
            yield Span(best.start + len(words) - len(words.lstrip()), best.end - len(words) + len(words.rstrip()))

    def _kind(self, draft: _Draft) -> str | None:
        if not draft.cue:
            return None
        cue = draft.cue.span
        return name_kind(self.text[max(0, cue.start - _KIND_REACH) : cue.end + _KIND_REACH])

    @cached_property
    def speaks(self) -> np.ndarray:
        """(n,) true where a sentence puts content on somebody else's account."""
        return self.speech[:, 0] < 0.5

    @cached_property
    def _bounds(self) -> tuple[list[int], list[int]]:
        return [quotation.start for quotation in self.quotations], [quotation.end for quotation in self.quotations]

    def _quotations_in(self, span: Span) -> Sequence[Quotation]:
        """The quotations that share a character with a span."""
        starts, ends = self._bounds
        return self.quotations[bisect_right(ends, span.start) : bisect_left(starts, span.end)]

    def _quote_status(self, sentence: int, content: list[Span], quotes: list[Span]) -> str:
        """direct, mixed or indirect by the share of the content's letters that stands inside quotation marks.

        Where the sentence has none it goes by the speech: an answer in a transcript or a reprinted statement is direct.
        """
        if not quotes:
            marked = self._quotations_in(self.sentences[sentence].span)
            return "direct" if not marked and self.speech[sentence].argmax() == _VERBATIM else "indirect"
        total = sum(self._letters(span.start, span.end) for span in content)
        quoted = sum(
            self._letters(max(span.start, quote.start), min(span.end, quote.end))
            for span in content
            for quote in quotes
        )
        return "direct" if quoted >= _MOSTLY * total else "mixed"

    def _letters(self, start: int, end: int) -> int:
        return sum(map(str.isalnum, self.text[start:end]))

    def _source_scores(self, draft: _Draft) -> SourceScores:
        """Type and anonymity from the words of the source and from the marker of the sentence, each counting half."""
        reading = self.reading
        types, anonymity = reading.types[draft.sentence], reading.anonymity[draft.sentence]
        if draft.source:
            words = slice(draft.source.first, draft.source.last + 1)
            types = (types + reading.word_types[words].mean(0)) / 2
            anonymity = (anonymity + reading.word_anonymity[words].mean(0)) / 2
        logit = float(reading.anonymous[draft.sentence]) / self.calibration.get("anonymous", 1.0)
        return SourceScores(
            types=dict(zip(SOURCE_TYPES, _softmax(types), strict=True)),
            anonymity=dict(zip(ANONYMITY_TYPES, _softmax(anonymity), strict=True)),
            anonymous=float(1 / (1 + np.exp(-logit))),
            pointer=reading.pointer[draft.sentence],
        )


def group_spans(sentence: int, spans: dict[str, list[RoleSpan]]) -> list[_Draft]:
    """The attributions that a sentence opens: every cue takes the nearest source, every content the nearest cue.

    Without a cue (colon, dash, bare speaker) the sources take the contents; without either the contents, if any, make one
    attribution that nobody in this sentence answers for.
    """
    sources, cues, contents = spans["source"], spans["cue"], spans["content"]
    drafts = [_Draft(sentence, cue=cue) for cue in cues] or [_Draft(sentence, source=source) for source in sources]
    if not drafts:
        return [_Draft(sentence, content=contents)] if contents else []
    for draft in drafts:
        if draft.cue and sources:
            cue = draft.cue.span
            draft.source = min(sources, key=lambda source: _gap(source.span, cue))
    for content in contents:
        min(drafts, key=lambda draft: min(_gap(content.span, own) for own in draft.own)).content.append(content)
    return [draft for draft in drafts if draft.content] or drafts[:1]


def _gap(a: Span, b: Span) -> int:
    return max(a.start - b.end, b.start - a.end, 0)


def _index_spans(spans: dict[str, list[RoleSpan]], sentences: int) -> list[dict[str, list[RoleSpan]]]:
    """The spans of each role by the sentence in which they open."""
    index: list[dict[str, list[RoleSpan]]] = [{role: [] for role in spans} for _ in range(sentences)]
    for role, found in spans.items():
        for span in found:
            index[span.sentences[0]][role].append(span)
    return index


def _softmax(logits: np.ndarray) -> list[float]:
    shares = np.exp(logits - logits.max())
    return [float(share) for share in shares / shares.sum()]
