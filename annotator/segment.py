"""Cuts an article into sentences, made for news. Zones are told in `zones`.

nupunkt finds the sentence ends of each paragraph (how it was chosen: `scripts/compare_segmenters.py`); the repairs
below mend what it gets wrong in news. Each paragraph is cut by itself, so text elsewhere in the article changes
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotator.paragraphs import find_paragraphs
from annotator.records import Article, Sentence
from annotator.zones import find_zones

# One character for one, so that offsets stay: nupunkt then treats quote marks of every style and all white space alike.
_PLAIN = str.maketrans(
    dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("\n\r\t\v\f\x85\xa0\u2007\u2009\u200a\u202f\u2028\u2029", " ")
)

_NAME = r"(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Capt|Sgt|Rev|Prof)\. )?[A-Z][\w’'-]+(?: [A-Z][\w’'.-]+){0,2}"
_CUE = (
    r"(?:said|says|asked|asks|told|added|replied|wrote|tweeted|posted|continued|explained|recalled|shouted"
    r"|answered|insisted|noted|joked|quipped"
    r"|wondered|argued|exclaimed|responded|declared|demanded|concluded|sighed|yelled|cried)"
)
# A cue that closes the quotation before it: `Brandt asked.` `Brandt told Roca.` `Brandt said, smiling.`
_CUE_CLAUSE = re.compile(
    rf"(?:{_NAME}|He|She|They|I|We) {_CUE}(?:\.|,(?!\s*[\"'‘])|\Z| (?:{_NAME}|him|her|them|me|us|reporters"
    rf"|on [A-Z]\w+day)(?:\.|,(?!\s*[\"'‘])))"
)
_QUOTE_END = re.compile(r"[.?!…][\"”’'»“]+\s*\Z")

_MARKS_FIRST = re.compile(r"[)\]}\"'’]+(?=[,;:.?!\s]|\Z)")
_RUNS_ON = re.compile(r"[,;:.?!)]|\s*[a-z]")
_SMALL_START = re.compile(r"[\"'‘(]?[a-z][a-z’']*(?=[\s,;?!—–]|-[a-z]|\.?\Z)")
_WEAK_END = re.compile(
    r"(?:[?!…]|\.\.|\b\w\.\w\.|[.?!…][\"'’)]+)\s*\Z"
)  # a small letter after it: the sentence goes on
_BEFORE_NAME = re.compile(  # titles that nupunkt takes for an end
    r"\b(?:Lt|Adm|Cmdr|Gen|Maj|Col|Capt|Sgt|Cpl|Pvt|Sens?|Reps?|Govs?|Dr|Mrs?|Ms|Messrs|Prof|Rev|Hon|Fr|Supt|Insp"
    r"|Det|Nos)\.\s*\Z"
)
_PLACE = re.compile(r"\bU\.[SKN]\.\s*\Z")  # and places before an office
_OFFICE = re.compile(
    r"Secretary|Senat|Sen\b|Rep\b|Congress|House|Attorney|Ambassador|President|Army|Navy|Air|Marine|Supreme"
    r"|Department|Treasury|District"
    r"|Justice|Embassy|Security|General|Government|Customs|Border|Coast|Forest|Capitol|Marshal|Bankruptcy"
)
_MARKER = re.compile(r"[(\[]?(?:\d{1,3}|[a-zA-Z])[.)]\s*\Z")

# Where nupunkt sees an abbreviation and a plain word ends: "in the lead. Korea", "a month. Prosecutors".
_MISSED = re.compile(
    r"(?<![\w.@/-])(?:(?!(?:approx|dept|est|etc|vol|fig|figs|feat|govt|seq|incl|resp|tel|ext|min|max|vs|art|sec"
    r"|pp|chap)\b)[a-z]{3,}[.?!]"
    r"|(?!(?:Mr|Dr|St)\b)[A-Z][a-z]{2,}[.?!](?=[\"')]*\s+[\"'(]*(?:An?|The|He|She|It|They|We|But|And|In|On|At|By"
    r"|For|This|That|There|If|When)\s))"
    r"[\"')]*(\s+)(?=[\"'(]*[A-Z])"
)
_TITLES = re.compile(
    r"(?:Messrs|Capt|Prof|Sens|Reps|Govs|Gens|Cols|Supt|Insp|Sept|Calif|Mass|Mich|Minn|Conn|Penn|Tenn|Wash|Ariz"
    r"|Inc|Ltd|Corp|Bros|Asst)\."
)
_CREDIT = re.compile(r"(?<=\S)(\s+)(?=(?:Image|Photo|Photograph|Picture): [A-Z])")


def segment_article(article: Article) -> tuple[Sentence, ...]:
    """The sentences of an article with their zones, in order, disjoint, without white space at either end.

    Each holds a letter or a digit: stray marks join a neighbour, and a paragraph of nothing but marks or emoji has no
    sentence. All else outside of the sentences is white space. Never raises. `opens_paragraph` is True for the first
    sentence of each paragraph.
    """
    text = article.text
    paragraphs = [cut for span in find_paragraphs(text) if (cut := split_paragraph(text, *span))]
    zones = find_zones(article, paragraphs)
    sentences = []
    for spans, paragraph_zones in zip(paragraphs, zones, strict=True):
        for index, ((start, end), zone) in enumerate(zip(spans, paragraph_zones, strict=True)):
            sentences.append(Sentence(len(sentences), start, end, zone, opens_paragraph=index == 0))
    return tuple(sentences)


def split_paragraph(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Offsets of the sentences of the paragraph `text[start:end]`; none if it has neither a letter nor a digit."""
    import nupunkt

    plain = text[start:end].translate(_PLAIN)
    if not _has_words(plain):
        return []
    cuts = [last for _, last in nupunkt.sent_spans(plain)][:-1]
    cuts = sorted({*cuts, *_find_missed(plain)})
    spans: list[tuple[int, int]] = []
    for first, last in _join(plain, cuts):
        words = plain[first:last]
        first += len(words) - len(words.lstrip())
        spans.append((start + first, start + first + len(words.strip())))
    return spans


