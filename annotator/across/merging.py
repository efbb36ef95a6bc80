"""Which sources of different articles are one: the rule, and the SQL that applies it.

Merged are, after names are brought to one form (`make_key`: no case, accents, titles, nicknames; "Jr" is kept):

- named people with the same full name;
- a surname alone with the one full name of the folder that ends in it and shares an affiliation, or else with the only
  full name that ends in it, unless both sides state affiliations that differ;
- surnames alone, without such a full name, that share their affiliation;
- accounts with the same handle, and bodies and outlets with the same proper name;
- named documents with the same title, issuer and date.

Never merged: a surname alone in an article that keeps two sources of that surname apart; a role or a spokesperson
without a name; a body known only by a description ("police", "the ministry"). Anonymous sources, unidentified documents
and claims without a source are added up by type and never stand for one person.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from annotator.across.run import quote_list
from annotator.labels import ANONYMOUS_TYPES
from annotator.resolve import name_key
from annotator.resolve.first_names import FIRST_NAMES
from annotator.resolve.lexicon import CORPORATE, NAME_SUFFIXES, PARTICLES
from annotator.resolve.names import fold_word, scan_words

if TYPE_CHECKING:
    import duckdb

# What each source is merged by; the words are shown to users.
FULL_NAME, HANDLE, BODY_NAME, TITLE = "full name", "handle", "name", "title, issuer and date"
SURNAME_BODY, SURNAME_ONLY = "surname and affiliation", "surname, only one full name in the folder"
SURNAMES = "surname, same affiliation, no full name"
BY_TYPE, ALONE = "added up by type", "not merged"

NAMES_KEPT = 100_000  # keys of names that are not computed again

BODY = "named_organization"
_BODIES = frozenset({BODY, "media_outlet"})
_CORPORATE = frozenset(map(fold_word, CORPORATE)) - {"ag"}  # "New York AG" is an office
_SUFFIXES = frozenset(map(fold_word, NAME_SUFFIXES))
_DETERMINERS = "^(?i:the|a|an|its|their|his|her|our)\\s+"
_PROPER = "[\\p{Lu}\\p{Lo}\\p{N}@]"  # scripts without capitals count as names

# One row per source and article; claims without a source make one row per article, of type unresolved.
_APPEARANCES = f"""
CREATE TEMP TABLE appearances AS
WITH linked AS (
    SELECT c.article_id, s.source_id, list(c.claim_id ORDER BY length(c.claim_id), c.claim_id) AS claim_ids
    FROM claims c LEFT JOIN sources s USING (article_id, source_id) GROUP BY ALL
), every AS (
    SELECT s.*, l.claim_ids FROM sources s LEFT JOIN linked l USING (article_id, source_id)
    UNION ALL BY NAME
    SELECT article_id, 'unresolved' AS type, claim_ids FROM linked WHERE source_id IS NULL
), keyed AS (
    SELECT row_number() OVER (ORDER BY article_id, source_id) AS number, article_id, source_id, a.outlet, name, type,
        role, affiliation, score, coalesce(anonymous, false) OR type IN ({quote_list(ANONYMOUS_TYPES)}) AS is_anonymous,
        coalesce(claim_ids, []) AS claim_ids, occasion, body_specific,
        nullif(make_key(name, type), '') AS key, nullif(make_key(affiliation, '{BODY}'), '') AS body,
        regexp_matches(regexp_replace(name, '{_DETERMINERS}', ''), '{_PROPER}') AS proper
    FROM every JOIN articles a ON a.id = article_id
)
SELECT *, string_split(key, ' ')[-1] AS surname, CASE
    WHEN is_anonymous OR type IN ('unidentified_document', 'unresolved') THEN 'by_type'
    WHEN key IS NULL THEN 'alone'
    WHEN type = 'named_person' THEN if(is_surname(key), 'surname', 'person')
    WHEN type = 'pseudonymous_account' THEN 'account'
    WHEN type IN ('named_organization', 'media_outlet') AND proper AND body_specific IS NOT FALSE THEN 'body'
    WHEN type = 'named_document' AND body IS NOT NULL THEN 'document'
    ELSE 'alone' END AS family
