"""What a source span says: a name, a pronoun, a description; its head noun and the bodies it belongs to."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from annotator.records import Span
from annotator.resolve.lexicon import (
    DEFINITES,
    DOCUMENT_NOUNS,
    GENERIC_PLURALS,
    GROUP_PLURALS,
    INDEFINITES,
    MEDIA_NOUNS,
    ORG_NOUNS,
    PERSON_NOUNS,
    PRONOUNS,
    SPOKES_NOUNS,
    THINGS,
    TITLES,
)
from annotator.resolve.names import Name, Word, is_capitalised, scan_words
from annotator.resolve.roster import Roster

_AGENT = re.compile(
    r"^[a-z-]{3,}(?:[dt]or|ator|ist|man|woman|person|den|ler|der|ner|ker|ger|per|ver|ber|mer|ser|eer|ier)$"
)
# Names after these words received or saw an item, they are not its issuer.
_HANDED = re.compile(
    r"\b(?:seen|obtained|reviewed|viewed|examined|verified|analy[sz]ed|received|interviewed) by (?:the )?$"
)
_PART_OF = re.compile(
    r"(?:an?|the|this|that) (?:[a-z]+ )?(?:series|set|batch|copy|draft|version|transcript|summary|trove) of "
    r"(?:the |a |an )?(?:[\w-]+ ){0,2}?(?P<noun>[\w-]+)(?= (?:[a-z]+ed|by|from|sent|of|in|for|on)\b|$|[,;]| [A-Z])",
    re.IGNORECASE,
)
# What says more of an item behind its noun: "papers filed on Monday", "data previously collected", "a study Monday".
_MADE = re.compile(
    r"[a-z]+(?:ed|ly)|made|written|led|given|shown|drawn|held|sent|put|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)
# Where the head of a noun phrase ends and its complements begin.
_COMPLEMENT = frozenset(
    [
        "who",
        "which",
        "that",
        "whose",
        "whom",
        "of",
        "for",
        "from",
        "at",
        "in",
        "with",
        "within",
        "on",
        "to",
        "by",
        "about",
        "near",
        "inside",
        "outside",
        "across",
        "among",
        "between",
        "close",
        "speaking",
        "citing",
        "familiar",
        "briefed",
        "told",
        "said",
        "including",
        "such",
        "as",
        "waiting",
        "standing",
        "knowledgeable",
        "involved",
        "working",
        "based",
        "named",
        "identified",
        "seen",
        "obtained",
        "published",
        "released",
        "issued",
        "conducted",
        "commissioned",
        "interviewed",
        "reached",
        "posted",
        "sent",
        "known",
        "called",
        "living",
        "directly",
        "there",
    ]
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A parsed source span. `name` is set where the span names its head; `noun` is the head noun of a description."""

    span: Span
    form: str  # name, pronoun, description, handle, compound
    text: str
    name: Name | None = None
    noun: str | None = None
    determiner: str | None = None
    definite: bool = False
    plural: bool = False
    modifiers: tuple[str, ...] = ()  # lower-case words before the head noun
    owner: Name | None = None  # the body or person the head belongs to
    full: str = ""  # the text with names, "his" and "the company" spelled out, where linking found them

    @property
    def shown(self) -> str:
        """The words by which a description is known: spelled out where that was possible."""
        return self.full or self.text.strip()


