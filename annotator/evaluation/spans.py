"""Span measures for source, cue and content, as the published systems count them, and for whole claims (tuples).

Each contiguous piece of a claim's source, cue or content is one span; pieces of one claim with only white space between
them are one piece; the same piece in two claims counts once, as in a BIO tagging. All measures are micro-averaged.

- exact: `[start, end)` equal after white space at the ends is cut (CofeNet)
- words: equal after quote marks and other punctuation at the ends are cut too (symbols such as $ and % stay)
- sentence: exact, with gold and predicted spans cut at the ends of gold sentences: a long quotation counts per sentence
- begin: same start (CofeNet)
- overlap: tokens shared / predicted (precision) and / gold (recall) (Citron)
- coverage_30, coverage_80: greedy one-to-one; found where more than 0.3 (0.8) of the gold characters are covered
  (GenderGapTracker)
- jaccard: mean over gold spans of the best intersection / union, with a 0 for each predicted span that touches none
  (CofeNet)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from annotator.labelled import LabelledArticle
from annotator.labels import SPAN_ROLES
from annotator.records import Claim, Span

MEASURES = ("exact", "words", "sentence", "begin", "overlap", "coverage_30", "coverage_80")
TUPLE_MEASURES = ("exact", "words", "overlap")

_TOKEN = re.compile(r"\w+|[^\w\s]")
_EDGE = re.compile(r"[^\w$€£¥%#@&+]+")

Pieces = frozenset[Span]
ClaimSpans = dict[str, Pieces]  # role -> pieces


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one article: predicted items that are right, gold items that are found, and both totals."""

    hits: int
    found: int
    predicted: int
    gold: int


@dataclass(frozen=True, slots=True)
class JaccardSum:
    """Sum of best intersection / union of one article, and the number of spans that it is a mean over."""

    total: float
    spans: int


def list_gold_claims(article: LabelledArticle) -> list[ClaimSpans]:
    """The gold spans of each claim by role, trimmed; spans without a claim id are claims of their own."""
    groups: dict[object, dict[str, list[Span]]] = {}
    for number, span in enumerate(article.spans):
        key = span.claim if span.claim is not None else number
        groups.setdefault(key, {role: [] for role in SPAN_ROLES})[span.label].append(span.span)
    return [{role: join_pieces(article.text, spans) for role, spans in roles.items()} for roles in groups.values()]


def list_predicted_claims(text: str, claims: Iterable[Claim]) -> list[ClaimSpans]:
    """The spans of each predicted claim by role, in the form of the gold ones; claims without any span are left out."""
    rows = [
        {
            "source": join_pieces(text, [claim.source] if claim.source else []),
            "cue": join_pieces(text, [claim.cue] if claim.cue else []),
            "content": join_pieces(text, claim.content),
        }
        for claim in claims
    ]
    return [row for row in rows if any(row.values())]


def join_pieces(text: str, spans: Iterable[Span]) -> Pieces:
    """Spans without white space at their ends; those that overlap or have only white space between them become one."""
    joined: list[Span] = []
    for span in sorted((trim_space(text, span) for span in spans), key=lambda span: (span.start, span.end)):
        if span.start == span.end:
            continue
        if joined and not text[joined[-1].end : span.start].strip():
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return frozenset(joined)


def trim_space(text: str, span: Span) -> Span:
    """The span without white space at its ends."""
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.start + len(words.rstrip())))


def trim_marks(text: str, span: Span) -> Span:
    """The span without punctuation, quote marks and white space at its ends; as it is where nothing else is in it."""
    start, end = span.start, span.end
    while start < end and _EDGE.fullmatch(text[start]):
        start += 1
    while end > start and _EDGE.fullmatch(text[end - 1]):
        end -= 1
    return Span(start, end) if start < end else span


def cut_spans(text: str, spans: Iterable[Span], sentences: Sequence[Span]) -> set[Span]:
    """The parts of the spans inside each sentence, trimmed."""
    parts = (
        Span(max(span.start, sentence.start), min(span.end, sentence.end))
        for span in spans
        for sentence in sentences
        if span.overlap(sentence)
    )
    return {part for part in (trim_space(text, part) for part in parts) if part.start < part.end}