def _has_words(words: str) -> bool:
    return any(map(str.isalnum, words))


def _find_missed(plain: str) -> Iterator[int]:
    """Sentence ends that nupunkt took for abbreviations, and captions without a full stop before their credit."""
    for found in _MISSED.finditer(plain):
        if not _TITLES.match(plain, found.start(), found.end()):
            yield found.end(1)
    for found in _CREDIT.finditer(plain):
        yield found.end(1)


def _join(plain: str, cuts: list[int]) -> Iterator[tuple[int, int]]:
    """The parts between `cuts`, with closing marks moved to the sentence they close and false cuts dropped."""
    kept, seen, worded = [0], 0, False  # worded: words stand between the last cut kept and `seen`
    for cut in cuts:
        moved = _mend_cut(plain, kept[-1], cut) if cut > seen else None
        if moved is None:
            continue
        worded = worded or _has_words(plain[seen:moved])
        seen = moved
        if worded:
            kept.append(moved)
            worded = False
    if len(kept) > 1 and not _has_words(plain[kept[-1] :]):
        kept.pop()
    return zip(kept, [*kept[1:], len(plain)], strict=True)


def _mend_cut(plain: str, start: int, cut: int) -> int | None:
    """Where the cut at `cut` should be, None if the sentence from `start` goes on."""
    marks = _MARKS_FIRST.match(plain, cut)
    if marks:
        cut = marks.end()
        if _RUNS_ON.match(plain, cut):
            return None
    before = plain[max(start, cut - 24) : cut]
    goes_on = (
        (_SMALL_START.match(plain, cut) and _WEAK_END.search(before))
        or _BEFORE_NAME.search(before)
        or (_PLACE.search(before) and _OFFICE.match(plain, cut))
        or _MARKER.fullmatch(plain, start, cut)
        or (_QUOTE_END.search(before) and _CUE_CLAUSE.match(plain, cut))
    )
    return None if goes_on else cut
