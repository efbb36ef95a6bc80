"""A simple guess at the sector of a source from the words of its name, role and affiliation (codebook 2.2)."""

from __future__ import annotations

import re

from annotator.records import Attribute
from annotator.resolve.roster import Entity

# The first that matches holds.
_SECTORS = tuple(
    (sector, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for sector, words in (
        ("media", "journalist|reporter|correspondent|editor|newspaper|columnist|broadcaster|news|media"),
        ("union", "unions?|teamsters|trade unionist|shop steward"),
        ("academic", "university|professor|researchers?|scientists?|institute|college|lecturer|academics?|scholars?"
"|historian|study"),
        ("religious_group", "bishop|church|imam|rabbi|pastor|pope|archbishop|cardinal|diocese|mosque|cleric|priest"),
        ("political_group", "party|campaign|candidate|nominee|democrats|republicans|conservatives|labour|opposition"),
        ("ngo", "charity|foundation|aid|amnesty|greenpeace|nonprofit|non-profit|ngo|human rights|red cross"
"|advocacy|campaigners?|activists?"),
        ("industry_group", "chamber of commerce|trade association|federation|industry (?:group|body)|association"),
        (
            "government",
            r"minister|ministry|president|government|senators?|governor|mayor|police|officials?|department"
r"|agency|congress\w*|parliament|council\w*|court|judge|prosecutors?|attorney general|"
            r"army|navy|military|embassy|ambassador|secretary|commission|sheriff|administration|authorit\w+"
r"|white house|pentagon|lawmakers?|mp|premier|chancellor|diplomats?|regulator|state|federal"
r"|rep\.?|sen\.?|gov\.?",
        ),
        ("corporate", r"inc\.?|corp\.?|ltd\.?|plc|llc|company|chief executive|ceo|cfo|firm|bank|founder|owner|executive"
r"|group|airlines?|motors|energy|manufacturer|analyst|co-founder|maker"),
        ("witness", "witness(?:es)?|eyewitness(?:es)?|bystanders?|onlookers?|passers?-by|residents?|neighbou?rs?"),
        ("victim", "victims?|survivors?|patients?|injured|relatives?|widow|families"),
        ("actor", "protesters?|demonstrators?|players?|coach|driver|user|users|worker|workers|student|students"
"|farmers?|fans?|voters?"),
    )
)  # fmt: skip


def guess_sector(kind: str, entity: Entity, role: Attribute | None, affiliation: Attribute | None) -> str | None:
    """The sector id; None where the words say nothing."""
    if kind == "media_outlet":
        return "media"
    texts = [
        role.value if role else "",
        affiliation.value if affiliation else "",
        entity.label if entity.kind != "person" else "",
    ]
    if entity.kind == "place":
        return "government"
    for text in texts:
        for sector, pattern in _SECTORS:
            if text and pattern.search(text):
                return sector
    return None
