"""The type of a source: what its mentions say, and what the model says of them (codebook 1.8, 2.1)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from annotator.labels import ANONYMOUS_TYPES, SOURCE_TYPES
from annotator.records import SourceScores
from annotator.resolve.first_names import FIRST_NAMES
from annotator.resolve.lexicon import (
    CORE_SPOKES,
    DOCUMENT_NOUNS,
    GENERIC_PLURALS,
    GROUP_PLURALS,
    MEDIA_NOUNS,
    MEDIA_TITLES,
    OFFICIAL_BODIES,
    OFFICIALS,
    ORG_NOUNS,
    PERSON_NOUNS,
    SINGULAR_PRONOUNS,
    SPOKES_NOUNS,
    STUDY_AUTHORS,
    UNIQUE_ROLES,
)
from annotator.resolve.mentions import Mention, is_agent
from annotator.resolve.roster import Entity, is_media

_FAMILIAR = re.compile(
    r"\b(?:familiar with|briefed on|with (?:direct )?knowledge|close to|privy to|aware of|involved in)\b", re.IGNORECASE
)
_BOUNDED = re.compile(
    r"^(?:(?:at least|about|around|nearly|more than|over) )?(?:two|three|four|five|six|seven|eight"
    r"|nine|ten|both|several|a (?:few|couple|number|group|dozen)|dozens|hundreds|\d+)\b",
    re.IGNORECASE,
)
# What follows the name of a human being: "Lind posted that she ...", "Lind and two colleagues".
_HUMAN = re.compile(
    r" (?:and (?:(?:his|her|two|three|four|other|several|some) ){0,2}(?:colleagues|others|family|lawyers|friends|wife|husband)\b"
    r"|[a-z]{2,12} (?:[a-z]{2,12} ){0,2}(?:he|she|his|her)\b)"
)
# What can be looked up where it is on file, though nobody is named: a court's papers, the law.
_ON_FILE = re.compile(
    r"\b(?:indictment|affidavit|(?:court|legal|charging|state|federal) (?:document|paper|filing|record|law|statute)s?"
    r"|government (?:data|figures|statistics|records))\b",
    re.IGNORECASE,
)
_PRESS = frozenset(["media", "news", "press", "tv", "television"])
_PRESS_ITEMS = frozenset(
    ["report", "reports", "reporting", "article", "articles", "story", "stories", "footage", "agencies"]
)
FLOOR = 1e-3
_PEN_NAME = re.compile(
    r"\b(?:pseudonym(?:ous(?:ly)?)?|pen name|alias|nom de (?:plume|guerre)|screen name|online name|moniker)\b"
    r"|\b(?:calling|calls|called) (?:him|her|them)sel(?:f|ves)\b"
    r"|\bgo(?:es|ing)? by (?:the (?:name|handle)|@)|\bknown (?:online|on \w+) as\b"
)
# A blogger or a hacker with a full name uses his own.
_ONLINE_NAME = re.compile(
    r"\b(?:user(?:name)?|account|handle|hacker|leaker|blogger|vlogger|youtuber|streamer|redditor|commenter|poster|avatar),? "
    r"(?:(?:named|called|of|by) )?[@“\"‘']?[A-Z@]"
)
RULED_OUT = 8.0  # log-probability that the types lose which the wording excludes
RULE_TRUST = 0.4  # weight of the rules beside the model
ANONYMITY_TRUST = 0.25  # weight of the model's probability of anonymity beside its types
# Log-odds taken from the anonymous types where the network speaks: augmentation made them commoner in training than they are.
# Chosen on articles cut from the training data (0.4 to 1.6: anonymous F1 of news .71 -> .74, of PolNeAR .74 -> .76).
ANONYMOUS_COST = 1.6
LINKED_TYPES = tuple(name for name in SOURCE_TYPES if name not in ("unspecified", "unresolved"))


def rule_types(entity: Entity, mentions: Sequence[Mention], text: str) -> dict[str, float]:
    """Evidence in words, as weights by type; the largest is the type where no model speaks."""
    if entity.kind == "handle":
        return {"pseudonymous_account": 1.0}
    if entity.names:
        human = any(mention.noun in SINGULAR_PRONOUNS for mention in mentions if mention.form == "pronoun")
        human = human or (len(entity.key) == 1 and any(_HUMAN.match(text, name.end) for name in entity.names[:8]))
        return _type_named(entity, text, human)
    if any(mention.form == "compound" for mention in mentions):
        return {"named_person": 0.8} if entity.kind in ("person", "unknown") else {"named_organization": 0.8}
    for mention in mentions:
        if mention.form == "description":
            return _type_described(entity, mention)
    return {"unresolved": 1.0}


def _type_named(entity: Entity, text: str, human: bool) -> dict[str, float]:
    """The type of a named entity; `human` says that "he" or "she" stands for it."""
    words = entity.label.split()
    if is_media(words) and entity.kind != "person":
        return {"media_outlet": 0.9, "named_organization": 0.1}
    if len(words) == 1 and words[0].lower() in MEDIA_TITLES and _the_before(text, entity):
        return {"media_outlet": 0.8, "named_organization": 0.2}
    if entity.kind == "person":
        titled = any(name.title for name in entity.names) or bool(entity.nouns)
        if len(words) > 1 or titled or words[0].lower() not in FIRST_NAMES:
            return {"named_person": 0.95, "unnamed_person": 0.05}
        return {"unnamed_person": 0.7, "named_person": 0.3}
    if human and entity.kind == "unknown":
        return {"named_person": 0.7, "unnamed_person": 0.2, "named_organization": 0.1}
    if entity.kind in ("org", "place"):
        if words[-1].lower() in DOCUMENT_NOUNS:
            return {"named_document": 0.7, "named_organization": 0.3}
        return {"named_organization": 0.9, "named_person": 0.1}
    if len(words) > 1:
        body = all(name.kind != "person" for name in entity.names) and _the_before(text, entity)
        return (
            {"named_organization": 0.7, "named_person": 0.3}
            if body
            else {"named_person": 0.7, "named_organization": 0.3}
        )
    if words[0].lower() in FIRST_NAMES:
        return {"unnamed_person": 0.55, "named_person": 0.45}
    return {"named_organization": 0.6, "named_person": 0.4}


def _the_before(text: str, entity: Entity) -> bool:
    """Whether the article puts "the" before the name, as it does for bodies."""
    return any(text[max(0, name.full_start - 4) : name.full_start].lower() == "the " for name in entity.names)


def _type_described(entity: Entity, mention: Mention) -> dict[str, float]:
    noun, shown = mention.noun or "", mention.text
    lower = shown.lower()
    named = mention.owner is not None
    words = re.findall(r"[\w'’-]+", lower)
    if noun in SPOKES_NOUNS and not mention.definite and not named and not mention.modifiers and entity.host is None:
        return {"unnamed_person": 0.7, "unnamed_spokesperson": 0.3}  # a voice of no known body (row 24)
    if noun in CORE_SPOKES or (noun in SPOKES_NOUNS and (named or mention.definite)):
        return {"unnamed_spokesperson": 0.9, "unnamed_person": 0.1}
    if _FAMILIAR.search(lower) and noun not in DOCUMENT_NOUNS:
        return {"unnamed_group": 0.9} if mention.plural else {"unnamed_person": 0.9}
    if _is_press(mention):
        return {"media_outlet": 0.9, "named_organization": 0.1}
    if noun in ("media", "press") or (noun in MEDIA_NOUNS and noun not in ORG_NOUNS):
        return {"media_outlet": 0.8, "named_organization": 0.2}
    if noun in ("newspaper", "paper", "magazine", "broadcaster", "tabloid", "outlet") and (
        noun != "paper" or mention.definite
    ):
        return {"media_outlet": 0.9, "named_organization": 0.1}
    if noun in OFFICIAL_BODIES or (noun == "officers" and named):
        return {"named_organization": 0.9, "unnamed_group": 0.1}
    if noun == "office" and mention.definite:
        persons = named and mention.owner.kind in ("person", "unknown") and not mention.modifiers[1:]
        if persons:  # "Brandt's office", not "the harbour master's office"
            return {"unnamed_spokesperson": 0.6, "named_organization": 0.4}
        return {"named_organization": 0.6, "unnamed_spokesperson": 0.4}
    if noun in DOCUMENT_NOUNS or noun.rstrip("s") in DOCUMENT_NOUNS:
        fuller = entity.label != shown.strip() and any(char.isupper() for char in entity.label[1:])
        return _type_document(mention, words, fuller)
    if noun in ORG_NOUNS:
        return {"named_organization": 0.9, "generic_collective": 0.1}
    if noun in STUDY_AUTHORS and entity.kind == "document":
        return {"named_document": 0.9, "unnamed_group": 0.1}
    if noun in STUDY_AUTHORS and named and mention.owner.possessive:
        return {"named_organization": 0.6, "unnamed_group": 0.3}
    if noun in STUDY_AUTHORS and mention.definite:
        return {"named_document": 0.5, "unnamed_group": 0.4}
    if (
        noun in GENERIC_PLURALS
        and not _BOUNDED.match(lower)
        and not (noun in GROUP_PLURALS and (named or mention.definite))
    ):
        return {"generic_collective": 0.8, "unnamed_group": 0.2}
    if mention.plural or noun in GROUP_PLURALS or _BOUNDED.match(lower):
        return {"unnamed_group": 0.85, "generic_collective": 0.15}
    if noun in PERSON_NOUNS or is_agent(noun):
        if (noun in UNIQUE_ROLES or noun not in PERSON_NOUNS) and mention.definite:
            return {"role_identified_person": 0.6, "unnamed_person": 0.4}
        return {"unnamed_person": 0.85, "role_identified_person": 0.15}
    if noun.endswith("s") and not noun.endswith("ss"):
        return {"generic_collective": 0.5, "unnamed_group": 0.4}
    return {"unnamed_person": 0.4, "named_organization": 0.35, "unidentified_document": 0.25}


def _is_press(mention: Mention) -> bool:
    """Whether a description is of a news organisation or of what such ones report: "the state news agency", "media reports"."""
    noun = mention.noun or ""
    of_press = bool(_PRESS & set(mention.modifiers)) or (mention.owner is not None and is_media(mention.owner.words))
    return of_press and (noun in _PRESS_ITEMS or noun.removesuffix("s") in MEDIA_NOUNS)


def _type_document(mention: Mention, words: list[str], fuller: bool) -> dict[str, float]:
    """Named where issuer, title, date or number can be recovered, here or (`fuller`) elsewhere in the article."""
    named = fuller or mention.owner is not None or any(word.isdigit() and len(word) == 4 for word in words)
    named = named or _ON_FILE.search(mention.text) is not None
    if named or (mention.definite and len(words) > 1):
        return {"named_document": 0.8, "unidentified_document": 0.2}
    return {"unidentified_document": 0.8, "named_document": 0.2}


def decide_type(
    entity: Entity,
    mentions: Sequence[Mention],
    text: str,
    model: Sequence[tuple[SourceScores, float]],
    on_record: bool,
    granted: bool,
) -> tuple[str, float]:
    """The type of a chain and the probability that it is anonymous; both always agree.

    Scores are the mean log-probability of its mentions under the model, weighted, plus the rules' log-weights.
    `model` holds the scores of each claim and the weight of its mention; `on_record` says that an occasion makes
    officials the voice of their body (codebook 1.8), `granted` that the article says the source is not to be named.
    """
    rules = rule_types(entity, mentions, text)
    if on_record and any(mention.noun in OFFICIALS for mention in mentions if mention.form == "description"):
        rules, model = {"named_organization": 0.95}, ()
    trust = RULE_TRUST if model else 1.0
    scores = {name: trust * math.log(max(rules.get(name, 0.0), 0.02)) for name in LINKED_TYPES}
    if model:
        scores = {name: score - ANONYMOUS_COST * (name in ANONYMOUS_TYPES) for name, score in scores.items()}
    total = sum(weight for _, weight in model)
    for given, weight in model:
        for name in LINKED_TYPES:
            scores[name] += (
                weight / total * (math.log(max(given.types.get(name, 0.0), FLOOR)) + _log_anonymity(given, name))
            )
    if _is_pen_name(entity, mentions, text):
        scores["pseudonymous_account"] += RULED_OUT
    side = _settle_anonymity(entity, mentions, granted)
    scores = {name: score + side * RULED_OUT * (name in ANONYMOUS_TYPES) for name, score in scores.items()}
    top = max(scores.values())
    shares = {name: math.exp(score - top) for name, score in scores.items()}
    probability = sum(shares[name] for name in LINKED_TYPES if name in ANONYMOUS_TYPES) / sum(shares.values())
    chosen = [name for name in LINKED_TYPES if (name in ANONYMOUS_TYPES) == (probability > 0.5)]
    return max(chosen, key=shares.__getitem__), probability


def _is_pen_name(entity: Entity, mentions: Sequence[Mention], text: str) -> bool:
    """Whether the words say that the source goes by a handle or a pen name that can be looked up (codebook 2.1)."""
    named = [text[max(0, name.full_start - 40) : name.span.end + 40] for name in entity.names[:1]]
    said = [mention.text for mention in mentions if mention.form == "description"]
    if any(_PEN_NAME.search(words) for words in (*named, *said)):
        return entity.kind in ("person", "unknown", "handle") or not entity.names
    own = entity.names and (entity.kind not in ("person", "unknown") or len(entity.label.split()) > 1)
    return not own and any(_ONLINE_NAME.search(words) for words in (*named, *said))


def _settle_anonymity(entity: Entity, mentions: Sequence[Mention], granted: bool) -> int:
    """-1 for a person who is described here and named in full elsewhere (row 26), 1 for a source without any name of whom the
    article says that she is not to be named, 0 where the words leave it open."""
    if not entity.names:
        return int(granted)
    full = entity.kind == "person" and len(entity.label.split()) > 1
    return -1 if full and any(mention.form == "description" for mention in mentions) else 0


def _log_anonymity(given: SourceScores, name: str) -> float:
    """What the model's own probability of anonymity adds to a type."""
    share = given.anonymous if name in ANONYMOUS_TYPES else 1.0 - given.anonymous
    return ANONYMITY_TRUST * math.log(max(share, FLOOR)) if 0.0 < given.anonymous < 1.0 else 0.0
