"""The flags of rubric R2: what each tells an editor, when it is set, and the published rule behind it.

Origins are named, not quoted, and say how much of them was seen when the rubric was written (rubric, References).
"""

from __future__ import annotations

from typing import NamedTuple


class FlagRule(NamedTuple):
    """What a flag tells an editor, when it is set, and where the rule comes from. A prompt, not a finding of fault."""

    message: str
    when: str
    origin: str


_AP = "Associated Press, When is it OK to use anonymous sources? (blog.ap.org; seen in part)"
_JTI = "Journalism Trust Initiative, CWA 17493:2019, clause 12 (seen in part, in reports of outlets)"
_GUARDIAN = "The Guardian, readers' editor on the paper's rules for anonymous quotes, 7 September 2014 (seen in part)"
_NYT = "New York Times, note on anonymous sources of 15 March 2016 (nytco.com; seen in part)"
_HOWELL = "Deborah Howell, ombudsman of the Washington Post, 29 July 2006 (concernedjournalists.org)"
_BBC = "BBC editorial guidelines, accuracy: gathering material (older edition)"
_ICD = "ICD 206, source descriptors: completeness (by a schema on dni.gov; the directive itself was not seen)"

FLAG_RULES: dict[str, FlagRule] = {
    "anonymous_no_reason": FlagRule(
        "the source is not named and the text does not say why; state the reason, as specifically as it can be given",
        "the name is withheld (anonymity explicit or veiled) and the article gives no reason anywhere",
        f"{_AP}; {_JTI}: the reader is told why a name is withheld",
    ),
    "anonymous_stock_reason": FlagRule(
        "the reason for not naming the source only restates confidentiality; say what somebody stands to lose",
        "the name is withheld and the reason names no consequence: not authorised, private talks, the policy of a body",
        f"{_AP}; {_NYT}; {_JTI}. The rubric takes from them that a reason counts where it is specific",
    ),
    "anonymous_opinion": FlagRule(
        "an unnamed source gives an opinion; use unnamed sources for information, or name who holds the view",
        "the source is anonymous and the claim is an opinion",
        f"{_AP}: unnamed sources for information only; {_HOWELL}: no opinion of another person from unnamed sources",
    ),
    "vague_plural": FlagRule(
        "several people without number or body; say how many they are and what they belong to",
        "the source is a generic collective, or a group without number and affiliation",
        f"{_GUARDIAN}: a description helps as far as it is specific",
    ),
    "bare_source": FlagRule(
        "nothing is said of the unnamed source; describe role, affiliation and how they know",
        "an unnamed person or group has neither role nor affiliation anywhere in the article",
        f"{_GUARDIAN}; {_AP}: unnamed sources are described",
    ),
    "hearsay_no_source": FlagRule(
        "hearsay with nobody stated; say who says so, or leave it out",
        "the words tell that somebody says so, and nobody is stated (reportedly, it is said)",
        "codebook 2.1, unspecified; no newsroom rule with these words was seen. Related: Penn Discourse Treebank, Prasad "
        "et al. 2006, W06-0305 (seen in part)",
    ),
    "relayed": FlagRule(
        "the source spoke to somebody else; say so, and check with the source where possible",
        "what is claimed was said to, or first reported by, another outlet or person (relay depth 1 or more)",
        f"{_BBC}: sources at first hand before others",
    ),
    "unidentified_document": FlagRule(
        "an item without issuer or title; name it, date it or link to it",
        "the source is a document, record or data set that the text does not let a reader find",
        _ICD,
    ),
    "provenance_missing": FlagRule(
        "the text neither says how the item was come by nor gives a date, number or link; add one",
        "the source is an item with neither provenance nor occasion",
        _ICD,
    ),
    "anonymous_direct_quote": FlagRule(
        "an unnamed source is quoted word for word; paraphrase, or get it on the record",
        "the source is anonymous and the whole content of the claim is quoted",
        f"{_HOWELL}: no unnamed source as the first quote of a story; {_NYT}: such quotes only rarely. The flag marks each",
    ),
}
