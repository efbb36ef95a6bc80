"""Changes of form that leave every label: quotation marks, cue verbs, layout, place of the attribution."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from annotator.labelled import LabelledArticle
from annotator.labels import ANONYMOUS_TYPES
from annotator.records import Span
from annotator.training.edits import Edit, apply_edits, rearrange_sentence
from annotator.training.phrases import CUES_OF_REPLY, CUES_PAST, CUES_PRESENT

_STYLES = (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’"), ("«", "»"), ("„", "“"), ("« ", " »"))
_DOUBLE = re.compile(r"[\"“”]|''|``")
_OPENS_QUOTE = "“\"‘'«„`"


def convert_quotes(article: LabelledArticle, rng: random.Random) -> LabelledArticle:
    """Give all double quotation marks of the article another style; sometimes drop a closing mark at a paragraph end.

    Nothing is changed where a mark cannot be told to open or close, or single marks inside would become ambiguous.
    """
    text = article.text
    if re.search(r"[«»„]", text):
        return article
    marks = list(_find_marks(text))
    if not marks or any(opens is None for _, opens in marks):
        return article
    nested = re.search(r"(?<![\w’'])[‘'](?!')\w", text)
    styles = [style for style in _STYLES if style[0] not in text and not (nested and style[0] in "'‘")]
    if not styles:
        return article
    opening, closing = rng.choice(styles)
    edits = [Edit(span.start, span.end, opening if opens else closing) for span, opens in marks]
    ends = [number for number, (span, opens) in enumerate(marks) if not opens and _ends_lone_paragraph(text, span.end)]
    if ends and rng.random() < 0.25:
        dropped = rng.choice(ends)
        edits[dropped] = Edit(edits[dropped].start, edits[dropped].end, "")
    return apply_edits(article, edits)


def _find_marks(text: str) -> Iterator[tuple[Span, bool | None]]:
    """Double marks and whether each opens; None where its neighbours do not tell or it may stand for inches."""
    for hit in _DOUBLE.finditer(text):
        before, after = text[hit.start() - 1 : hit.start()] or " ", text[hit.end() : hit.end() + 1] or " "
        opens = (before.isspace() or before in "([—–-/‘'") and not after.isspace()
        closes = (after.isspace() or after in ".,;:!?)]—–-/’'") and not before.isspace()
        if hit[0] in ("“", "``"):
            yield Span(*hit.span()), None if after.isspace() else True
        elif hit[0] == "”":
            yield Span(*hit.span()), None if before.isspace() else False
        elif opens == closes or before.isdigit():
            yield Span(*hit.span()), None
        else:
            yield Span(*hit.span()), opens


def _ends_lone_paragraph(text: str, end: int) -> bool:
    """Whether a paragraph ends here and the next does not open a quotation (which would read as its continuation)."""
    match = re.compile(r"\n\s*(\S)").match(text, end)
    return bool(match) and match[1] not in _OPENS_QUOTE


_CUE = re.compile(r"(said|says)\b(?! (?:to|so|it\b|yes|no\b|goodbye|nothing|little|something|much|a lot|there|of)\b)")


def change_cues(article: LabelledArticle, rng: random.Random, share: float = 0.3) -> LabelledArticle:
    """Put another reporting verb for `said`, `says` or `told reporters` beside a source, each with chance `share`."""
    text, edits = article.text, {}
    for source in sorted({s.source for s in article.sentences if s.source}, key=lambda span: span.start):
        place = _find_cue(text, source)
        if place and rng.random() < share and not any(place.overlap(other) for other in edits):
            verbs = CUES_PRESENT if text.startswith("says", place.start) else CUES_PAST
            if _follows_quote(text, min(place.start, source.start)) and verbs is CUES_PAST:
                verbs = CUES_PAST + CUES_OF_REPLY
            edits[place] = Edit(place.start, place.end, rng.choice(verbs))
    return apply_edits(article, edits.values())


def _follows_quote(text: str, place: int) -> bool:
    return text[max(0, place - 2) : place].strip()[-1:] in ("”", '"', "’", "»")


def _find_cue(text: str, source: Span) -> Span | None:
    after = re.compile(r" (told reporters(?! (?:to|about|of|in|at|on|after|during)\b))").match(text, source.end)
    if after is None:
        match = _CUE.match(text, source.end + 1) if text[source.end : source.end + 1] == " " else None
        return Span(match.start(1), match.end(1)) if match else _find_cue_before(text, source)
    return Span(*after.span(1))


def _find_cue_before(text: str, source: Span) -> Span | None:
    match = re.search(r"(?:[”\"’'»] )(said|says) $", text[max(0, source.start - 12) : source.start])
    if match is None:
        return None
    end = source.start - 1
    return Span(end - len(match[1]), end)


def change_layout(article: LabelledArticle, rng: random.Random) -> LabelledArticle:
    """One of: drop the headline, join two paragraphs, split one, CRLF line ends."""
    changes = [_drop_headline, _join_paragraphs, _split_paragraph, _use_crlf]
    return rng.choice(changes)(article, rng)


def _drop_headline(article: LabelledArticle, rng: random.Random) -> LabelledArticle:
    """Drop a first paragraph of one sentence without a full stop, unless its source is one of the body's."""
    if len(article.sentences) < 2:
        return article
    first, second = article.sentences[:2]
    headline, gap = article.text[first.start : first.end], article.text[first.end : second.start]
    names = {sentence.source_name for sentence in article.sentences[1:]}
    if "\n" not in gap.strip(" ") or headline[-1] in '.”"!?' or (first.source_name and first.source_name in names):
        return article
    return apply_edits(article, [Edit(0, second.start, "")])