def count_spans(text: str, sentences: Sequence[Span], gold: set[Span], predicted: set[Span]) -> dict[str, Counts]:
    """Counts of every measure in MEASURES for the spans of one role in one article."""
    return {
        "exact": _count_equal(gold, predicted),
        "words": _count_equal({trim_marks(text, s) for s in gold}, {trim_marks(text, s) for s in predicted}),
        "sentence": _count_equal(cut_spans(text, gold, sentences), cut_spans(text, predicted, sentences)),
        "begin": _count_begins(gold, predicted),
        "overlap": _count_equal(_list_tokens(text, gold), _list_tokens(text, predicted)),
        "coverage_30": _count_covered(gold, predicted, 0.3),
        "coverage_80": _count_covered(gold, predicted, 0.8),
    }


def sum_jaccard(gold: set[Span], predicted: set[Span]) -> JaccardSum:
    """The best intersection / union of each gold span, and a 0 for each predicted span that touches no gold span."""
    best = sum(max((_measure_jaccard(span, other) for other in predicted), default=0.0) for span in gold)
    spurious = sum(not any(span.overlap(other) for other in gold) for span in predicted)
    return JaccardSum(best, len(gold) + spurious)


def count_tuples(text: str, gold: Sequence[ClaimSpans], predicted: Sequence[ClaimSpans]) -> dict[str, Counts]:
    """Whole claims of one article that are right: source, cue and content all equal (exact, words) or all overlapping.

    A part that the gold claim lacks must be absent. Each predicted claim answers for one gold claim at most.
    """

    def trimmed(pieces: Pieces) -> Pieces:
        return frozenset(trim_marks(text, span) for span in pieces)

    tests: dict[str, Callable[[Pieces, Pieces], bool]] = {
        "exact": lambda a, b: a == b,
        "words": lambda a, b: trimmed(a) == trimmed(b),
        "overlap": lambda a, b: a == b or any(x.overlap(y) for x in a for y in b),
    }
    return {name: _count_matched(gold, predicted, test) for name, test in tests.items()}


def _count_matched(gold, predicted, test: Callable[[Pieces, Pieces], bool]) -> Counts:
    free = list(predicted)
    matched = 0
    for claim in gold:
        for other in free:
            if all(test(claim[role], other[role]) for role in SPAN_ROLES):
                free.remove(other)
                matched += 1
                break
    return Counts(matched, matched, len(predicted), len(gold))


def _count_equal(gold: set, predicted: set) -> Counts:
    shared = len(gold & predicted)
    return Counts(shared, shared, len(predicted), len(gold))


def _count_begins(gold: set[Span], predicted: set[Span]) -> Counts:
    gold_starts, predicted_starts = {span.start for span in gold}, {span.start for span in predicted}
    return Counts(
        sum(span.start in gold_starts for span in predicted),
        sum(span.start in predicted_starts for span in gold),
        len(predicted),
        len(gold),
    )


def _list_tokens(text: str, spans: Iterable[Span]) -> set[int]:
    """Starts of the tokens inside the spans; a token that a span cuts counts from where the span begins."""
    return {match.start() for span in spans for match in _TOKEN.finditer(text, span.start, span.end)}


def _count_covered(gold: set[Span], predicted: set[Span], threshold: float) -> Counts:
    """Greedy one-to-one, best covered pair first."""
    pairs = sorted(
        (
            (-shared / (span.end - span.start), span.start, other.start, span, other)
            for span in gold
            for other in predicted
            if (shared := span.overlap(other)) > threshold * (span.end - span.start)
        ),
        key=lambda pair: pair[:3],
    )
    used_gold, used = set(), set()
    for *_, span, other in pairs:
        if span not in used_gold and other not in used:
            used_gold.add(span)
            used.add(other)
    return Counts(len(used), len(used), len(predicted), len(gold))


def _measure_jaccard(span: Span, other: Span) -> float:
    shared = span.overlap(other)
    return shared / (span.end - span.start + other.end - other.start - shared)