def parse_mention(text: str, span: Span, roster: Roster) -> Mention:
    """Read a source span.

    The head of the phrase decides: "Ida Berg, a doctor who replaced Lena Fisk" names Ida Berg, "a spokeswoman for
    Norlink" is a description that belongs to Norlink, "Norlink's chief, Ida Berg" names Ida Berg.
    """
    words = list(scan_words(text, span.start, span.end))
    shown = text[span.start : span.end]
    if not words:
        return Mention(span, "description", shown)
    handle = next((word for word in words if word.text.startswith("@")), None)
    names = roster.within(span.start, span.end)
    first = words[0].lower if not words[0].text.isupper() or len(words[0].text) < 2 else words[0].text
    if len(words) <= 2 and (
        first in PRONOUNS and (len(words) == 1 or words[1].lower in ("himself", "herself", "both", "also"))
    ):
        return Mention(span, "pronoun", shown, noun=first)
    whole = roster.around(span.start, span.end) if not names else None
    if whole is not None and not roster.is_adjective(whole):
        return Mention(span, "name", shown, whole, _title_noun(words, whole))
    if first == "whose":
        return Mention(span, "pronoun", shown, noun="who")
    if len(names) > 1 and _is_list(text, span, names):
        return Mention(span, "compound", shown, plural=True, owner=names[0])
    head = _head_words(text, words)
    name = _head_name(text, span, names, head, roster)
    if name is not None:
        noun = _title_noun(words, name)
        return Mention(span, "name", shown, name, noun, owner=_owner(names, name, text))
    if handle is not None and not names:
        return Mention(span, "handle", shown)
    return _describe(text, span, shown, head, names)


def _is_list(text: str, span: Span, names: list[Name]) -> bool:
    """Whether a span holds nothing but names joined by commas and "and": "Norlink and Quay Works"."""
    rest = text[span.start : names[0].full_start]
    for one, other in itertools.pairwise(names):
        rest += text[one.end : other.full_start]
    rest += text[names[-1].end : span.end]
    return (
        re.fullmatch(r"(?:[Tt]he |[Bb]oth )?(?:,? (?:and|or) (?:the )?|, (?:the )?)+", rest) is not None
        and " and " in rest + " "
    )


def _head_words(text: str, words: list[Word]) -> list[Word]:
    """The words before the first complement, comma or dash."""
    head: list[Word] = []
    for word in words:
        if head:
            gap = text[head[-1].end : word.start]
            if "," in gap or "—" in gap or "–" in gap or "(" in gap or ";" in gap or word.text in _COMPLEMENT:
                break
            if _MADE.fullmatch(word.text) and noun_class(head[-1].lower) == "document":
                break
        head.append(word)
    if len(head) > 2 and head[-1].lower == "one":
        head = head[:-1]
    return head or words[:1]


def _head_name(text: str, span: Span, names: list[Name], head: list[Word], roster: Roster) -> Name | None:
    """The name that is the head of the phrase, if one is."""
    if (
        names and names[0].full_start <= span.start + 4 and names[0].start >= head[-1].end
    ):  # "Secretary of State Ines Roca"
        return names[0]
    end = head[-1].end
    opening = [name for name in names if name.start < end]
    if opening:
        for name in opening:
            follows = [word.text for word in head if word.start >= name.end]
            if follows[:1] in (["and"], ["or"], ["nor"]) and not name.possessive and not roster.is_adjective(name):
                return name if roster.at(name).kind in ("person", "unknown") else None
        last = opening[-1]
        article = head[0].text.lower() in ("a", "an", "one", "another") and len(head) == 2 and last.kind != "person"
        if (
            last.end >= end
            and not (last.possessive and span.end > last.end + 2)
            and not article
            and not roster.is_adjective(last)
        ):
            return last
    return _apposed_name(text, span, names, head)


def _apposed_name(text: str, span: Span, names: list[Name], head: list[Word]) -> Name | None:
    """The name in apposition to a description: "Norlink's chief, Ida Berg", "the firm on the pier, Quay Works"."""
    noun = head[-1].lower
    if noun_class(noun) in ("group", "document") or (is_capitalised(head[-1]) and noun not in TITLES):
        return None
    for name in names:
        before = text[head[-1].end : name.full_start]
        gap = re.search(r"(?:^|,) ?(?:(?:named|identified as|called) )?(?:[a-z][\w-]* ){0,4}(?:to )?$", before)
        if gap is None or "," not in before or (len(name.words) < 2 and name.kind != "org"):
            continue
        if noun_class(noun) == "org" and name.kind not in ("org", "unknown"):
            continue
        if noun_class(noun) != "org" and name.kind not in ("person", "unknown"):
            continue
        if re.match(r"$|[,.(]| \(| of | from ", text[name.end : span.end]):
            return name
    return None