def _join_paragraphs(article: LabelledArticle, rng: random.Random) -> LabelledArticle:
    places = [gap for gap in _gaps(article) if re.fullmatch(r"\s*\n\s*", article.text[gap.start : gap.end])]
    places = [gap for gap in places if re.search(r"[a-z][.!?][”\"]?$", article.text[max(0, gap.start - 3) : gap.start])]
    places = [
        gap for gap in places if re.match(r"[A-Z][a-z]*\b(?![^\n]{0,60}\n)", article.text[gap.end : gap.end + 80])
    ]
    if not places:
        return article
    gap = rng.choice(places)
    return apply_edits(article, [Edit(gap.start, gap.end, " ")])


def _split_paragraph(article: LabelledArticle, rng: random.Random) -> LabelledArticle:
    places = [gap for gap in _gaps(article) if article.text[gap.start : gap.end] == " "]
    places = [gap for gap in places if not _in_quotation(article.text, gap.start)]
    if not places:
        return article
    gap = rng.choice(places)
    return apply_edits(article, [Edit(gap.start, gap.end, "\n\n")])


def _use_crlf(article: LabelledArticle, rng: random.Random) -> LabelledArticle:
    return apply_edits(
        article, [Edit(hit.start(), hit.end(), "\r\n") for hit in re.finditer(r"(?<!\r)\n", article.text)]
    )


def _gaps(article: LabelledArticle) -> Iterator[Span]:
    """Space between two sentences of the body."""
    for left, right in zip(article.sentences[1:], article.sentences[2:], strict=False):
        if (
            left.zone in (None, "body")
            and right.zone in (None, "body")
            and not article.text[left.end : right.start].strip()
        ):
            yield Span(left.end, right.start)


def _in_quotation(text: str, place: int) -> bool:
    paragraph = text[text.rfind("\n", 0, place) + 1 : place]
    if paragraph.count('"') % 2 or paragraph.count("''") % 2:
        return True
    return any(paragraph.count(left) != paragraph.count(right) for left, right in (("“", "”"), ("«", "»"), ("„", "“")))


_FRONT_QUOTE = re.compile(
    r"(?P<open>[“\"])(?P<content>[^“”\"]+?)(?P<mark>[,!?])(?P<close>[”\"]) (?P<rest>.+)\.$", re.DOTALL
)
_OTHER_CLAUSE = re.compile(
    r"\b(?:said|says|told|added|according|but|which|who|while|whereas|although|after|before|when|because|if|asked|that|"
    r"and|as|than|to reporters)\b|[“”\"«»:;—–]",
)


