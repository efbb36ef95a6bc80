"""Tells the zone of each sentence: headline, standfirst, caption, boilerplate, interview turns, body (codebook 1.3 Q0).

Plain rules, made to be right rather than complete: boilerplate that is missed becomes narration, which costs little;
body text taken for boilerplate loses its claims.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from annotator.paragraphs import BULLET
from annotator.records import Article

Spans = list[tuple[int, int]]

_AGENCY = (
    r"(?:AP|AFP|Associated Press|Reuters|REUTERS|EPA|PA|UPI|ANI|PTI|AAP|CP|Bloomberg|Getty(?: Images)?"
    r"|Shutterstock|Xinhua|TASS|NASA|NOAA)"
)
_NAME = r"[A-Z][\w.'’-]*"
_PEOPLE = rf"{_NAME}(?:(?:,? and|,| &)? {_NAME}){{0,8}}"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE = (
    rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?(?:{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_MONTH},? \d{{4}})"
)
_TIME = r"\d{1,2}(?:[:.]\d\d)? ?(?:[ap]\.?m\.?|[AP]M)(?: [A-Z]{2,4})?"

# What it is, and what the whole sentence looks like. Long sentences are only tried against the last group.
_BOILERPLATE_LINES = {
    "byline": rf"(?:By|BY|Written by|Words by|Story by)(?::? {_PEOPLE}(?:(?:,| \|| in) [^.!?]{{1,60}})?)?",
    "agency": rf"[(\[]?(?:The )?{_AGENCY}(?: Photo| Images| News)?[)\]]?|Staff [Rr]eports?|[(]BA[)]|USA TODAY|YouTube",
    "credit": rf"[(\[]?[^.!?()\[\]]{{0,60}}(?: ?/ ?|\bvia |\bfor ){_AGENCY}(?: Photo| Images)?[)\]]?"
    rf"|REUTERS ?/ ?{_PEOPLE}"
    rf"|[(\[]{_PEOPLE} ?/ ?[^()\[\]]{{1,50}}[)\]](?: ?@\w+)?",
    "image credit": r"[(\[]?(?:Main |Lead |Featured )?(?:[Ii]mages?|[Pp]hotos?|[Pp]hotographs?|[Pp]ictures?"
    r"|[Gg]raphics?|[Ii]llustrations?)"
    r"(?: [Cc]redits?| [Cc]ourtesy(?: of)?| by|:| supplied by)+:? [^.!?]{1,60}[)\]]?",
    "source": r"Source: [^.!?,]{1,30}",
    "date": rf"{_DATE}(?:,? (?:at )?{_TIME})?|{_TIME}",
    "stamp": rf"\(?(?:Last |First )?(?:[Uu]pdated?|UPDATED?|[Pp]osted|[Pp]ublished|[Mm]odified)(?: on"
    rf"| at)?:? [^.!?]{{0,30}}(?:{_TIME}|{_DATE})[^!?]{{0,60}}",
    "dateline": rf"[A-Z][A-Z .,'’-]+(?:, [A-Z][\w.]+)?(?: ?\({_AGENCY}\))?(?: ?[—–-]+)",
    "address": r"(?:https?://|www\.|pic\.twitter\.com/)\S+(?: pic\.twitter\.com/\S+)?(?: — .{1,60})?"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+",
    "signature": rf"[—–-] ?.{{1,60}}\(@\w+\)(?: {_DATE})?",
    "placeholder": r"\[?pull ?quote\]?|Tweet may have been deleted|Advertisements?|ADVERTISEMENT"
    r"|Story continues below.{0,30}"
    r"|Example video title.{0,40}|Loading\b.{0,20}|Skip to .{1,30}|Share this.{0,40}|SHARE THIS.{0,40}",
}
_BOILERPLATE_STARTS = {
    "link": r"(?:Read|Read more|Read also|Also read|See also|Check out|Related(?: Coverage| Articles?| Stor(?:y"
    r"|ies))?|SEE RELATED STORY|RELATED|More"
    r"|Watch|WATCH|Listen|READ|READ MORE|For more, read|Recommended|Don['’]t miss|More information) ?:",
    "read more": r"(?:Read|View|See|Watch) (?:more|the (?:full|whole|maps)|this report|next|our"
    r"|[A-Z]\w+['’]s report)\b.{0,90}\Z|Related Coverage\b"
    r"|Click here\b|Download a free\b|To see .{1,60}\bbelow:",
    "newsletter": r"(?:Sign up|Subscribe)\b(?: now| here| today| free)*(?:,? (?:to|for|and)\b)|By signing up\b"
    r"|Are you on Telegram"
    r"|Get (?:the|our|breaking|real-time)\b.{0,90}\b(?:inbox|newsletters?|updates|alerts|email|delivered)\b"
    r"|(?:When you|Please) (?:join|subscribe)\b|Join now or|If you’re seeing this message",
    "follow": r"(?:You can )?(?:also )?[Ff]ollow (?:us|him|her|me|them|[A-Z]).{0,60}\b(?:on|via) (?:Twitter|X"
    r"|Facebook|Instagram|LinkedIn|Mastodon|social)"
    r"|Why not follow\b|For news updates, follow\b|Open DMs on\b|Like us on",
    "contact": r"(?:Contact|Email|Reach|Write to)\b[^.]{0,60}\bat\b.{0,40}(?:@|\d{3})|Got a tip\b|Send (?:us"
    r"|story|your) (?:tips|ideas)|Feel free to send us"
    r"|(?:If you have|Don['’]t hesitate).{0,80}\b(?:email|contact) (?:me|us)\b|Just send a message to"
    r"|You can also (?:send story|contact|reach)\b",
    "visit": r"Visit .{1,50} (?:homepage|website|page|site) for more|For (?:more|the latest) (?:stories|news"
    r"|information|coverage)\b"
    r"|To start, just .star. this|Download (?:the|our) .{0,40}\bapp\b",
    "support": r"(?:Today, put a dollar value|The local news you read here|Support (?:our|independent"
    r"|quality) journalism|Please consider (?:donating|supporting))",
    "correction": r"(?:Correction|CORRECTION|Corrections|Clarification|CLARIFICATION|Editor[’']?s[’']? [Nn]ote"
    r"|EDITOR[’']S NOTE|UPDATE|Disclaimer)(?: [^:.]{0,25})?: ?"
    r"|An earlier version of this\b|We (?:apologi[sz]e for|regret) (?:the|this) error|This (?:story|article|post"
    r"|report) (?:has been|was) (?:corrected|updated|clarified)",
    "origin": r"(?:Originally (?:published|appeared)|This (?:article|story|post|piece|report) (?:was |has been |is )?"
    r"(?:originally|first|adapted|republished|produced|reprinted|appeared)|Provided by [A-Z]|Powered by [A-Z]"
    r"|CNNMoney\b.{0,40}First published)",
    "sign-off": r"[(\[]?(?:Additional |With )?(?:[Rr]eporting|[Ww]riting|[Ee]diting|[Cc]ompiled|[Tt]ranslated"
    r"|[Rr]esearch|[Ee]dited)"
    r"(?: and (?:writing|editing|reporting))? by:? [A-Z]",
    "copyright": r"(?:©|\(c\)|\(C\)|Copyright\b)|All rights reserved|This material may not be published",
    "tools": r"LISTEN TO ARTICLE|Listen \d+ min\b|Gift(?:Outline)? (?:Gift )?Article|SCROLL DOWN FOR"
    r"|THIS IS A LIVE BLOG|— (?:Instant|Downloadable) ",
}
_WHOLE = re.compile("|".join(f"(?:{rule})" for rule in _BOILERPLATE_LINES.values()))
_START = re.compile("|".join(f"(?:{rule})" for rule in _BOILERPLATE_STARTS.values()))
_MENU = re.compile(r"(?:[A-Z][a-z]+){3,}")  # a row of links run together
_LONGEST = 400  # characters of a boilerplate sentence

_CAPTION_START = re.compile(
    r"(?:FILE(?: PHOTO| IMAGE)?|File(?: photo| image| picture)|Caption|CAPTION|Photo|PHOTO|Pictured|Above"
    r"|In this [^.]{0,40}\b(?:photo|image))(?: ?[:—–-]|,)"
)
_CAPTION_END = re.compile(
    rf"(?:[(\[](?:[^()\[\]]{{0,60}}(?:/|\bvia ))?{_AGENCY}(?: Photo| Images)?(?:/[^()\[\]]{{1,40}})?[)\]]"
    rf"|(?:Image|Photo|Photograph|Picture)(?: [Cc]redit)?: [^.!?]{{2,60}}\.?"
    rf"|[(\[](?:Image|Photo|Picture)s? (?:by|courtesy of|credit:?) [^()\[\]]{{2,60}}[)\]]|REUTERS/{_PEOPLE})\s*\Z"
)
_FINAL = re.compile(r"[.!?…:;][\"'”’»)\]]*\Z")
_TAG = re.compile(r"(Q|A|Question|Answer)(?:[:.]|\s?[—–-])\s+|((?:[A-Z][\w.'’-]*)(?: [A-Z][\w.'’-]*){0,3}):\s+")

_LONGEST_HEADLINE = 220
_LONGEST_STANDFIRST = 300


def find_zones(article: Article, paragraphs: list[Spans]) -> list[list[str]]:
    """A zone for each sentence of each paragraph; `paragraphs` holds the offsets of their sentences."""
    text = article.text
    zones = [_zone_paragraph(text, spans) for spans in paragraphs]
    _mark_interview(text, paragraphs, zones)
    _mark_headline(article, paragraphs, zones)
    return zones


def is_boilerplate(sentence: str) -> bool:
    """Byline, dateline, credit, promotion, correction, sign-off, link, time stamp."""
    if len(sentence) > _LONGEST:
        return False
    return bool(_WHOLE.fullmatch(sentence) or _START.match(sentence) or _MENU.fullmatch(sentence))


def _zone_paragraph(text: str, spans: Spans) -> list[str]:
    whole = text[spans[0][0] : spans[-1][1]]
    if is_boilerplate(whole):
        return ["boilerplate"] * len(spans)
    caption = len(whole) < 600 and (_CAPTION_START.match(whole) or _CAPTION_END.search(whole[-120:]))
    rest = "caption" if caption else "body"
    return ["boilerplate" if is_boilerplate(text[start:end]) else rest for start, end in spans]


def _mark_headline(article: Article, paragraphs: list[Spans], zones: list[list[str]]) -> None:
    """The first paragraph that is not boilerplate, if it is the title or a short line without a full stop above a
    body."""
    text = article.text
    lines = [index for index, found in enumerate(zones) if set(found) != {"boilerplate"}][:3]
    if len(lines) < 2 or "body" not in zones[lines[0]]:
        return
    first = text[paragraphs[lines[0]][0][0] : paragraphs[lines[0]][-1][1]]
    is_title = article.title is not None and _fold(first) == _fold(article.title)
    if not is_title and (
        BULLET.match(first) or len(first) > _LONGEST_HEADLINE or (_FINAL.search(first) and not first.endswith("?"))
    ):
        return
    zones[lines[0]] = ["headline"] * len(zones[lines[0]])
    second = text[paragraphs[lines[1]][0][0] : paragraphs[lines[1]][-1][1]]
    follows = len(lines) > 2 and zones[lines[1]] == ["body"] and lines[1] == lines[0] + 1
    if follows and not _FINAL.search(second) and len(second.split()) >= 8 and len(second) <= _LONGEST_STANDFIRST:
        zones[lines[1]] = ["standfirst"]


def _fold(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


def _mark_interview(text: str, paragraphs: list[Spans], zones: list[list[str]]) -> None:
    """Turns of a transcript: `Q:` and `A:`, or at least two speaker tags that take turns, one of them back again.

    A turn lasts to the next tag; the last one to the end of its paragraph.
    """
    turns = []  # (paragraph, sentence, tag)
    for index, spans in enumerate(paragraphs):
        for place, (start, end) in enumerate(spans):
            found = _TAG.match(text, start, end)
            if found and (found[1] or place == 0):
                turns.append((index, place, (found[1] and found[1][0]) or found[2], text[start:end]))
    asking = _find_asking_tags(turns)
    if not asking:
        return
    letters = asking == {"Q"}
    turns = [turn for turn in turns if (turn[2] in "QA") == letters]
    current, following = None, {(turn[0], turn[1]): turn[2] for turn in turns}
    last = turns[-1][0]
    for index in range(turns[0][0], last + 1):
        for place, zone in enumerate(zones[index]):
            tag = following.get((index, place))
            if tag is not None:
                current = "interview_question" if tag in asking else "interview_answer"
            if current and (zone in ("body", "caption") or tag is not None):
                zones[index][place] = current


def _find_asking_tags(turns: list[tuple[int, int, str, str]]) -> set[str]:
    """The tags of who asks; empty if this is no interview."""
    tags = Counter(turn[2] for turn in turns)
    if tags["Q"] and tags["A"]:
        return {"Q"}
    names = [turn for turn in turns if turn[2] not in ("Q", "A")]
    changes = sum(one[2] != two[2] for one, two in pairwise(names))
    repeated = [tag for tag, count in tags.items() if count > 1 and tag not in ("Q", "A")]
    if len({turn[2] for turn in names}) < 2 or len(repeated) < 2 or changes < 3:
        return set()
    asks = Counter(turn[2] for turn in names if turn[3].endswith("?"))
    return {asks.most_common(1)[0][0]} if asks else set()
