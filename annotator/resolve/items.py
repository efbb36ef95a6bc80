"""The fuller form of an item in the article: "the report" is elsewhere "a report by the Audit Office" (rows 41-44)."""

from __future__ import annotations

import re

from annotator.resolve.lexicon import COMMON_STARTS, ITEM_FAMILIES

_WORD = (
    r"[A-Z](?:[\w&’'-]|\.(?=[^\s.])|(?<=[ .][A-Z])\.){0,30}"  # with the full stops of "U.S.", not that of the sentence
)
_ISSUED = (
    rf",?(?: (?:of|on) (?:[\w,%-]+ ){{0,6}}?[\w%-]+)?"
    rf" (?:by|from|(?:published|released|conducted|issued|commissioned|approved|carried out|written|led)(?: \w+){{0,2}}"
    rf" (?:by|in))"
    rf" (?:the )?(?:journal )?{_WORD}(?: (?:of|for|and|of the|for the|&|{_WORD})){{0,8}}"
)
_ISSUER = re.compile(rf"(?P<who>(?:{_WORD} (?:(?:of|for|and|&|of the) )?){{1,6}}(?:[a-z-]{{3,20}} ){{0,2}})$")
_SMALL_END = re.compile(r"(?: (?:of|for|and|the|&|in))+$")


class Items:
    """Looks items of one article up by their noun; each noun is read once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._known: dict[str, str | None] = {}

    def find_fuller(self, noun: str) -> str | None:
        """The first form in the article that says whose an item is, by its own noun or another word for it; None where none
        does."""
        if noun not in self._known:
            family = next((sorted(family - {noun}) for family in ITEM_FAMILIES if noun in family), [])
            found = (self._search(other) for other in (noun, *family))
            self._known[noun] = next((form for form in found if form), None)
        return self._known[noun]

    def _search(self, noun: str) -> str | None:
        for match in re.finditer(rf"\b{re.escape(noun)}\b(?P<issued>{_ISSUED})?", self.text):
            before = _ISSUER.search(self.text, max(0, match.start() - 120), match.start())
            if before is not None and not COMMON_STARTS & set(before.group("who").lower().split()):
                return before.group("who") + noun
            if match.group("issued"):
                return _SMALL_END.sub("", match.group().rstrip(".,’'"))
        return None
