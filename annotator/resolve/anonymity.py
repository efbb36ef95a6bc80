"""Anonymity of a chain: type, stated reason, and the few rules that overrule the type of a mention (codebook Q4, 1.8,
2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from annotator.labels import ANONYMOUS_TYPES
from annotator.records import Attribute, Span

GRANT = re.compile(
    r"condition (?:of|that) (?:\w+ ){0,4}(?:anonymity|not be|anonymous)|conditions of anonymity"
    r"|(?:ask|request|want|prefer|wish|insist|declin|refus|agree)\w*"
    r"[^.“”\"]{0,40}? (?:not to be|to not be|to be|to remain|to stay|that \w+ not be|that (?:his|her"
    r"|their) (?:sur)?names? not be) "
    r"(?:named|identified|anonymous|unnamed|quoted(?: by name)?|used|published)|(?:request|ask|seek"
    r"|grant|promis|demand)\w*(?: for)? anonymity|"
    r"anonymity (?:because|in order|to|for|as|so|due)|anonymously|only wanted to be identified|"
    r"(?:was|were|is|are|be)(?: not|n['’]t) (?:\w+ )?(?:authori[sz]ed|allowed|permitted|cleared"
    r"|empowered)(?: by [^.,;]{2,40})? to (?:\w+ )?"
    r"(?:speak|talk|discuss|comment|disclose|brief|be (?:named|identified|quoted)|release|address|share|give|make)|"
    r"not (?:being )?(?:authori[sz]ed|allowed|permitted) to (?:\w+ )?(?:speak|talk|discuss|comment"
    r"|disclose|brief|release|address)|"
    r"(?:sur)?names? (?:is|are|was|were|has been|have been|being|to be"
    r"|will be)?\s?(?:being )?(?:withheld|changed|concealed)|not (?:be(?:ing)? )?(?:named"
    r"|identified) (?:because|for|as|since|due)|"
    r"unnamed because|(?:identified|named) (?:only )?by (?:his|her|their) (?:first|given) names?"
    r"|(?:is|are|was|were) not being (?:named|identified)",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"nonym|named?\b|identified|thori[sz]ed|allowed|permitted|cleared|empowered|quoted|names", re.IGNORECASE
)
_REASON = re.compile(
    r"(?P<why>(?:\b(?:because|since|as (?:he|she|they|it|the|his|her|their)|due to|owing to|given"
    r"|citing|fearing|who fear(?:s|ed)?|who (?:is|was) afraid|"
    r"(?:out of|for) (?:\w+ )?fear\w*|for (?:safety|security|privacy|legal) reasons|in order to|(?:so"
    r"|in order) (?:that|as)|lest|out of concern|"
    r"to (?:\w+ly )?(?:discuss|describe|speak|talk|avoid|protect|disclose|share|provide|detail|brief"
    r"|preview|reveal|address|preserve))\b"
    r"|(?:was|were|is|are|be)?(?: not|n['’]t) (?:\w+ )?(?:authori[sz]ed|allowed|permitted|cleared"
    r"|empowered)\b)[^.;:“”\"—–\n]*)",
    re.IGNORECASE,
)
_REASON_BEFORE = re.compile(
    r"(?P<why>\b(?:because|citing|fearing|who fear(?:s|ed)?|who (?:is|was) afraid|(?:out of"
    r"|for) (?:\w+ )?fear\w*|(?:was|were|is|are)(?: not|n['’]t) (?:\w+ )?"
    r"(?:authori[sz]ed|allowed|permitted))\b[^.;:“”\"—–\n]*)",
    re.IGNORECASE,
)
_REASON_END = re.compile(
    r",? (?:said|says|told|added|confirmed|described|who (?:said|spoke|asked)|and (?:who )?(?:asked"
    r"|requested|spoke|declined|wanted)[^.,;]*)\b.*$|,? ?\b(?:and|but) (?:he|she|they) (?:said"
    r"|added)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_FEAR = re.compile(
    r"fear|afraid|retaliat|reprisal|retribution|repercussion|los(?:e|ing) (?:\w+ ){0,3}(?:job|work"
    r"|licen[cs]e|visa|career|contract)|fired|dismiss|sack|"
    r"jeopardi|threat|harass|safety|danger|persecut|arrest|prosecut|punish|attack|kill|harm|lawsuit"
    r"|legal action|backlash|abuse|stigma|deport|protect|"
    r"victim|minor|risk|endanger|career|avoid (?:\w+ ){0,3}(?:alienating|damaging|hurting"
    r"|antagoni[sz]ing|angering)|relationship",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Grant:
    """Words that say a source is not to be named, and why if they do."""

    span: Span
    reason: Span | None


def find_grants(text: str, bounds: list[tuple[int, int]]) -> list[Grant]:
    """All statements of anonymity, each inside one sentence; `bounds` are the sentences, in order."""
    found = []
    for start, end in bounds:
        match = GRANT.search(text, start, end) if _HINT.search(text, start, end) else None
        if match is not None:
            found.append(Grant(Span(*match.span()), find_reason(text, match.start(), start, end)))
    return found


def find_reason(text: str, grant: int, start: int, end: int) -> Span | None:
    """The clause that says why: at or after the words of the grant, else before them in the sentence."""
    match = _REASON.search(text, grant, end) or _last(_REASON_BEFORE.finditer(text, max(start, grant - 160), grant))
    if match is None:
        return None
    first = match.start("why")
    words = _REASON_END.sub("", match.group("why"))
    comma = re.search(r", (?!(?:who|which|and|or|but)\b)|, (?:and|but) [A-Z]", words[20:])
    if comma is not None:
        words = words[: 20 + comma.start()]
    words = re.sub(r"(?:\s+(?:and|but|who))+$", "", words.rstrip(" ,'’"))
    lead = len(words) - len(words.lstrip())
    return Span(first + lead, first + len(words)) if len(words.split()) > 1 else None


def _last(matches: object) -> re.Match[str] | None:
    last = None
    for match in matches:
        last = match
    return last


def reason_kind(reason: str | None, anonymity: str) -> str | None:
    """specific, stock or none for a source that withholds a name; n/a where no reason is due (rubric R1a)."""
    if anonymity in ("incidental", "generic", "unspecified"):
        return "n/a"
    if anonymity == "none":
        return None
    if reason is None:
        return "none"
    return "specific" if _FEAR.search(reason) else "stock"


def as_attribute(text: str, span: Span | None) -> Attribute | None:
    """A span with its own words as value."""
    return Attribute(text[span.start : span.end], span) if span is not None else None


_INCIDENTAL = re.compile(
    r"\b(?:passer-?by|passers-?by|bystanders?|onlookers?|(?:eye)?witness(?:es)?|neighbou?rs?"
    r"|residents?|shoppers?|customers?|drivers?|passengers?|protesters?|demonstrators?|"
    r"crowds?|fans?|callers?|users?|commenters?|(?:wo)?m[ae]n|boys?|girls?|mothers?|fathers?"
    r"|students?|villagers?|locals|spectators?|survivors?|dispatcher|reporters?|pensioner|chants?"
    r"|placards?)\b",
    re.IGNORECASE,
)


def anonymity_type(kind: str, granted: bool, descriptions: list[str]) -> str:
    """none, explicit, veiled, incidental, generic or unspecified, from the type and the words about it."""
    if kind not in ANONYMOUS_TYPES:
        return "none"
    if kind == "unspecified":
        return "unspecified"
    if granted:
        return "explicit"
    if kind == "generic_collective":
        return "generic"
    return "incidental" if any(_INCIDENTAL.search(words) for words in descriptions) else "veiled"
