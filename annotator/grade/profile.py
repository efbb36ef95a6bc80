"""The indicators of one article, and its band with the steps that led there (rubric R3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.grade.independence import bound_independent_sources
from annotator.grade.points import grade_source, has_issuer, is_anonymous
from annotator.grade.rubric import Rubric
from annotator.grade.stats import find_concentration, find_evenness, make_share
from annotator.labels import BANDS, NOT_GRADABLE
from annotator.records import Claim, Profile, Sentence, Share, Source

_ELIGIBLE_ZONES = frozenset({"body", "interview_answer"})
_ORDINARY_SECTORS = frozenset({"actor", "witness", "victim"})
# "Did not respond" is narration (codebook, settled choice 4), so the words have to be read.
_MESSAGE = r"(?:calls?|messages?|e-?mails?|letters?|texts?|questions?|requests?|inquir\w+|enquir\w+|comment)"
_NO_ANSWER = re.compile(
    r"\b(?:(?:did|does|do|has|have|had)(?: not|n['’]t) (?:immediately |yet )?"
    r"(?:(?:respond(?:ed)?|repl(?:y|ied))(?! to (?!(?:[\w'’-]+ ){0,5}" + _MESSAGE + r"\b))"
    r"|(?:return|answer)(?:ed)? (?:[\w'’-]+ ){0,3}" + _MESSAGE + r")"
    r"|could(?: not|n['’]t) (?:immediately )?be (?:reached|contacted)"
    r"|(?:was|were)(?: not|n['’]t) (?:immediately )?(?:available|reachable) for comment"
    r"|" + _MESSAGE + r" (?:[\w'’-]+ ){0,6}(?:was|were|went) "
    r"(?:not (?:immediately )?(?:returned|answered)|unanswered|unreturned))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Count:
    """What all indicators are computed from: eligible sentences, counted claims, and the claims of each source."""

    sentences: tuple[Sentence, ...]
    claims: tuple[tuple[Claim, Source | None], ...]
    sources: tuple[Source, ...]
    claims_of: tuple[int, ...]


def profile_article(
    sentences: Sequence[Sentence],
    claims: Sequence[Claim],
    sources: Iterable[Source],
    rubric: Rubric,
    text: str | None = None,
) -> Profile:
    """Every indicator of rubric R3, the band of the article and its steps in words.

    Counted are claims with a sentence in the body or in an interview answer, refusals to comment left out, and the
    sources that answer for at least one of them. Each claim names one source here, so its share goes to that source
    whole. Sources are graded anew under `rubric`. `text` is the untouched text of the article: with it,
    `comment_sought` also sees that somebody did not answer. Zones of an interview set the note `genre_warning`; other
    genres cannot be told from these records.
    """
    sources = tuple(sources)
    count = _count_claims(sentences, claims, sources)
    shares = _find_shares(count, rubric)
    low, high = bound_independent_sources(count.sources)
    indicators: dict[str, Any] = {name: share.value for name, share in shares.items()}
    indicators |= _find_diversity(count)
    indicators |= {
        "independent_sources_low": low,
        "independent_sources_high": high,
        "lead_anonymous_only": _has_anonymous_lead(count, int(rubric.profile["lead_sentences"])),
        "comment_sought": _is_comment_sought(sentences, claims, text),
        "mean_T": None,
    }
    band, steps = NOT_GRADABLE, ()
    if count.sources:
        points = sum(
            claims_of * (grade_source(source, rubric).score or 0)
            for source, claims_of in zip(count.sources, count.claims_of, strict=True)
        )
        indicators["mean_T"] = points / sum(count.claims_of)
        band, steps = _find_band(points, sum(count.claims_of), indicators, len(count.claims), rubric)
    elif count.claims:
        steps = ("no claim could be linked to its source: not gradable",)
    else:
        steps = ("no attributed claims: the text is all narration, which is neither good nor bad",)
    notes = _find_notes(count, sentences, rubric)
    return Profile(len(count.sentences), len(count.claims), len(count.sources), band, indicators, shares, steps, notes)


def _count_claims(sentences: Sequence[Sentence], claims: Sequence[Claim], sources: Sequence[Source]) -> _Count:
    eligible = tuple(sentence for sentence in sentences if sentence.zone in _ELIGIBLE_ZONES)
    ids = {sentence.id for sentence in eligible}
    by_id = {source.id: source for source in sources if source.type != "unresolved"}
    counted = tuple(
        (claim, by_id.get(claim.source_id) if claim.source_id else None)
        for claim in claims
        if claim.kind != "no_comment" and not ids.isdisjoint(claim.sentence_ids)
    )
    tally = Counter(source.id for _, source in counted if source)
    used = tuple(source for source in by_id.values() if tally[source.id])
    return _Count(eligible, counted, used, tuple(tally[source.id] for source in used))


def _find_shares(count: _Count, rubric: Rubric) -> dict[str, Share]:
    """The indicators that are k of n (rubric R3)."""
    sources, principals = count.sources, [source for _, source in count.claims]
    n, m, linked = len(principals), len(sources), [source for source in principals if source]
    with_claim = {number for claim, _ in count.claims for number in claim.sentence_ids}
    unidentified = "unidentified_document"
    known = [source.sector for source in linked if source.sector not in (None, "unknown")]
    withheld = [
        source for source in sources if is_anonymous(source) and source.anonymity_type in ("explicit", "veiled")
    ]
    counts = {
        "attribution_rate": (sum(item.id in with_claim for item in count.sentences), len(count.sentences)),
        "named_source_share": (sum(source.type == "named_person" for source in sources), m),
        "identified_source_share": (sum(not is_anonymous(item) and item.type != unidentified for item in sources), m),
        "anonymous_source_share": (sum(map(is_anonymous, sources)), m),
        "anonymous_claim_share": (sum(map(is_anonymous, linked)), n),
        "opaque_claim_share": (sum(is_anonymous(item) or item.type == unidentified for item in linked), n),
        "top_source_share": (max(count.claims_of, default=0), sum(count.claims_of)),
        "official_share": (known.count("government"), len(known)),
        "ordinary_share": (sum(sector in _ORDINARY_SECTORS for sector in known), len(known)),
        "unknown_sector_share": (n - len(known), n),
        "relayed_share": (sum(source.relay_depth >= 1 for source in linked), n),
        "anonymity_explained": (sum(source.reason_kind == "specific" for source in withheld), len(withheld)),
    }
    settings = rubric.profile["confidence"], int(rubric.profile["interval_from"])
    return {name: make_share(k, total, *settings) for name, (k, total) in counts.items()}


def _find_diversity(count: _Count) -> dict[str, Any]:
    """Concentration over sources and sectors, and the number of fully identified sources (rubric R3).

    Fully identified are named people with role or affiliation and documents with issuer or title; classes as PEJ counts
    them.
    """
    concentration = find_concentration(count.claims_of)
    sectors = Counter(source.sector for _, source in count.claims if source and source.sector not in (None, "unknown"))
    full = sum(
        (source.type == "named_person" and bool(source.role or source.affiliation)) or has_issuer(source)
        for source in count.sources
    )
    return {
        "fully_identified_sources": full,
        "fully_identified_class": ("0", "1", "2-3", "2-3")[full] if full < 4 else "4+",
        "concentration": concentration,
        "effective_sources": 1 / concentration if concentration else 0.0,
        "evenness": find_evenness(count.claims_of),
        "sector_evenness": find_evenness(tuple(sectors.values())),
    }


def _has_anonymous_lead(count: _Count, length: int) -> bool:
    """Whether the first eligible sentences hold claims, all of them anonymous (rubric R3)."""
    lead = {sentence.id for sentence in count.sentences[:length]}
    principals = [source for claim, source in count.claims if not lead.isdisjoint(claim.sentence_ids)]
    return bool(principals) and all(source is not None and is_anonymous(source) for source in principals)


def _is_comment_sought(sentences: Sequence[Sentence], claims: Sequence[Claim], text: str | None) -> bool:
    """Any refusal to comment, denial, or (with the text) no answer (rubric R3).

    False shows only that the text tells of none. A reply by a party criticised that is not a denial cannot be told from
    these records.
    """
    if any(claim.kind in ("no_comment", "denial") for claim in claims):
        return True
    body = [text[item.start : item.end] for item in sentences if item.zone in _ELIGIBLE_ZONES] if text else []
    return any(_NO_ANSWER.search(words) for words in body)


def _find_band(
    points: int, linked: int, indicators: Mapping[str, Any], n: int, rubric: Rubric
) -> tuple[str, tuple[str, ...]]:
    """Band of mean T rounded half up, lowered for each reason, with every step in words (rubric R3)."""
    limits = rubric.profile
    rounded = (2 * points + linked) // (2 * linked)  # half up, in whole numbers
    band = rubric.find_band(rounded)
    steps = [f"mean T {points / linked:.1f} over {linked} linked claims, rounded to {rounded}: {band}"]
    most, share = limits["anonymous_claim_share"], indicators["anonymous_claim_share"]
    reasons = []
    if share > most:
        reasons.append(f"{share:.0%} of claims rest on anonymous sources, more than {most:.0%}")
    if indicators["independent_sources_low"] == 1 and n >= limits["one_source_claims"]:
        reasons.append(f"all {n} claims may go back to one independent source")
    if indicators["lead_anonymous_only"]:
        reasons.append(f"the claims in the first {limits['lead_sentences']} sentences are all anonymous")
    for number, reason in enumerate(reasons, 1):
        if number > limits["steps_at_most"]:
            steps.append(f"{reason}: no further step, at most {limits['steps_at_most']} are taken")
        elif band == BANDS[0]:
            steps.append(f"{reason}: stays {band}, the lowest band")
        else:
            band = BANDS[BANDS.index(band) - 1]
            steps.append(f"{reason}: one band down to {band}")
    return band, tuple(steps)


def _find_notes(count: _Count, sentences: Sequence[Sentence], rubric: Rubric) -> tuple[str, ...]:
    """Ids of what a reader of the profile has to know (rubric R3)."""
    n, m = len(count.claims), len(count.sources)
    notes = {
        "no_attributed_claims": n == 0,
        "sources_unresolved": n > 0 and m == 0,
        "single_source": m == 1,
        "low_evidence": 0 < n < rubric.profile["low_evidence_claims"],
        "genre_warning": any(sentence.zone.startswith("interview_") for sentence in sentences),
    }
    return tuple(note for note, holds in notes.items() if holds)