def move_attributions(article: LabelledArticle, rng: random.Random, share: float = 0.5) -> LabelledArticle:
    """Move source and cue to the other end of simple one-claim sentences, each with chance `share`."""
    for index in range(len(article.sentences)):
        pieces = _move_pieces(article, index)
        if pieces and rng.random() < share:
            # Change of case first, which moves nothing, so that the spans stay whole.
            recased = apply_edits(article, [piece for piece in pieces if isinstance(piece, Edit)])
            order = [Span(piece.start, piece.end) if isinstance(piece, Edit) else piece for piece in pieces]
            article = rearrange_sentence(recased, index, _join_spans(order)) or article
    return article


def _join_spans(order: list[str | Span]) -> list[str | Span]:
    joined: list[str | Span] = []
    for piece in order:
        last = joined[-1] if joined else ""
        if isinstance(piece, Span) and isinstance(last, Span) and last.end == piece.start:
            joined[-1] = Span(last.start, piece.end)
        else:
            joined.append(piece)
    return joined


def _recase(text: str, span: Span, upper: bool) -> list[Span | Edit]:
    """The span with its first letter in the wanted case."""
    old = text[span.start]
    new = old.upper() if upper else old.lower()
    if new == old or len(new) != 1:
        return [span]
    return [Edit(span.start, span.start + 1, new), Span(span.start + 1, span.end)]


def _move_pieces(article: LabelledArticle, index: int) -> list[str | Span | Edit] | None:
    """The sentence in its new order (an edit: a letter whose case changes); None where it is not of the simple form."""
    sentence, text = article.sentences[index], article.text
    source = sentence.source
    if source is None or sentence.label in (None, "narration") or not _is_mobile(text, source):
        return None
    if source.start == sentence.start:
        cue = re.compile(r" (said|says|added|argued|warned|noted|insisted) ").match(text, source.end)
        return cue and _move_back(article, index, Span(*cue.span(1)))
    return _move_front(article, index)


def _move_back(article: LabelledArticle, index: int, cue: Span) -> list[str | Span | Edit] | None:
    """`NAME said X.` to `X, NAME said.`"""
    sentence, text = article.sentences[index], article.text
    start = cue.end + 1 + (5 if text.startswith("that ", cue.end + 1) else 0)
    content = Span(start, sentence.end - 1)
    words = text[content.start : content.end]
    if text[sentence.end - 1] != "." or not 3 <= len(words.split()) <= 25 or _OTHER_CLAUSE.search(words):
        return None
    if not re.match(r"(?:the|a|an|he|she|they|it|his|her|their|there|this|these|no|[A-Z]\w+)\b", words):
        return None
    lower = _reads_lower(text[sentence.source.start : sentence.source.end], sentence.source_type)
    if lower is None:
        return None
    source = _recase(text, sentence.source, upper=False) if lower else [sentence.source]
    return [*_recase(text, content, upper=True), ", ", *source, " ", cue, "."]


def _move_front(article: LabelledArticle, index: int) -> list[str | Span | Edit] | None:
    """`"X," NAME said.` or `"X," said NAME.` to `NAME said, "X."`"""
    sentence, text, source = article.sentences[index], article.text, article.sentences[index].source
    match = _FRONT_QUOTE.match(text[sentence.start : sentence.end])
    if match is None:
        return None
    after = re.fullmatch(r" (said|says|added|argued|warned|noted)", text[source.end : sentence.end - 1])
    rest = sentence.start + match.start("rest")
    if after and rest == source.start:
        cue = Span(source.end + 1, sentence.end - 1)
    else:
        cue = Span(rest, max(rest, source.start - 1))
        if text[cue.start : cue.end] not in ("said", "says") or source.end != sentence.end - 1:
            return None
    if source.end - source.start > 60:
        return None
    content = Span(sentence.start + match.start("content"), sentence.start + match.end("content"))
    mark = "." if match["mark"] == "," else match["mark"]
    return [*_recase(text, source, upper=True), " ", cue, ", " + match["open"], content, mark + match["close"]]


def _is_mobile(text: str, source: Span) -> bool:
    words = text[source.start : source.end]
    return "," not in words and "\n" not in words


def _reads_lower(source: str, source_type: str | None) -> bool | None:
    """Whether a source that opened its sentence has a small letter inside one; None where that is not sure."""
    if re.match(r"(?:The|A|An|He|She|They|It|Two|Three|Four|Some|Many|Several|One)\b", source):
        return True
    if source_type in ANONYMOUS_TYPES:
        return None if " " in source else True
    return False if source_type == "named_person" else None