def _title_noun(words: list[Word], name: Name) -> str | None:
    before = [word.lower for word in words if word.end <= name.start]
    return next((word for word in reversed(before) if word in PERSON_NOUNS | SPOKES_NOUNS | TITLES), None)


def _owner(names: list[Name], name: Name, text: str) -> Name | None:
    """A name in the same phrase that is not the head: the body of "Ida Berg, chief of Norlink"."""
    return next((other for other in names if other is not name), None)


def _describe(text: str, span: Span, shown: str, head: list[Word], names: list[Name]) -> Mention:
    lowers = [word.lower for word in head]
    noun = lowers[-1]
    if noun in ("alike", "himself", "herself", "themselves", "itself", "alone", "also") and len(lowers) > 1:
        noun = lowers[-2]
    if "and" in lowers[1:-1]:
        first = lowers[lowers.index("and") - 1]
        noun = first if noun_class(first) is not None else noun
    determiner = lowers[0] if lowers[0] in DEFINITES | INDEFINITES or lowers[0].isdigit() else None
    owned = next((name for name in names if name.possessive and name.start < head[-1].start), None)
    if len(lowers) > 2 and noun in ("people", "members", "sources", "ones") and lowers[0] in ("two", "one"):
        determiner = lowers[0]
    one_of = re.match(
        r"(?:one|some|two|three|many|most|both|all|several|none|each) of (?:the|these|those|his|her|its"
        r"|their) ([\w'’ -]+)",
        shown,
        re.I,
    )
    if one_of:
        nouns = [
            word
            for word in re.findall(r"[\w'’-]+", one_of.group(1).lower())
            if word in GROUP_PLURALS | GENERIC_PLURALS | PERSON_NOUNS
        ]
        noun = nouns[0] if nouns else noun
    whole = _PART_OF.match(shown)
    if whole and noun_class(whole.group("noun").lower()) == "document":
        noun = whole.group("noun").lower()
    plural = noun in GROUP_PLURALS | GENERIC_PLURALS or (
        noun.endswith("s")
        and not noun.endswith("ss")
        and noun[:-1] in PERSON_NOUNS | ORG_NOUNS | DOCUMENT_NOUNS | SPOKES_NOUNS
    )
    definite = lowers[0] in DEFINITES or owned is not None
    modifiers = tuple(lowers[1 if determiner else 0 : -1])
    issuers = [
        name for name in names if not _HANDED.search(text, max(span.start, name.full_start - 24), name.full_start)
    ]
    owner = owned or (issuers[0] if issuers else None)
    return Mention(span, "description", shown, None, noun, determiner, definite, plural, modifiers, owner)


def noun_class(noun: str | None) -> str | None:
    """person, group, org or document for a head noun; None where it says nothing."""
    if noun is None:
        return None
    if noun in SPOKES_NOUNS or noun in PERSON_NOUNS:
        return "group" if noun in GROUP_PLURALS | GENERIC_PLURALS else "person"
    if noun in GROUP_PLURALS or noun in GENERIC_PLURALS:
        return "group"
    if noun in DOCUMENT_NOUNS:
        return "document"
    if noun in ORG_NOUNS or noun in MEDIA_NOUNS:
        return "org"
    if noun.endswith("s") and noun[:-1] in PERSON_NOUNS:
        return "group"
    if noun.endswith("s") and noun[:-1] in ORG_NOUNS:
        return "org"
    return "person" if is_agent(noun) else None


def is_agent(noun: str) -> bool:
    """Whether a noun of no list looks like one for a person by its ending: mediator, warden, welder, machinist."""
    return _AGENT.search(noun) is not None and noun not in THINGS