FROM keyed
"""

# How many full names of the folder could be behind each surname, and how many of them share its affiliation.
_CANDIDATES = """
CREATE TEMP TABLE candidates AS
WITH people AS (
    SELECT key, surname, coalesce(list(DISTINCT body) FILTER (body IS NOT NULL), []) AS bodies
    FROM appearances WHERE family = 'person' GROUP BY ALL
), alone AS (
    SELECT number FROM appearances WHERE family IN ('person', 'surname')
    QUALIFY count(*) OVER (PARTITION BY article_id, surname) = 1
)
SELECT number, count(p.key) AS names, count(p.key) FILTER (list_contains(p.bodies, a.body)) AS sharing,
    max(p.key) FILTER (list_contains(p.bodies, a.body)) AS sharing_key,
    max(p.key) AS only_key, coalesce(max(len(p.bodies)), 0) AS only_bodies
FROM appearances a JOIN alone USING (number)
LEFT JOIN people p ON p.surname = a.surname AND ends_with(p.key, ' ' || a.key)
WHERE a.family = 'surname' GROUP BY number
"""

# Rows with the same kind, merge_key, merge_body and merge_date are one source.
_MERGED = f"""
CREATE TEMP TABLE merged AS
WITH ruled AS (
    SELECT a.*, c.* EXCLUDE (number), CASE
        WHEN family = 'by_type' THEN '{BY_TYPE}'
        WHEN family = 'person' THEN '{FULL_NAME}'
        WHEN family = 'account' THEN '{HANDLE}'
        WHEN family = 'body' THEN '{BODY_NAME}'
        WHEN family = 'document' THEN '{TITLE}'
        WHEN sharing = 1 THEN '{SURNAME_BODY}'
        WHEN names = 1 AND (body IS NULL OR only_bodies = 0) THEN '{SURNAME_ONLY}'
        WHEN sharing = 0 AND body IS NOT NULL THEN '{SURNAMES}'
        ELSE '{ALONE}' END AS rule
    FROM appearances a LEFT JOIN candidates c USING (number)
)
SELECT *, CASE
        WHEN rule IN ('{SURNAME_BODY}', '{SURNAME_ONLY}') THEN 'person'
        WHEN rule = '{ALONE}' THEN 'alone' ELSE family END AS kind,
    CASE rule
        WHEN '{BY_TYPE}' THEN type
        WHEN '{SURNAME_BODY}' THEN sharing_key
        WHEN '{SURNAME_ONLY}' THEN only_key
        WHEN '{ALONE}' THEN number::VARCHAR ELSE key END AS merge_key,
    CASE WHEN rule IN ('{TITLE}', '{SURNAMES}') THEN body END AS merge_body,
    CASE WHEN rule = '{TITLE}' THEN lower(occasion) END AS merge_date
FROM ruled
"""


def merge_sources(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `merged`: every source of every article with the columns that say which it is one with.

    Rows with the same `kind`, `merge_key`, `merge_body` and `merge_date` are one source; `rule` says why.
    """
    connection.create_function("make_key", lru_cache(NAMES_KEPT)(make_key), ["VARCHAR", "VARCHAR"], "VARCHAR")
    connection.create_function("is_surname", is_surname, ["VARCHAR"], "BOOLEAN")
    for statement in (_APPEARANCES, _CANDIDATES, _MERGED):
        connection.execute(statement)


def make_key(name: str, kind: str) -> str:
    """The form in which the names of a source type are compared across articles.

    More careful than `name_key`, which compares names inside one article: "Jr" and the like tell people apart, and of
    the name of a body only determiners and the legal form are left out.
    """
    words = [fold_word(word.text) for word in scan_words(name)]
    if kind in _BODIES:
        words = [word for word in words if word not in ("the", "a", "an")]
        while len(words) > 1 and words[-1] in _CORPORATE:
            words.pop()
        return " ".join(words)
    key = name_key(name)
    if kind == "named_person" and words and words[-1] in _SUFFIXES and key.split(" ")[-1] not in _SUFFIXES:
        key = f"{key} {words[-1]}"
    return key


def is_surname(key: str) -> bool:
    """Whether the key of a person's name is a surname alone, also one with particles: "brandt", "van der berg".

    A first name that is also a particle ("Al") is taken for one: rather two rows too many than two people in one.
    """
    words = key.split(" ")
    if len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    while len(words) > 1 and words[0] in PARTICLES and words[0] not in FIRST_NAMES:
        words = words[1:]
    return len(words) == 1
