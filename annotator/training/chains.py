"""The chains of a labelled article (sentences of one source) and the places where a source can be swapped."""

from __future__ import annotations

import re
from dataclasses import dataclass

from annotator.labelled import LabelledArticle
from annotator.records import Span
from annotator.training.phrases import PAST_IRREGULAR, PLURAL_OF, SINGULAR_OF, read_words

SUBJECT_PRONOUNS = frozenset({"he", "she", "they"})
PRONOUNS = SUBJECT_PRONOUNS | {"him", "her", "his", "them", "their", "it", "its", "who", "i", "we", "you", "us", "our"}

# Words that may stand right before a source without belonging to its noun phrase.
_BEFORE = frozenset(
    read_words("""
said says say to told tells by that but while as when because according added adds wrote argued argues explained
explains noted notes asked insisted recalled stated claimed warned admitted continued replied concluded suggested if
although though however meanwhile yet where whether today yesterday monday tuesday wednesday thursday friday
saturday sunday later then also so
""")
)
# Words right after a source that go on with its noun phrase or join another source to it.
_AFTER_NO = frozenset(
    read_words("""
of at from with for in and or who whose which nor close familiar briefed including outside inside near involved
based aged himself herself themselves
""")
)
_QUOTES = "\"'“”‘’«»„"
# On the record, or tied to the person: an unnamed source there would be the body speaking (codebook 1.4 rows 21-24).
_ON_RECORD = re.compile(
    r"\b(?:conferences?|briefing|statements?|testi\w+|court|tweet\w*|posted|post|facebook|twitter|instagram|op-ed|"
    r"press release|letters?|speech\w*|rally|podium|spokes\w+|editorial|memoir|book|on the record|ruling|ruled|filing|"
    r"hearing|reporters|announced|announcement|blog|website|identif\w+|named|interviews?|debates?|audience|crowd)\b",
    re.IGNORECASE,
)
STATED_ANONYMITY = re.compile(
    r"anonym|not (?:to )?be (?:named|identified)|authori[sz]ed|withh[eo]ld|not give (?:his|her|their) name|"
    r"to (?:discuss|speak) (?:publicly|freely|openly)|declined to be|be quoted by name|sensitiv|confidential",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Chain:
    """The sentences (by index) that share a source name; `places` are the indexes whose source is no pronoun."""

    name: str
    indexes: tuple[int, ...]
    places: tuple[int, ...]
    pronouns: tuple[int, ...]


def find_chains(article: LabelledArticle) -> list[Chain]:
    """Chains in order of their first sentence; chains with a source outside word boundaries are left out."""
    groups: dict[str, list[int]] = {}
    for index, sentence in enumerate(article.sentences):
        if sentence.source_name:
            groups.setdefault(sentence.source_name, []).append(index)
    chains = []
    for name, indexes in groups.items():
        spans = [(index, article.sentences[index].source) for index in indexes if article.sentences[index].source]
        if not all(_is_whole(article.text, span) for _, span in spans):
            continue
        said = {index: article.text[span.start : span.end].lower() for index, span in spans}
        chains.append(
            Chain(
                name,
                tuple(indexes),
                tuple(index for index, words in said.items() if words not in PRONOUNS),
                tuple(index for index, words in said.items() if words in PRONOUNS),
            )
        )
    return chains


def is_swappable(article: LabelledArticle, chain: Chain) -> bool:
    """Whether every source of the chain stands where another noun phrase can take its place without doubt."""
    if not chain.places:
        return False
    for index in chain.places:
        sentence = article.sentences[index]
        if not (sentence.start <= sentence.source.start and sentence.source.end <= sentence.end):
            return False
        if not is_clean_place(article.text, sentence.span, sentence.source):
            return False
    if _has_loose_neighbours(article, chain) or _has_hidden_claims(article, chain):
        return False
    return _pronouns_are_near(article, chain)


def is_clean_place(text: str, sentence: Span, source: Span) -> bool:
    """Whether the source is a whole noun phrase: no title before it, no description after it."""
    before, after = text[sentence.start : source.start], text[source.end : sentence.end]
    if re.match(r"['’(\[:-]|\s*\(|\s*,(?!\s*[“\"‘«])|\s*[—–-]|\s*:", after) and not re.match(r"\s*,\s*$", after):
        return False
    following = re.match(r"\s+([\w’'-]+)", after)
    if following and (following[1].lower() in _AFTER_NO or following[1][0].isupper()):
        return False
    if text[source.end - 1] == "," and not (following and _is_verb(following[1])):
        return False  # the description goes on after the comma
    previous = before.rstrip()
    if not previous or previous[-1] in "”\"»’'":
        return True
    if previous[-1] in ",":  # a fronted phrase, not the end of a description: the verb follows the source
        return bool(following) and before.count(",") == 1 and len(before.split()) <= 4
    if previous[-1] in ".;:—–":
        return bool(following)
    word = re.search(r"[\w’'-]+$", previous)
    return bool(word) and word[0].lower() in _BEFORE


def is_on_record(article: LabelledArticle, chain: Chain) -> bool:
    """Whether a sentence of the chain, outside quotation marks, tells of an on-record occasion or medium."""
    return any(_ON_RECORD.search(_outside_quotes(article, index)) for index in chain.indexes)


def states_anonymity(article: LabelledArticle, chain: Chain) -> bool:
    """Whether the sentences of the chain or those next to them speak of anonymity."""
    near = {index + step for index in chain.indexes for step in (-1, 0, 1)}
    found = (article.sentences[index] for index in near if 0 <= index < len(article.sentences))
    return any(STATED_ANONYMITY.search(article.text, item.start, item.end) for item in found)


def occurs_elsewhere(article: LabelledArticle, chain: Chain, words: tuple[str, ...]) -> bool:
    """Whether one of the words, in any case, stands in the text outside the sources of the chain."""
    rest, last = [], 0
    for index in chain.places:
        span = article.sentences[index].source
        rest.append(article.text[last : span.start])
        last = span.end
    # A sentence of another chain may name the same person and show only a pronoun.
    others = {sentence.source_name for sentence in article.sentences if sentence.source_name} - {chain.name}
    remaining = "\n".join([*rest, article.text[last:], *sorted(others)])
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", remaining, re.IGNORECASE) for word in words)


def _is_verb(word: str) -> bool:
    return word.endswith("ed") or word in PAST_IRREGULAR or word in PLURAL_OF or word in SINGULAR_OF


def _outside_quotes(article: LabelledArticle, index: int) -> str:
    sentence = article.sentences[index]
    return re.sub(r"[“\"«][^”\"»]*[”\"»]?", " ", article.text[sentence.start : sentence.end])


def _is_whole(text: str, span: Span) -> bool:
    return not (text[span.start - 1 : span.start].isalnum() or text[span.end : span.end + 1].isalnum())


def _pronouns_are_near(article: LabelledArticle, chain: Chain) -> bool:
    """A pronoun must follow a sentence of its chain with no other source or event of many sentences in between."""
    for index in chain.pronouns:
        earlier = [other for other in chain.indexes if other < index]
        if not earlier or index - earlier[-1] > 2:
            return False
        between = article.sentences[earlier[-1] + 1 : index]
        if any(sentence.label != "narration" for sentence in between):
            return False
    return True


def _has_loose_neighbours(article: LabelledArticle, chain: Chain) -> bool:
    """Whether a claim nearby has no source of its own in words, so that it may belong to this chain too."""
    worded = {
        sentence.source_name
        for sentence in article.sentences
        if sentence.source and article.text[sentence.source.start : sentence.source.end].lower() not in PRONOUNS
    }
    near = {index + step for index in chain.indexes for step in (-2, -1, 1, 2)} - set(chain.indexes)
    return any(
        article.sentences[index].label != "narration" and article.sentences[index].source_name not in worded
        for index in near
        if 0 <= index < len(article.sentences)
    )


def _has_hidden_claims(article: LabelledArticle, chain: Chain) -> bool:
    """Whether a claim of another sentence may have the chain as its source: its label would have to change too."""
    own = {article.sentences[index].source for index in chain.indexes}
    names = {
        article.text[article.sentences[index].source.start : article.sentences[index].source.end]
        for index in chain.places
    }
    for span in article.spans:
        if span.label != "source" or span.span in own:
            continue
        words = article.text[span.start : span.end]
        holder = _holder(article, span.span)
        if words in names or holder in chain.indexes:
            return True
        if words.lower() in PRONOUNS and holder is not None and chain.indexes[0] <= holder <= chain.indexes[-1] + 2:
            sentence = article.sentences[holder]
            if sentence.label != "narration" and sentence.source != span.span:
                return True
    return False


def _holder(article: LabelledArticle, span: Span) -> int | None:
    for index, sentence in enumerate(article.sentences):
        if sentence.start <= span.start < sentence.end:
            return index
    return None
