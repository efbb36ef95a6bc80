"""When, how and to whom a source spoke: occasion, medium, relay; how it knows: access; where an item came from:
provenance."""

from __future__ import annotations

import re
from collections.abc import Sequence

from annotator.records import Attribute, Span

# Order matters: the first that is found in the sentence of a claim gives occasion and medium.
_OCCASIONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (medium, re.compile(pattern, re.IGNORECASE))
    for medium, pattern in (
        ("press_conference", r"(?:at|in|during|told|to) (?:a|the|an|his|her|their) (?:[\w-]+ ){0,3}(?:news"
r"|press) (?:conference|briefing)|told (?:a |the )?(?:[\w-]+ ){0,3}(?:news conference|briefing)"
r"|at a (?:[\w-]+ ){0,2}briefing|told (?:[\w-]+ ){0,3}(?:reporters|journalists)"
r"|speaking to (?:reporters|journalists)"),
        ("testimony_or_filing", r"(?:told|at|in|during|before) (?:a|an|the) (?:[\w-]+ ){0,4}"
            r"(?:hearing|inquiry|inquest|trial"
r"|court|jury|committee|tribunal|deposition)|testified|in (?:a |an "
r"|the )?(?:[\w-]+ ){0,3}(?:testimony|affidavit|lawsuit|court (?:filing|papers|documents)|filing"
r"|complaint|indictment|deposition)|in court|under oath"),
        ("social_post", r"(?:on|via|in a post on|wrote on|said on) (?:his |her |its |their )?(?:Twitter|Facebook"
r"|Instagram|Telegram|X\b|Truth Social|TikTok|Weibo|LinkedIn|Reddit|YouTube|social media"
r"|social networks?|Mastodon|Bluesky)|tweeted|in an? (?:[\w-]+ ){0,3}(?:tweet|(?:blog |Facebook "
r"|Instagram |Twitter |social media )?post|thread)\b|posted"),
        ("statement", r"in an? (?:[\w’'-]+ ){0,4}(?:statement|press release|news release|communiqu[eé]|release"
r"|announcement)\b|(?:the|its|his|her|their|a) (?:[\w-]+ ){0,2}statement (?:said|says|added|read"
r"|issued)|according to (?:a|the) (?:[\w-]+ ){0,2}statement|issued a statement"),
        ("interview", r"in an? (?:[\w’'-]+ ){0,5}interview\b|(?:told|tells) (?:this (?:news)?paper"
r"|this (?:news )?(?:site|website|magazine)|me\b|us\b)|interviewed (?:by|on)|in (?:previous "
r"|recent |earlier )?(?:interviews|conversations) with|speaking (?:to|with) (?:the )?[A-Z][\w.]+"),
        ("message", r"(?:in|by|via) (?:an? |his |her |their )?(?:[\w’'-]+ ){0,3}(?:e-?mails?|letters?|memos?"
r"|text messages?|messages?|notes?|written (?:response|answer)s?)\b|by (?:phone|telephone)"
r"|wrote in"),
        ("speech", r"(?:in|at|during) (?:a|an|the|his|her|their) (?:[\w’'-]+ ){0,4}(?:speech|address|rally|meeting"
r"|conference|sermon|lecture|debate|summit|ceremony|town hall|panel|session|call|event)\b"
r"|told (?:parliament|lawmakers|MPs|Congress|the (?:crowd|audience|assembly|council|house"
r"|senate))|on (?:state )?(?:television|TV|radio)|(?:television|televised|TV|radio) (?:address"
r"|interview|appearance)"),
    )
)  # fmt: skip
_DATED = re.compile(
    r"(?:\b\d{4}\b(?: [\w-]+)? (?:report|edition|filing|study|survey)|(?:published|issued|released"
    r"|dated|filed|posted)(?: (?:on|in|by|this|last))? [^.,;“”\"\n]{3,40}|"
    r"\b(?:1[5-9]|20)\d{2}\b|\bNo\.? \d+|(?:annual|quarterly|monthly|weekly) (?:report|survey|review)|edition)",
    re.IGNORECASE,
)
# A day or month in the words for an item itself is its date: "Friday's filings", "the May report".
_DAY = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December|(?:last|this) (?:week|month|year)|yesterday)\b"
)
_PROVENANCE = (
    (
        "seen_by_outlet",
        re.compile(
            r"(?:seen|reviewed|viewed|read|examined|verified) by (?:this (?:news)?paper|(?:the )?[A-Z][\w ]{1,30})"
        ),
    ),
    ("obtained", re.compile(r"obtained (?:by|from|under|through)|obtained\b", re.IGNORECASE)),
    ("leaked", re.compile(r"\bleaked\b|\bleak(?:s)? of\b", re.IGNORECASE)),
    ("public", re.compile(r"\b(?:published|released|posted|filed|publicly|issued|made public)\b", re.IGNORECASE)),
)
_TOLD = re.compile(
    r"\b(?:told|tells|speaking to|speaking with|interview with|talking to|said on|quoted by|in (?:the )?)\s(?:the )?$"
)
_WITNESS = re.compile(
    r"\bwho (?:was|were) (?:there|present|in|on|at|among|inside|aboard|standing|sitting|nearby"
    r"|with)\b|\bwho (?:saw|heard|watched|witnessed|attended|took part|survived|escaped"
    r"|participated)\b|"
    r"\b(?:eye)?witness(?:es)?\b|\bsurvivors?\b|\bin the room\b|direct knowledge|first-?hand"
    r"|\bparticipants?\b|\bwho (?:lives|live|works|work|worked|served) ",
    re.IGNORECASE,
)
_BRIEFED = re.compile(
    r"\b(?:familiar with|briefed|with knowledge|aware of|privy to|close to|knowledgeable)\b", re.IGNORECASE
)
_EXPERT = re.compile(
    r"\b(?:professor|researcher|scientist|analyst|economist|expert|historian|scholar|epidemiologist"
    r"|physicist|biologist|psychologist|lecturer|academic|"
    r"engineer|specialist|fellow|strategist|geologist|astronomer|virologist|ecologist|lawyer|attorney"
    r"|consultant|sociologist|doctor|physician|surgeon|critic|statistician)s?\b",
    re.IGNORECASE,
)
_OFFICIAL = re.compile(
    r"\b(?:minister|president|premier|chancellor|secretary|senator|governor|mayor|official|officer"
    r"|spokes\w+|chief|director|commissioner|judge|prosecutor|sheriff|ambassador|"
    r"general|colonel|captain|superintendent|chair\w*|head|leader|ceo|executive|manager"
    r"|representative|attorney general|councill?or|king|queen|inspector|detective|mp|congress\w+|"
    r"lawmaker|envoy|commander|administrator|coroner|founder|owner|principal|police|authorities"
    r"|prosecutors|aide|diplomat|adviser|advisor|deputy|lieutenant|sergeant|treasurer|master)s?\b",
    re.IGNORECASE,
)
# How the content begins where a source speaks of itself: of a person, of a body or a group.
_OWN_PERSON = re.compile(r"\W*(?:that )?(?:he|she|we|I|his|her|our|my)\b", re.IGNORECASE)
_OWN_BODY = re.compile(
    r"\W*(?:that )?(?:it(?! (?:is|was|would be|will be|could be|may be|might be|has been) (?:\w+ ){1,3}(?:to|that)\b)"
    r"|they|we|its|their|our|the (?:company|firm|agency|ministry|department|bank|group|club|union))\b",
    re.IGNORECASE,
)
# What only the one who did it, decided it or found it out can say first (rubric R1a: own acts, decisions, data).
_OWN_ACT = re.compile(
    r"\b(?:announc|admit|acknowledg|apologi|pledg|promis|vow|propos|disclos|declin|refus|reject|den(?:y|ie)|conced|decid"
    r"|found\b|finds?\b|discover|recorded|estimat|order(?:ed|s)\b|rul(?:ed|es|ing)\b)",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|we|our|my|us|me)\b|\b(?:I|we)['’]", re.IGNORECASE)


# A pattern above is tried only where one of its words stands in the sentence (lower case).
_NEEDLES: dict[str, tuple[str, ...]] = {
    "press_conference": ("conference", "briefing", "reporters", "journalists"),
    "testimony_or_filing": (
        "hearing", "inquiry", "inquest", "trial", "court", "jury", "committee", "tribunal", "deposition", "testi",
        "affidavit", "lawsuit", "filing", "complaint", "indictment", "oath",
    ),
    "social_post": (
        "twitter", "facebook", "instagram", "telegram", " x", "truth social", "tiktok", "weibo", "linkedin", "reddit",
        "youtube", "social", "mastodon", "bluesky", "tweet", "post", "thread",
    ),
    "statement": ("statement", "release", "communiqu", "announcement"),
    "interview": ("told", "tells", "interview", "conversations", "speaking"),
    "message": ("mail", "letter", "memo", "message", "note", "written", "phone", "wrote"),
    "speech": (
        "speech", "address", "rally", "meeting", "conference", "sermon", "lecture", "debate", "summit", "ceremony",
        "town hall", "panel", "session", "call", "event", "told", "television", "tv", "radio",
    ),
}  # fmt: skip


def find_occasion(text: str, areas: list[Span]) -> tuple[Attribute, str] | None:
    """The occasion stated in the first of the areas that states one, and its medium."""
    for area in areas:
        lower = text[area.start : area.end].lower()
        for medium, pattern in _OCCASIONS:
            if not any(needle in lower for needle in _NEEDLES[medium]):
                continue
            match = pattern.search(text, area.start, area.end)
            if match is not None:
                return Attribute(match.group(), Span(*match.span())), medium
    return None


def find_date(text: str, area: Span, words: Span) -> Attribute | None:
    """Date, edition or number of an item, for a reader to retrieve it: in an area, or a day in the words for it."""
    match = _DATED.search(text, area.start, area.end) or _DAY.search(text, words.start, words.end)
    return Attribute(match.group(), Span(*match.span())) if match is not None else None


def find_provenance(text: str, area: Span) -> Attribute | None:
    """How an item reached the outlet."""
    for value, pattern in _PROVENANCE:
        match = pattern.search(text, area.start, area.end)
        if match is not None:
            return Attribute(value, Span(*match.span()))
    return None


def tells_outlet(text: str, start: int) -> bool:
    """Whether the words before a name of an outlet make it the one told: "told Radio Fjord"."""
    return _TOLD.search(text, max(0, start - 40), start) is not None


def find_access(
    text: str,
    described: list[Span],
    contents: list[Span],
    quotes: list[Span],
    acts: Sequence[Span] = (),
    body: bool = False,
) -> Attribute | None:
    """How the source knows, best first: took part, was briefed, speaks on its own acts, expertise, office.

    `described` are spans that describe the source, `contents` and `quotes` what it says, `acts` the cues of a body.
    """
    for value, pattern in (("first_hand", _WITNESS), ("briefed", _BRIEFED)):
        shown = _find_first(text, pattern, described)
        if shown is not None:
            return Attribute(value, shown)
    own = _OWN_BODY if body else _OWN_PERSON
    shown = _find_first(text, _FIRST_PERSON, quotes)
    shown = shown or next((Span(*m.span()) for m in (own.match(text, s.start, s.end) for s in contents) if m), None)
    shown = shown or _find_first(text, _OWN_ACT, acts)
    if shown is not None:
        return Attribute("first_hand", shown)
    for value, pattern in (("expert", _EXPERT), ("official_capacity", _OFFICIAL)):
        shown = _find_first(text, pattern, described)
        if shown is not None:
            return Attribute(value, shown)
    return None


def _find_first(text: str, pattern: re.Pattern[str], spans: Sequence[Span]) -> Span | None:
    found = (pattern.search(text, span.start, span.end) for span in spans)
    return next((Span(*match.span()) for match in found if match is not None), None)
