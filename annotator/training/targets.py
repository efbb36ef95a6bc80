"""Labelled article and window -> what each head should say. What is not known is IGNORE and earns no loss."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from annotator.labelled import LabelledArticle, LabelledSentence
from annotator.labels import ANONYMITY_TYPES, ANONYMOUS, ATTRIBUTED, NARRATION, QUOTE, SOURCE_TYPES, SPAN_ROLES, SPEECH
from annotator.records import Sentence, Span
from annotator.windows import Window

IGNORE = -100  # what is not known and earns no loss
SOME_CLAIM = -1  # speech of a claim whose wording, paraphrase or verbatim, is not known
SOME_IDENTIFIED, SOME_ANONYMOUS = -1, -2  # type of a source of which only the label of its sentence speaks
OUTSIDE, BEGIN, INSIDE = 0, 1, 2

_SPEECH = {NARRATION: "none", ATTRIBUTED: "paraphrase", QUOTE: "verbatim"}
_SPEECH_OF_STATUS = {"direct": "verbatim", "indirect": "paraphrase"}
PRONOUNS = frozenset(
    {"he", "she", "they", "it", "we", "i", "who", "which", "that", "him", "her", "them", "his", "their", "its", "one"}
)


def gold_sentences(article: LabelledArticle) -> list[Sentence]:
    """The sentences of a labelled article as `segment` would hand them on; one without a label is kept as context."""
    out, end = [], 0
    for number, gold in enumerate(article.sentences):
        opens = number == 0 or "\n" in article.text[end : gold.start]
        out.append(Sentence(number, gold.start, gold.end, opens_paragraph=opens))
        end = gold.end
    return out


def speech_target(sentence: LabelledSentence) -> int:
    """Index into SPEECH; SOME_CLAIM for an anonymous claim whose quote status does not decide; IGNORE without a label."""
    if sentence.label is None:
        return IGNORE
    if sentence.label == ANONYMOUS:
        speech = _SPEECH_OF_STATUS.get(sentence.quote_status or "")
        return SPEECH.index(speech) if speech else SOME_CLAIM
    return SPEECH.index(_SPEECH[sentence.label])


def own_target(sentence: LabelledSentence, own_labels: Sequence[str]) -> int:
    """Index into the labels that a user added, from 1 on; 0 for a sentence with one of ours, IGNORE without any."""
    if sentence.own_label in own_labels:
        return 1 + own_labels.index(sentence.own_label)
    return 0 if own_labels and sentence.label else IGNORE


def build_targets(article: LabelledArticle, window: Window, own_labels: Sequence[str] = ()) -> dict[str, Any]:
    """Targets of one window: speech, anonymous and own (S,), tags (T, role), types, anonymity and weights (T,), and the list
    `pointer` of (sentence, token) pairs."""
    size = len(window)
    gold = [article.sentences[i] for i in window.sentence_ids]
    targets: dict[str, Any] = {
        "speech": np.array([speech_target(s) for s in gold], dtype=np.int64),
        "anonymous": np.array(
            [IGNORE if s.label in (None, NARRATION) else int(s.label == ANONYMOUS) for s in gold], dtype=np.int64
        ),
        "own": np.array([own_target(s, own_labels) for s in gold], dtype=np.int64),
        "tags": _tag_targets(article, window, gold),
        "types": np.full(size, IGNORE, dtype=np.int64),
        "anonymity": np.full(size, IGNORE, dtype=np.int64),
        "weights": np.zeros(size, dtype=np.float32),
        "pointer": [],
    }
    mentions: dict[str, np.ndarray] = {}
    for number, (sentence, marker) in enumerate(zip(gold, window.markers, strict=True)):
        if sentence.label in (None, NARRATION):
            continue
        _set_type(targets, sentence, np.asarray([marker], dtype=np.int64))
        if sentence.source and holds_whole_words(article.text, sentence.source):
            _set_type(targets, sentence, _tokens_in(window, sentence.source))
        if sentence.source_name:
            if sentence.source_name not in mentions:
                mentions[sentence.source_name] = _mention_tokens(article, window, sentence)
            found = mentions[sentence.source_name]
            named = found if len(found) else np.asarray([marker])
            targets["pointer"] += [(number, int(token)) for token in named]
    return targets


def _set_type(targets: dict[str, Any], sentence: LabelledSentence, tokens: np.ndarray) -> None:
    """Type and anonymity of a source at its tokens; where the coders gave none, what the label says of them."""
    by_label = SOME_ANONYMOUS if sentence.label == ANONYMOUS else SOME_IDENTIFIED
    for name, value, values in (
        ("types", sentence.source_type, SOURCE_TYPES),
        ("anonymity", sentence.anonymity_type, ANONYMITY_TYPES),
    ):
        targets[name][tokens] = values.index(value) if value in values else by_label
    targets["weights"][tokens] = 1 / max(1, len(tokens))


def _tag_targets(article: LabelledArticle, window: Window, gold: list[LabelledSentence]) -> np.ndarray:
    """(T, role). With gold spans all roles are known; without, only the source, and only of claims whose source was coded.

    Of a sentence without a label, and of a claim without any span in an article that has some, nothing is known.
    """
    tags = np.full((len(window), len(SPAN_ROLES)), IGNORE, dtype=np.int64)
    if article.spans_known:
        tags[window.labelled] = OUTSIDE
        for span in article.spans:
            _mark(tags, SPAN_ROLES.index(span.label), window, span.span)
        for sentence in gold:
            if sentence.label is None or (sentence.label != NARRATION and not _has_span(article, sentence)):
                tags[_tokens_in(window, sentence.span)] = IGNORE
        return tags
    source = SPAN_ROLES.index("source")
    for sentence in gold:
        if sentence.label not in (None, NARRATION) and _is_source_known(article.text, sentence):
            tags[_tokens_in(window, sentence.span), source] = OUTSIDE
            if sentence.source:
                _mark(tags, source, window, sentence.source)
    return tags


def _is_source_known(text: str, sentence: LabelledSentence) -> bool:
    """Whether the coders looked for the source of a claim; in it, or in vain where only its name or type is given."""
    if sentence.source is None:
        return sentence.source_name is not None or sentence.source_type is not None
    return holds_whole_words(text, sentence.source)


def _has_span(article: LabelledArticle, sentence: LabelledSentence) -> bool:
    return any(span.span.overlap(sentence.span) for span in article.spans)


def holds_whole_words(text: str, span: Span) -> bool:
    """Whether a span begins and ends between words. Some coded sources were found inside a longer word ("t[he]m")."""
    opens = span.start > 0 and text[span.start - 1 : span.start + 1].isalnum()
    closes = span.end < len(text) and text[span.end - 1 : span.end + 1].isalnum()
    return not (opens or closes)


def _mark(tags: np.ndarray, role: int, window: Window, span: Span) -> None:
    tokens = _tokens_in(window, span)
    if len(tokens):
        begins = window.offsets[tokens[0], 0] <= span.start
        tags[tokens, role] = INSIDE
        if begins:
            tags[tokens[0], role] = BEGIN


def _tokens_in(window: Window, span: Span) -> np.ndarray:
    """Positions of the labelled tokens that share a character with a span."""
    starts, ends = window.offsets[:, 0], window.offsets[:, 1]
    return np.flatnonzero(window.labelled & (starts < span.end) & (ends > span.start))


def _mention_tokens(article: LabelledArticle, window: Window, sentence: LabelledSentence) -> np.ndarray:
    """Tokens, context included, that name the source: its canonical name, a person's last name, and gold source spans."""
    name = sentence.source_name or ""
    spans = [Span(m.start(), m.end()) for m in re.finditer(re.escape(name), article.text)]
    last = name.split()[-1] if name.split() else ""
    if sentence.source_type == "named_person" and len(last) > 2 and last[0].isupper():
        spans += [Span(m.start(), m.end()) for m in re.finditer(rf"\b{re.escape(last)}\b", article.text)]
    for other in article.sentences:
        if other.source_name == name and other.source:
            words = article.text[other.source.start : other.source.end].lower()
            if words not in PRONOUNS and holds_whole_words(article.text, other.source):
                spans.append(other.source)
    starts, ends = window.offsets[:, 0], window.offsets[:, 1]
    named = np.zeros(len(window), dtype=bool)
    for span in spans:
        named |= (starts < span.end) & (ends > span.start)
    return np.flatnonzero(named)
