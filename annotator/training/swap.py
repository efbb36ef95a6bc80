"""Swap sources so that the label of their sentences is certain: named to anonymous and back (codebook 1.3 Q4, 2.1)."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from annotator.labelled import LabelledArticle
from annotator.labels import ANONYMOUS, ANONYMOUS_TYPES, ATTRIBUTED, QUOTE
from annotator.records import Span
from annotator.training import phrases
from annotator.training.chains import (
    SUBJECT_PRONOUNS,
    Chain,
    find_chains,
    is_on_record,
    is_swappable,
    occurs_elsewhere,
    states_anonymity,
)
from annotator.training.edits import Edit, apply_edits
from annotator.training.names import find_gender, invent_name, parse_name

_STATUS_OF = {QUOTE: "direct", ATTRIBUTED: "indirect"}
_PRONOUNS_OF = {"she": ("she", "her"), "he": ("he", "his"), None: ("they", "their")}
_LABEL_OF = {"direct": QUOTE, "indirect": ATTRIBUTED}
# Another anonymous claim may stand in the sentence, which would keep its label (precedence, codebook 1.2).
_MORE_ANONYMOUS = re.compile(
    r"\b(?:officials?|sources?|critics|experts?|analysts?|aides?|people|many|some|others?|reportedly|allegedly|alleged|"
    r"rumou?r\w*|believed|supporters|opponents|advisers?|advocates|activists|observers|residents|witness\w*|insiders?|"
    r"lawmakers|diplomats?|anonymous\w*|unnamed|reports?|says?|said|told)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Stand:
    """What takes the place of a source: at the first place, and after it."""

    first: str
    later: str
    plural: bool
    source_type: str
    anonymity_type: str
    name: str


def anonymise_sources(article: LabelledArticle, rng: random.Random, limit: int = 2) -> LabelledArticle:
    """Turn up to `limit` identifiable sources into anonymous ones, in every sentence of their chains."""
    return _swap_chains(article, rng, limit, _anonymous_stand, _as_anonymous)


def identify_sources(article: LabelledArticle, rng: random.Random, limit: int = 2) -> LabelledArticle:
    """Turn up to `limit` anonymous sources into named ones, in every sentence of their chains."""
    return _swap_chains(article, rng, limit, _named_stand, _as_named)


def _swap_chains(article: LabelledArticle, rng: random.Random, limit: int, choose: Callable, relabel: Callable):
    chains = {chain.name: chain for chain in find_chains(article)}
    names = list(chains)
    rng.shuffle(names)
    done = 0
    for name in names:
        if done == limit:
            break
        chain = chains.get(name)
        stand = chain and choose(article, chain, rng)
        edits = stand and _chain_edits(article, chain, stand, rng)
        if edits:
            sentences = list(article.sentences)
            for index in chain.indexes:
                sentences[index] = relabel(sentences[index], stand)
            article = apply_edits(replace(article, sentences=tuple(sentences)), edits)
            chains = {chain.name: chain for chain in find_chains(article)}
            done += 1
    return article


def _as_anonymous(sentence, stand: _Stand):
    status = sentence.quote_status or _STATUS_OF[sentence.label]
    return _relabel(sentence, stand, ANONYMOUS, status)


def _as_named(sentence, stand: _Stand):
    return _relabel(sentence, stand, _LABEL_OF[sentence.quote_status], sentence.quote_status)


def _relabel(sentence, stand: _Stand, label: str, status: str):
    return replace(
        sentence,
        label=label,
        quote_status=status,
        source_type=stand.source_type,
        anonymity_type=stand.anonymity_type,
        source_name=stand.name,
        source_names=(),
    )


# --- choosing what stands in


def _anonymous_stand(article: LabelledArticle, chain: Chain, rng: random.Random) -> _Stand | None:
    members = [article.sentences[index] for index in chain.indexes]
    types = {sentence.source_type for sentence in members}
    if len(types) != 1 or any(sentence.label not in (QUOTE, ATTRIBUTED) for sentence in members):
        return None
    kind = types.pop()
    words = _name_words(article, chain, kind)
    pronouns = _pronouns(article, chain)
    if words is None or not pronouns <= {"he", "she", "his", "her", "him", "they", "them", "their"}:
        return None
    if is_on_record(article, chain) or not is_swappable(article, chain) or occurs_elsewhere(article, chain, words):
        return None
    choices = []
    if "they" not in pronouns:
        choices += [phrases.PERSONS] * 5 + [phrases.INCIDENTAL] * (kind == "named_person")
    if not pronouns - {"they", "them", "their"} and not _speaks_of(article, chain, {"he", "she", "his", "her", "him"}):
        choices += [phrases.GROUPS] * 3 + [phrases.COLLECTIVES] * 3
    if not choices:
        return None
    gender = find_gender(article.text, [article.sentences[index].source for index in chain.pronouns])
    return _describe(rng.choice(rng.choice(choices)), gender, rng)


def _describe(description: phrases.Description, gender: str | None, rng: random.Random) -> _Stand:
    body = rng.choice(phrases.BODIES)
    template = description.first
    if body[0] in "aeiou":
        template = template.replace("a {body}", "an {body}")
    first, anonymity = template.format(body=body), description.anonymity_type
    name = first
    if not description.plural and rng.random() < 0.08:
        return _partly_named(gender, rng)
    if anonymity == "veiled" and rng.random() < 0.4:
        reasons = phrases.EXPLICIT_MANY if description.plural else phrases.EXPLICIT_ONE
        she, her = _PRONOUNS_OF[gender]
        reason = rng.choice(reasons).format(she=she, her=her)
        first += f", {reason}," if " who " in first or rng.random() < 0.6 else f" {reason}"
        anonymity = "explicit"
    return _Stand(first, description.later, description.plural, description.source_type, anonymity, name)


def _partly_named(gender: str | None, rng: random.Random) -> _Stand:
    first, _ = invent_name(rng, gender)
    words = rng.choice(phrases.PARTIAL_NAMES).format(first=first, her=_PRONOUNS_OF[gender][1])
    return _Stand(words, first, False, "unnamed_person", "explicit", first)


def _name_words(article: LabelledArticle, chain: Chain, kind: str | None) -> tuple[str, ...] | None:
    """Words that would still identify the source if they stood elsewhere; None if the chain must stay."""
    said = [article.text[span.start : span.end] for span in (article.sentences[i].source for i in chain.places)]
    if kind == "unnamed_spokesperson":
        return () if all(re.search(r"\bspokes\w+", words) for words in said) else None
    if kind == "named_person":
        names = [parse_name(words) for words in (chain.name, *said)]
        if any(name is None or name.last != names[-1].last for name in names if names[-1]) or names[-1] is None:
            return None
        if any(re.search(r"\b(?:and|nor|or)\b.*[A-Z]", words) for words in said):
            return None
        return tuple({word for name in names for word in name.words if len(word) > 1})
    if kind == "named_organization":
        words = {word for text in (chain.name, *said) for word in re.findall(r"\b[A-Z][\w.&-]*\w", text)} - {"The"}
        initials = "".join(word[0] for word in re.findall(r"\b[A-Z]\w+", chain.name) if word != "The")
        if not words or not all(words & set(re.findall(r"\b[A-Z][\w.&-]*\w", text)) for text in said):
            return None
        return tuple(words | ({initials} if len(initials) > 1 else set()))
    return None


def _named_stand(article: LabelledArticle, chain: Chain, rng: random.Random) -> _Stand | None:
    members = [article.sentences[index] for index in chain.indexes]
    types = {sentence.source_type for sentence in members}
    if len(types) != 1 or not types <= ANONYMOUS_TYPES - {"unspecified"}:
        return None
    if any(sentence.label != ANONYMOUS or sentence.quote_status not in _LABEL_OF for sentence in members):
        return None
    if states_anonymity(article, chain) or not is_swappable(article, chain):
        return None
    if any(_MORE_ANONYMOUS.search(_rest(article, index)) for index in chain.indexes):
        return None
    if any(re.search(r"\b(?:including|such as|like)\b", chain.name + _source_text(article, i)) for i in chain.places):
        return None
    pronouns = _pronouns(article, chain)
    gender = find_gender(article.text, [article.sentences[index].source for index in chain.pronouns])
    if types == {"unnamed_person"} and pronouns <= {"he", "she", "his", "her", "him"}:
        return _person(gender, rng) if gender or rng.random() < 0.6 else _body(rng)
    if types != {"unnamed_person"} and pronouns <= {"they", "them", "their"}:
        together = pronouns or _speaks_of(article, chain, {"they", "them", "their"})
        return _pair(rng) if together or rng.random() < 0.4 else rng.choice([_body, _person_any])(rng)
    return None


def _person_any(rng: random.Random) -> _Stand:
    return _person(None, rng)


def _person(gender: str | None, rng: random.Random) -> _Stand:
    first, last = invent_name(rng, gender)
    name = f"{first} {last}"
    role = f", {_fill(rng.choice(phrases.PERSON_ROLES), rng)}," if rng.random() < 0.7 else ""
    return _Stand(name + role, last, False, "named_person", "none", name)


def _pair(rng: random.Random) -> _Stand:
    (first, last), (other_first, other_last) = invent_name(rng), invent_name(rng)
    name = f"{first} {last} and {other_first} {other_last}"
    return _Stand(name, f"{last} and {other_last}", True, "named_person", "none", name)


def _body(rng: random.Random) -> _Stand:
    body = _fill(rng.choice(phrases.BODIES_NAMED), rng)
    spoken = re.match(r"a (spokes\w+)", body)
    kind = "unnamed_spokesperson" if spoken else "named_organization"
    return _Stand(body, f"the {spoken[1]}" if spoken else body, False, kind, "none", body)


def _fill(template: str, rng: random.Random) -> str:
    return template.format(place=rng.choice(phrases.PLACES), firm=rng.choice(phrases.FIRMS))


# --- putting it in


def _chain_edits(article: LabelledArticle, chain: Chain, stand: _Stand, rng: random.Random) -> list[Edit] | None:
    edits = []
    places = [(article.sentences[index].start, article.sentences[index].source, True) for index in chain.places]
    for index in chain.pronouns:  # "She said" may as well be "The official said"
        source = article.sentences[index].source
        subject = article.text[source.start : source.end].lower() in SUBJECT_PRONOUNS
        if subject and re.match(r" \w+ed\b| said\b", article.text[source.end :][:20]) and rng.random() < 0.3:
            places.append((article.sentences[index].start, source, False))
    for number, (start, source, named) in enumerate(places):
        words = stand.first if number == 0 else stand.later
        if words.endswith(",") and re.match(r"\s*(?:[.,;:!?]|\n|$)", article.text[source.end :][:3]):
            words = words[:-1]
        if source.start == start or not article.text[start : source.start].strip("“\"‘'« "):
            words = words[0].upper() + words[1:]
        edits.append(Edit(source.start, source.end, words))
        if named:
            verb = _fit_verb(article.text, source, stand.plural, was_plural=_was_plural(article, chain))
            if verb is None:
                return None
            edits += verb
    edits = sorted(set(edits))
    disjoint = all(left.end <= right.start for left, right in pairwise(edits))
    return edits if disjoint else None


def _fit_verb(text: str, source: Span, plural: bool, was_plural: bool) -> list[Edit] | None:
    """Edits that make the verb beside the source agree in number; None where that is not sure."""
    after = re.compile(r"\s+(?:(?:also|then|still|now|later|\w+ly)\s+)?([a-z’'n]+)\b").match(text, source.end)
    before = re.search(r"(\b[a-z]+)\s$", text[max(0, source.start - 20) : source.start])
    table = phrases.PLURAL_OF if plural else phrases.SINGULAR_OF
    same = phrases.SINGULAR_OF if plural else phrases.PLURAL_OF
    if before and (before[1] in table or before[1] in same):
        if before[1] in same:
            return []
        offset = source.start - (before.end() - before.start(1))
        return [Edit(offset, offset + len(before[1]), table[before[1]])]
    if (before and _is_past(before[1])) or after is None:
        return []
    word = after[1].replace("’", "'")
    if word in table:
        return [Edit(after.start(1), after.end(1), table[word])]
    if word in same or _is_past(word) or plural == was_plural:
        return []
    return None


def _is_past(word: str) -> bool:
    return word.endswith("ed") or word in phrases.PAST_IRREGULAR


def _was_plural(article: LabelledArticle, chain: Chain) -> bool:
    kinds = {article.sentences[index].source_type for index in chain.indexes}
    if kinds <= {"unnamed_group", "generic_collective"}:
        return True
    if kinds & {"named_person", "unnamed_person", "unnamed_spokesperson"}:
        return False
    after = [re.match(r"\s+([a-z']+)", article.text[article.sentences[i].source.end :][:20]) for i in chain.places]
    return any(word and word[1] in phrases.SINGULAR_OF for word in after)


# --- looking at the text


def _source_text(article: LabelledArticle, index: int) -> str:
    span = article.sentences[index].source
    return article.text[span.start : span.end]


def _rest(article: LabelledArticle, index: int) -> str:
    """The sentence without its source, its cue next to the source and its quotations."""
    sentence, source = article.sentences[index], article.sentences[index].source
    if source is None:
        return ""
    before = re.sub(r"\b(?:said|says?|told)\s*$", "", article.text[sentence.start : source.start])
    after = re.sub(r"^\s*(?:also )?(?:said|says?|told)\b", "", article.text[source.end : sentence.end])
    return re.sub(r"[“\"«][^”\"»]*[”\"»]?", " ", f"{before} | {after}")


def _pronouns(article: LabelledArticle, chain: Chain) -> set[str]:
    return {_source_text(article, index).lower() for index in chain.pronouns}


def _speaks_of(article: LabelledArticle, chain: Chain, words: Iterable[str]) -> bool:
    found = {word.lower() for index in chain.indexes for word in re.findall(r"\w+", _sentence_text(article, index))}
    return bool(found & set(words))


def _sentence_text(article: LabelledArticle, index: int) -> str:
    return article.text[article.sentences[index].start : article.sentences[index].end]
