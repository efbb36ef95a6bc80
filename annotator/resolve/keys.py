"""The form in which names are compared: one key for all ways to write the same name."""

from __future__ import annotations

import re
import unicodedata

from annotator.resolve.lexicon import CORPORATE, NAME_SUFFIXES, ORG_WORDS, PARTICLES, TITLES
from annotator.resolve.names import CONNECTORS, find_name_start, find_names, fold_word, is_capitalised, scan_words

MAX_KEY = 400  # characters of a name that are compared
_DROPPED_ENDS = frozenset(fold_word(word) for word in CORPORATE | NAME_SUFFIXES)


def name_key(name: str) -> str:
    """The form in which names are compared: no case, accents, honorifics, determiners, nicknames, possessives or
    descriptions.

    "Engineer Ola Brandt", "Ola “Dam” Brandt" and "Ola Brandt, who ran the quay" share a key.
    """
    shown = unicodedata.normalize("NFKC", name[:MAX_KEY]).replace("’", "'").strip()
    head = re.sub(r"\s{0,4}\([^)]*\)", "", shown)
    head = re.sub(r" [“\"][^”\"]*[”\"](?= )", "", head).strip("“”\"'.,;:!? ")
    head = _pick_segment(head)
    words = list(scan_words(head))
    run_start = len(words)
    while run_start > 0 and (
        is_capitalised(words[run_start - 1])
        or (words[run_start - 1].text in PARTICLES | CONNECTORS - {"and", "&"} and run_start < len(words))
    ):
        run_start -= 1
    while (
        run_start < len(words) and words[run_start].text in PARTICLES | CONNECTORS and words[run_start].text.islower()
    ):
        run_start += 1
    before = words[run_start - 1].text if run_start else ""
    if run_start < len(words) and before and before not in CONNECTORS | {"to", "at", "from", "with", "by"}:
        words = words[run_start:]
    lowers = [word.lower for word in words]
    if words and all(is_capitalised(word) or word.text in PARTICLES | CONNECTORS for word in words):
        lowers = lowers[find_name_start(lowers) :]
    folded = [fold_word(re.sub(r"\.(com|org|net)$", "", word)) for word in lowers]
    kept = [
        word
        for i, word in enumerate(folded)
        if word and word not in {"the", "a", "an"} and not (0 < i < len(folded) - 1 and len(word) == 1)
    ]
    if len(kept) > 2 and kept[0] in ("us", "uk") and set(lowers) & ORG_WORDS:
        kept.pop(0)
    while len(kept) > 1 and kept[-1] in _DROPPED_ENDS:
        kept.pop()
    return " ".join(kept)


def _pick_segment(text: str) -> str:
    """The part that names: before a comma or relative clause, or after a comma if a description stands before."""
    text = re.split(r",? (?:who|whom|which|whose|speaking|citing)\b", text)[0]
    first, comma, rest = text.partition(", ")
    if not comma:
        return _cut_complement(text)
    after = [name for name in find_names(rest) if name.start == 0 and len(name.words) > 1]
    last = first.split(" ")[-1]
    if after and (not last[:1].isupper() or last.lower() in TITLES):
        return rest[: after[0].end]
    parts = re.split(r",? and |, ", text)
    listed = " and " in text and all(_is_plain_name(part) for part in parts)
    return text if listed else _cut_complement(first)


def _is_plain_name(text: str) -> bool:
    words = list(scan_words(text))
    return (
        len(words) <= 4
        and "'" not in text
        and all(is_capitalised(w) and w.lower not in TITLES for w in words[bool(words) and words[0].lower == "the" :])
    )


def _cut_complement(text: str) -> str:
    """A person's name without "of the Riders' Union", "from Oslo"."""
    for name in find_names(text):
        if (
            (
                name.kind in ("person", "unknown")
                and len(name.words) > 1
                and re.match(r" (?:of|from|at|with|for) ", text[name.end :])
            )
            and "of" not in name.title
            and not re.search(r"\b(?:of|for|from|by|to|at|with|in)\b", text[: name.full_start])
        ):
            return text[: name.end]
        break
    return text
