"""Person names in source names, and invented people in their place (augmentation kind `rename`)."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from annotator.labelled import LabelledArticle
from annotator.training.edits import Edit, apply_edits
from annotator.training.phrases import COMMON_NAMES, FEMALE_NAMES, LAST_NAMES, MALE_NAMES, read_words

_HEAD_END = re.compile(r"[,;:(\[]| (?:of|at|from|for|who|with|in|on|to|is|was) ")
_PARTICLES = frozenset(
    read_words("""
de da do dos del della di van von der den ter bin ibn al el la le ben du
""")
)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_TITLES = frozenset(
    read_words("""
mr mrs ms miss mx dr prof professor sir dame lord lady sen senator rep representative gov governor president mayor
minister secretary chancellor judge justice capt captain col colonel gen general lt lieutenant sgt sergeant maj
major officer chief detective inspector pope father rev reverend bishop archbishop cardinal rabbi imam king queen
prince princess sheikh ayatollah ambassador director coach manager commissioner chairman chairwoman chair ceo
speaker leader attorney congressman congresswoman councillor mp mep superintendent treasurer analyst spokesman
spokeswoman spokesperson editor author engineer host chairperson dean executive producer actor actress singer
councilman councilwoman sheriff deputy premier lawyer reporter correspondent economist republican democrat trooper
""")
)
_NO_NAME_START = frozenset(
    read_words("""
the a an one two three several some many neither both other no our his her their its this that
""")
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """The words of a name, without titles and Jr.; `first` is None for a bare surname."""

    words: tuple[str, ...]

    @property
    def first(self) -> str | None:
        """The given name, None for a bare surname."""
        return self.words[0] if len(self.words) > 1 else None

    @property
    def last(self) -> str:
        """The surname."""
        return self.words[-1]


def parse_name(name: str) -> PersonName | None:
    """The person name at the end of the head of a noun phrase; None where there is none or there are several."""
    head = _HEAD_END.split(name, maxsplit=1)[0].strip()
    if re.search(r"\b(?:and|or|nor|&)\b", head):
        return None
    words: list[str] = []
    for token in reversed(head.split()):
        word = token.strip(".,“”\"'’‘")
        if not word or word.lower() in _TITLES:
            break
        if re.search(r"['’]s?$", token) or re.search(r"\d", word):
            if words or not re.search(r"['’]s?$", token):
                break
            word = re.sub(r"['’]s?$", "", token)
        if not (word[:1].isupper() or (word in _PARTICLES and words)):
            break
        if word.lower() not in _SUFFIXES:
            words.insert(0, word)
    while words and words[0] in _PARTICLES:
        words.pop(0)
    if not words or len(words[-1]) < 2 or words[0].lower() in _NO_NAME_START:
        return None
    return PersonName(tuple(words))


def invent_name(rng: random.Random, gender: str | None = None) -> tuple[str, str]:
    """A first and a last name; `gender` is `she`, `he` or None for any."""
    firsts = {"she": FEMALE_NAMES, "he": MALE_NAMES}.get(gender or "", FEMALE_NAMES + MALE_NAMES)
    return rng.choice(firsts), rng.choice(LAST_NAMES)


def find_gender(text: str, spans: Iterable) -> str | None:
    """`she` or `he` if the pronouns among the spans say so and do not disagree."""
    words = {text[span.start : span.end].lower() for span in spans}
    she, he = bool(words & {"she", "her"}), bool(words & {"he", "him", "his"})
    return None if she == he else ("she" if she else "he")


def rename_people(article: LabelledArticle, rng: random.Random) -> LabelledArticle:
    """Give the named sources other names, the same all over the article; labels stay."""
    mapping = _choose_names(article, rng)
    if not mapping:
        return article
    pattern = re.compile(
        r"(?<![\w@#/.’'-])(?:" + "|".join(map(re.escape, sorted(mapping, key=len)[::-1])) + r")(?![\w@-])"
    )
    edits = [Edit(hit.start(), hit.end(), mapping[hit[0]]) for hit in pattern.finditer(article.text)]
    renamed = apply_edits(article, edits)

    def swap(name: str) -> str:
        return pattern.sub(lambda hit: mapping[hit[0]], name)

    sentences = tuple(
        replace(
            sentence,
            source_name=sentence.source_name and swap(sentence.source_name),
            source_names=tuple(map(swap, sentence.source_names)),
        )
        for sentence in renamed.sentences
    )
    return replace(renamed, sentences=sentences)


def _choose_names(article: LabelledArticle, rng: random.Random) -> Mapping[str, str]:
    """Old string to new string: full names, surnames, and both in capitals."""
    spans: dict[str, list] = {}
    for sentence in article.sentences:
        if sentence.source_type == "named_person" and sentence.source_name:
            spans.setdefault(sentence.source_name, []).extend([sentence.source] if sentence.source else [])
    lower_words = set(re.findall(r"\b[a-z][\w-]*", article.text))
    firsts: dict[str, str] = {}
    lasts: dict[str, str] = {}
    mapping: dict[str, str] = {}
    for source_name in sorted(spans):
        name = parse_name(source_name)
        words = tuple(word for word in name.words if len(word) > 1) if name else ()
        if (
            not 1 <= len(words) <= 2
            or any(word in _PARTICLES for word in words)
            or not _is_safe(words[-1], lower_words)
        ):
            continue
        title = re.search(rf"\b(Mr|Mrs|Ms)\.? {re.escape(words[-1])}\b", article.text)
        gender = ("he" if title[1] == "Mr" else "she") if title else find_gender(article.text, spans[source_name])
        new_first, new_last = invent_name(rng, gender)
        last = lasts.setdefault(words[-1], new_last)
        mapping |= {words[-1]: last, words[-1].upper(): last.upper()}
        if len(words) == 2 and _is_safe(words[0], set()):
            mapping[words[0]] = firsts.setdefault(words[0], new_first)
    # A word that is both a first and a last name here (or a surname within another) would be renamed two ways.
    clash = set(firsts) & set(lasts)
    return {old: new for old, new in mapping.items() if old not in clash and old.capitalize() not in clash}


def _is_safe(word: str, lower_words: set[str]) -> bool:
    return len(word) > 2 and word.isascii() and word.lower() not in COMMON_NAMES and word.lower() not in lower_words
