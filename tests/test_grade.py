"""The grade: worked examples of the rubric, what must hold for every source, and the arithmetic of the profile."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator import labels
from annotator.errors import ConfigError
from annotator.grade import (
    FLAG_RULES,
    band_sensitivity,
    grade_source,
    grade_sources,
    is_anonymous,
    judge_claims,
    load_rubric,
    profile_article,
)
from annotator.grade.independence import bound_independent_sources
from annotator.grade.stats import find_concentration, find_evenness, make_share, wilson_interval
from annotator.records import Attribute, Claim, Sentence, Source, Span

RUBRIC = load_rubric()
SHOWN = ("reason", "role", "affiliation", "access", "occasion", "medium", "provenance", "relayed_by")


def source_in(text, mention, kind, **values):
    """A source whose attributes are given as words of `text`, or as (value, words)."""

    def attribute(shown):
        value, words = shown if isinstance(shown, tuple) else (shown, shown)
        start = text.index(words)
        return Attribute(value, Span(start, start + len(words)))

    start = text.index(mention)
    fields = {key: attribute(value) if key in SHOWN else value for key, value in values.items()}
    anonymous = kind in labels.ANONYMOUS_TYPES
    return Source("s1", mention, kind, (Span(start, start + len(mention)),), anonymous=anonymous, **fields)


def points(grade):
    """I, P, A and R of a grade."""
    parts = ("identity", "position", "access", "record")
    return [sum(item.points for item in grade.evidence if item.part == part) for part in parts]


WORKED = [
    (
        "Ola Brandt, dam engineer at Norlink, who was on the wall that night, told the inquiry the sluice had jammed.",
        ("Ola Brandt", "named_person"),
        {
            "role": "dam engineer",
            "affiliation": "Norlink",
            "access": ("first_hand", "who was on the wall that night"),
            "occasion": "told the inquiry",
        },
        ([4, 2, 2, 2], 10, "high"),
    ),
    ("Brandt said the sluice had jammed.", ("Brandt", "named_person"), {}, ([4, 0, 0, 1], 5, "limited")),
    (
        "Tarn Fire Service said in a statement that two boats were out.",
        ("Tarn Fire Service", "named_organization"),
        {"occasion": "in a statement", "body_specific": True},
        ([3, 1, 1, 2], 7, "substantial"),
    ),
    (
        "A spokeswoman for Norlink said trains would run.",
        ("A spokeswoman for Norlink", "unnamed_spokesperson"),
        {"role": "spokeswoman", "affiliation": "Norlink", "access": ("official_capacity", "spokeswoman for Norlink")},
        ([2, 2, 1, 1], 6, "substantial"),
    ),
    (
        "A senior ministry official in the room, unnamed because staff were threatened with dismissal, said no.",
        ("A senior ministry official", "unnamed_person"),
        {
            "role": "senior ministry official",
            "affiliation": "ministry",
            "access": ("first_hand", "in the room"),
            "reason": "because staff were threatened with dismissal",
            "reason_kind": "specific",
            "anonymity_type": "explicit",
        },
        ([1, 2, 2, 1], 5, "limited"),
    ),
    (
        "Two ministry officials said the plan was dead.",
        ("Two ministry officials", "unnamed_group"),
        {
            "role": "officials",
            "affiliation": "ministry",
            "access": ("official_capacity", "ministry officials"),
            "count_stated": 2,
        },
        ([1, 2, 1, 0], 4, "limited"),
    ),
    (
        "Officials said the plan was dead.",
        ("Officials", "unnamed_group"),
        {"role": "Officials", "access": ("official_capacity", "Officials")},
        ([1, 1, 1, 0], 3, "low"),
    ),
    (
        "A person familiar with the matter said the plan was dead.",
        ("A person familiar with the matter", "unnamed_person"),
        {"access": ("briefed", "familiar with the matter")},
        ([0, 0, 1, 0], 1, "minimal"),
    ),
    ("Critics say the plan is dead.", ("Critics", "generic_collective"), {}, ([0, 0, 0, 0], 0, "minimal")),
    ("The plan is reportedly dead.", ("reportedly", "unspecified"), {}, ([0, 0, 0, 0], 0, "minimal")),
    (
        "The audit office annual report, 2031 edition, puts the loss at 4m.",
        ("audit office annual report", "named_document"),
        {"affiliation": "audit office", "occasion": "2031 edition", "access": ("first_hand", "annual report")},
        ([4, 2, 2, 2], 10, "high"),
    ),
    (
        "Local media reported that two boats were out.",
        ("Local media", "media_outlet"),
        {"body_specific": False},
        ([2, 0, 0, 0], 2, "low"),
    ),
    (
        "Authorities said two boats were out.",
        ("Authorities", "named_organization"),
        {"body_specific": False},
        ([2, 0, 1, 0], 3, "low"),
    ),
]


@pytest.mark.parametrize(("text", "who", "values", "expected"), WORKED, ids=[row[0][:30] for row in WORKED])
def test_worked_examples_reproduce_to_the_point(text, who, values, expected):
    grade = grade_source(source_in(text, *who, **values), RUBRIC)
    assert (points(grade), grade.score, grade.band) == expected


SETTLED = [
    # rubric R1a: (type, fields, part of points, expected)
    ("named_person", {"occasion": "told this newspaper"}, 3, 2),
    ("named_person", {"occasion": "on Thursday"}, 3, 1),
    ("named_person", {"occasion": "announced on Monday evening"}, 3, 1),
    ("named_person", {"occasion": "at a hearing on Thursday"}, 3, 2),
    ("unnamed_person", {"occasion": "told this newspaper"}, 3, 0),
    ("unnamed_person", {"occasion": "at a public meeting in the school"}, 3, 2),
    ("unnamed_person", {"occasion": "at a background press briefing"}, 3, 0),
    ("unnamed_person", {"reason_kind": "stock"}, 3, 0),
    ("unnamed_person", {"anonymity_type": "incidental"}, 0, 1),
    ("generic_collective", {"role": "shopkeepers", "affiliation": "Tarn"}, 1, 1),
    ("named_document", {"affiliation": "Norlink"}, 3, 1),
    ("named_document", {"affiliation": "Norlink", "occasion": "report of 3 March"}, 1, 2),
    ("named_document", {"affiliation": "Norlink", "occasion": "the yard's web page"}, 1, 1),
    ("named_document", {"affiliation": "Norlink", "occasion": "the yard's web page"}, 3, 2),
    ("unidentified_document", {"occasion": "March 2031", "affiliation": "Norlink"}, 3, 1),
    ("named_organization", {"role": "rail regulator"}, 1, 2),
    ("named_organization", {"access": "first_hand"}, 2, 2),
    ("named_organization", {"access": "first_hand", "relay_depth": 1}, 2, 0),
    ("unnamed_spokesperson", {"relay_depth": 1}, 2, 0),
]


@pytest.mark.parametrize(("kind", "values", "part", "expected"), SETTLED)
def test_settled_points(kind, values, part, expected):
    values = {key: Attribute(value) if key in SHOWN else value for key, value in values.items()}
    assert points(grade_source(Source("s1", "Tarn", kind, (Span(0, 4),), **values), RUBRIC))[part] == expected


def test_organisation_gets_no_second_point_for_words_of_its_name():
    source = Source("s1", "Tarn Fire Service", "named_organization", role=Attribute("fire service"))
    assert points(grade_source(source, RUBRIC))[1] == 1


attributes = st.none() | st.builds(
    Attribute,
    st.sampled_from(["engineer", "Norlink", "on Friday", "in a statement", "told reporters", "docket 12"]),
    st.none() | st.builds(lambda start, size: Span(start, start + size), st.integers(0, 500), st.integers(1, 30)),
)
accesses = st.none() | st.builds(
    Attribute, st.sampled_from(["first_hand", "official_capacity", "expert", "briefed", "second_hand", "unknown"])
)


@st.composite
def any_source(draw, kinds=labels.SOURCE_TYPES):
    kind = draw(st.sampled_from(kinds))
    spans = st.builds(lambda start, size: Span(start, start + size), st.integers(0, 500), st.integers(1, 30))
    return Source(
        id=draw(st.sampled_from(["s1", "s2", "s3"])),
        name=draw(st.none() | st.sampled_from(["Norlink", "Ola Brandt"])),
        type=kind,
        mentions=tuple(draw(st.lists(spans, min_size=1, max_size=3))),
        anonymous=kind in labels.ANONYMOUS_TYPES,
        anonymity_type=draw(st.sampled_from(labels.ANONYMITY_TYPES)),
        reason=draw(attributes),
        reason_kind=draw(st.sampled_from([None, "specific", "stock", "none", "n/a"])),
        role=draw(attributes),
        affiliation=draw(attributes),
        access=draw(accesses),
        occasion=draw(attributes),
        provenance=draw(st.none() | st.builds(Attribute, st.sampled_from(["public", "leaked"]), st.just(Span(3, 9)))),
        relay_depth=draw(st.integers(0, 2)),
        sector=draw(st.sampled_from([None, "government", "witness", "unknown"])),
        count_stated=draw(st.none() | st.integers(1, 5)),
        body_specific=draw(st.sampled_from([None, True, False])),
    )


@given(any_source())
def test_points_add_up_and_every_one_cites_the_source(source):
    grade = grade_source(source, RUBRIC)
    if source.type == "unresolved":
        assert (grade.score, grade.band, grade.evidence) == (None, labels.NOT_GRADABLE, ())
        return
    assert 0 <= grade.score <= 10 and grade.band in labels.BANDS
    assert sum(item.points for item in grade.evidence) == grade.score
    own = set(source.mentions) | {getattr(source, key).span for key in SHOWN if getattr(source, key)}
    for item in grade.evidence:
        if item.part == "cap":
            assert item.points < 0 and item.start is None
        else:
            assert item.points > 0 and Span(item.start, item.end) in own


@given(any_source())
def test_caps_hold(source):
    score = grade_source(source, RUBRIC).score
    if source.type == "unresolved":
        return
    if is_anonymous(source) or source.type == "pseudonymous_account" or source.relay_depth >= 2:
        assert score <= 5
    if source.type == "unidentified_document":
        assert score <= 4


@given(any_source(), attributes.filter(bool), st.sampled_from(["role", "affiliation", "occasion"]))
def test_adding_an_attribute_never_lowers_the_score(source, added, key):
    bare = replace(source, **{key: None})
    before, after = grade_source(bare, RUBRIC).score, grade_source(replace(bare, **{key: added}), RUBRIC).score
    assert before is None or after >= before


@given(any_source())
def test_adding_a_specific_reason_never_lowers_the_score(source):
    bare = replace(source, reason=None, reason_kind="none")
    added = replace(source, reason=Attribute("feared for her job", Span(1, 8)), reason_kind="specific")
    before, after = grade_source(bare, RUBRIC).score, grade_source(added, RUBRIC).score
    assert before is None or after >= before


@given(
    any_source(
        ["unnamed_person", "unnamed_group", "role_identified_person", "pseudonymous_account", "unnamed_spokesperson"]
    )
)
def test_adding_a_name_never_lowers_the_score(source):
    if source.type in (
        "unnamed_spokesperson",
        "role_identified_person",
    ):  # what the type implies stays when the name comes
        source = replace(
            source,
            role=source.role or Attribute("spokeswoman"),
            affiliation=source.affiliation or Attribute("Norlink"),
            access=Attribute("official_capacity"),
        )
    named = replace(source, name="Ola Brandt", type="named_person", anonymous=False, anonymity_type="none")
    assert grade_source(named, RUBRIC).score >= grade_source(source, RUBRIC).score


def test_grade_sources_keeps_order_and_everything_else():
    sources = (Source("s2", "Brandt", "named_person"), Source("s1", None, "unresolved"))
    graded = grade_sources(sources, RUBRIC)
    assert [source.grade.score for source in graded] == [5, None]
    assert tuple(replace(source, grade=None) for source in graded) == sources


# Rubric files


def shipped():
    return resources.files("annotator").joinpath("rubric.toml").read_text(encoding="utf-8")


def test_shipped_rubric_knows_every_type_band_and_access():
    unscored = {"unnamed_person", "unnamed_group", "generic_collective", "unspecified", "unresolved"}
    assert set(RUBRIC.identity) == set(labels.SOURCE_TYPES) - unscored | {"unspecific_body", "described_person"}
    assert tuple(RUBRIC.bands) == labels.BANDS[1:]
    with pytest.raises(TypeError):
        RUBRIC.identity["named_person"] = 0


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0, "minimal"),
        (1, "minimal"),
        (2, "low"),
        (3, "low"),
        (4, "limited"),
        (5, "limited"),
        (6, "substantial"),
        (7, "substantial"),
        (8, "high"),
        (10, "high"),
        (None, "not_gradable"),
    ],
)
def test_bands(score, band):
    assert RUBRIC.find_band(score) == band


def test_own_rubric_changes_the_grade_and_its_hash(tmp_path):
    path = tmp_path / "desk.toml"
    path.write_text(shipped().replace("anonymous = 5", "anonymous = 2"), encoding="utf-8")
    own = load_rubric(path)
    source = Source(
        "s1", None, "unnamed_group", (Span(0, 9),), True, role=Attribute("aides"), affiliation=Attribute("Norlink")
    )
    assert (grade_source(source, RUBRIC).score, grade_source(source, own).score) == (3, 2)
    assert own.sha256 != RUBRIC.sha256
    path.write_bytes(resources.files("annotator").joinpath("rubric.toml").read_bytes())
    assert load_rubric(path).sha256 == RUBRIC.sha256


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[access]", "[acces]", "unknown acces"),
        ("edition = 1\n", "", "edition missing"),
        ("edition = 1", "edition = 1\nyear = 1", "unknown year"),
        ("edition = 1", "edition = true", "whole number"),
        ("edition = 1", "edition = -1", "whole number"),
        ("confidence = 0.95", "confidence = 95", "between 0 and 1"),
        ("named_person = 4", "named_person = 5", "could earn 11"),
        ("limited = 4", "limited = 7", "rising scores"),
        ("occasion = 2", "occasion = 0", "not the highest"),
        ("[identity]", "[identity", "not valid TOML"),
        ("[claims]\nseveral_sources = 2", "[claims]", "several_sources missing"),
    ],
)
def test_faulty_rubric_is_refused_with_what_to_do(tmp_path, old, new, said):
    assert old in shipped()
    path = tmp_path / "desk.toml"
    path.write_text(shipped().replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as caught:
        load_rubric(path)
    assert "desk.toml" in str(caught.value)


def test_rubric_that_is_no_file_or_not_text_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_rubric(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_rubric(tmp_path / "binary.toml")
    tables = tomllib.loads(shipped())
    flat = "\n".join(f"{name} = 1" for name in tables)
    (tmp_path / "flat.toml").write_text(flat, encoding="utf-8")
    with pytest.raises(ConfigError, match="is not a table"):
        load_rubric(tmp_path / "flat.toml")


# Claims

NAMED = Source(
    "n", "Ola Brandt", "named_person", (Span(0, 10),), role=Attribute("engineer"), affiliation=Attribute("Norlink")
)
OTHER = Source("o", "Ines Falk", "named_person", (Span(20, 29),), affiliation=Attribute("Tarn Council"))
AIDES = Source(
    "a",
    None,
    "unnamed_group",
    (Span(40, 49),),
    True,
    anonymity_type="veiled",
    role=Attribute("aides"),
    affiliation=Attribute("the mayor"),
    count_stated=2,
)
PERSON = Source("p", None, "unnamed_person", (Span(60, 68),), True, anonymity_type="explicit", reason_kind="stock")


def claim(number, source, sentences=(0,), **values):
    return Claim(f"c{number}", tuple(sentences), source_id=source and source.id, **values)


@pytest.mark.parametrize(
    ("source", "support"),
    [
        (NAMED, "single_identified"),
        (AIDES, "multi_anonymous"),
        (replace(AIDES, count_stated=None), "single_anonymous"),
        (PERSON, "single_anonymous"),
        (Source("u", None, "unresolved"), "unresolved"),
        (None, "unresolved"),
    ],
)
def test_support_of_a_claim_that_stands_alone(source, support):
    (judged,) = judge_claims([claim(1, source)], [source] if source else [], RUBRIC)
    assert judged.support == support


def test_claim_whose_source_is_not_listed_is_unresolved():
    assert judge_claims([claim(1, NAMED)], [], RUBRIC)[0].support == "unresolved"


@pytest.mark.parametrize(
    ("denier", "sentence", "support"),
    [
        (OTHER, 1, "contested"),
        (OTHER, 0, "contested"),
        (OTHER, 2, "single_identified"),
        (PERSON, 1, "single_identified"),
        (NAMED, 1, "single_identified"),
    ],
)
def test_contested_only_by_another_identified_source_beside_it(denier, sentence, support):
    claims = [claim(1, NAMED, kind="allegation"), claim(2, denier, [sentence], kind="denial")]
    assert judge_claims(claims, [NAMED, OTHER, PERSON], RUBRIC)[0].support == support


FLAGGED = [
    (NAMED, {"quote_status": "direct", "kind": "opinion"}, ()),
    (AIDES, {}, ("anonymous_no_reason",)),
    (PERSON, {}, ("anonymous_stock_reason", "bare_source")),
    (replace(PERSON, reason_kind="specific", role=Attribute("clerk")), {}, ()),
    (replace(AIDES, reason_kind="specific"), {"kind": "opinion"}, ("anonymous_opinion",)),
    (replace(AIDES, reason_kind="specific"), {"quote_status": "direct"}, ("anonymous_direct_quote",)),
    (Source("g", "critics", "generic_collective", (), True, "generic", reason_kind="n/a"), {}, ("vague_plural",)),
    (Source("g", None, "unnamed_group", (), True, "incidental", role=Attribute("shoppers")), {}, ("vague_plural",)),
    (Source("h", None, "unspecified", (), True, "unspecified"), {}, ("hearsay_no_source",)),
    (replace(NAMED, relay_depth=1), {}, ("relayed",)),
    (Source("d", None, "unidentified_document"), {}, ("unidentified_document", "provenance_missing")),
    (Source("d", "Tarn Report", "named_document", occasion=Attribute("2031")), {}, ()),
    (Source("d", "Tarn Report", "named_document", provenance=Attribute("leaked")), {}, ()),
    (PERSON, {"kind": "no_comment"}, ()),
]


@pytest.mark.parametrize(("source", "values", "flags"), FLAGGED)
def test_flags(source, values, flags):
    assert judge_claims([claim(1, source, **values)], [source], RUBRIC)[0].flags == flags


def test_every_flag_has_a_message_and_origin_and_can_be_raised():
    assert tuple(FLAG_RULES) == labels.FLAGS
    assert all(rule.message and rule.origin for rule in FLAG_RULES.values())
    assert {flag for *_, flags in FLAGGED for flag in flags} == set(labels.FLAGS)


@given(st.lists(any_source(), max_size=4), st.data())
def test_judged_claims_stay_in_the_closed_lists(sources, data):
    kinds = st.sampled_from([None, *labels.CLAIM_KINDS])
    claims = [
        claim(
            number,
            source,
            [number],
            kind=data.draw(kinds),
            quote_status=data.draw(st.sampled_from(labels.QUOTE_STATUSES)),
        )
        for number, source in enumerate([*sources, None])
    ]
    judged = judge_claims(claims, sources, RUBRIC)
    assert [replace(item, support=None, flags=()) for item in judged] == claims
    for item in judged:
        assert item.support in set(labels.SUPPORTS) - {"corroborated"}
        assert list(item.flags) == [flag for flag in labels.FLAGS if flag in item.flags]


# Arithmetic


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_against_published_values(k, n, low, high):
    assert wilson_interval(k, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_mirrors(pair):
    k, n = pair
    low, high = wilson_interval(k, n)
    assert 0 <= low <= k / n + 1e-12 and k / n - 1e-12 <= high <= 1
    mirrored = wilson_interval(n - k, n)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high))


def test_share_gives_only_counts_below_five():
    assert make_share(0, 0).value is None
    assert (make_share(3, 4).value, make_share(3, 4).low) == (0.75, None)
    assert make_share(3, 5).low is not None


def test_concentration_of_none_one_and_many():
    assert (find_concentration([]), find_evenness([])) == (None, None)
    assert (find_concentration([7]), find_evenness([7])) == (1, None)
    assert find_concentration([2, 1, 1]) == pytest.approx(0.375)
    assert find_evenness([2, 1, 1]) == pytest.approx(0.946395)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_concentration_stays_in_its_range(counts):
    m, value = len(counts), find_concentration(counts)
    assert 1 / m - 1e-12 <= value <= 1
    assert m == 1 or 0 <= find_evenness(counts) <= 1
    assert find_concentration([3] * m) == pytest.approx(1 / m)


# Profile


def article(*principals, zones=()):
    """One sentence and one claim for each source (None: narration), and the sources."""
    sentences = [Sentence(number, 10 * number, 10 * number + 9) for number in range(len(principals))]
    for number, zone in zones:
        sentences[number] = replace(sentences[number], zone=zone)
    claims = [claim(number, source, [number]) for number, source in enumerate(principals) if source]
    sources = list({source.id: source for source in principals if source}.values())
    return sentences, claims, sources


def test_profile_of_an_article_with_several_sources():
    profile = profile_article(*article(NAMED, NAMED, OTHER, AIDES, None, None), RUBRIC)
    found = profile.indicators
    assert (profile.sentences, profile.claims, profile.sources) == (6, 4, 3)
    assert found["attribution_rate"] == pytest.approx(4 / 6)
    assert found["named_source_share"] == found["identified_source_share"] == pytest.approx(2 / 3)
    assert found["anonymous_source_share"] == pytest.approx(1 / 3)
    assert found["anonymous_claim_share"] == found["opaque_claim_share"] == 0.25
    assert (found["fully_identified_sources"], found["fully_identified_class"]) == (2, "2-3")
    assert found["top_source_share"] == 0.5
    assert found["concentration"] == pytest.approx(0.375)
    assert found["effective_sources"] == pytest.approx(1 / 0.375)
    assert (found["independent_sources_low"], found["independent_sources_high"]) == (3, 4)
    assert found["anonymity_explained"] == 0
    assert found["lead_anonymous_only"] is found["comment_sought"] is False
    # named with role and affiliation 7, named with affiliation 6, aides 3
    assert found["mean_T"] == pytest.approx((2 * 7 + 6 + 3) / 4)
    assert profile.band == "substantial"
    assert profile.steps == ("mean T 5.8 over 4 linked claims, rounded to 6: substantial",)
    assert profile.notes == ()
    assert (profile.shares["attribution_rate"].k, profile.shares["attribution_rate"].n) == (4, 6)
    assert profile.shares["attribution_rate"].low is not None and profile.shares["anonymous_claim_share"].low is None


def test_profile_without_sentences_or_claims():
    for sentences in ([], [Sentence(0, 0, 9)]):
        profile = profile_article(sentences, [], [], RUBRIC)
        assert (profile.band, profile.notes) == ("not_gradable", ("no_attributed_claims",))
        assert "neither good nor bad" in profile.steps[0]
        found = profile.indicators
        assert found["attribution_rate"] == (0 if sentences else None)
        always = {"attribution_rate", "fully_identified_sources", "fully_identified_class", "effective_sources"}
        always |= {"independent_sources_low", "independent_sources_high", "lead_anonymous_only", "comment_sought"}
        assert all(found[key] is None for key in found.keys() - always)
        assert (found["effective_sources"], found["independent_sources_low"], found["independent_sources_high"]) == (
            0,
            0,
            0,
        )


def test_profile_of_one_source():
    profile = profile_article(*article(NAMED, None), RUBRIC)
    found = profile.indicators
    assert (found["concentration"], found["effective_sources"], found["evenness"], found["top_source_share"]) == (
        1,
        1,
        None,
        1,
    )
    assert profile.notes == ("single_source", "low_evidence")
    assert profile.band == "substantial"  # two claims fewer than it takes for a step
    assert "one independent source" in profile_article(*article(NAMED, NAMED, NAMED), RUBRIC).steps[1]


def test_all_anonymous_is_at_best_low():
    best = replace(AIDES, access=Attribute("first_hand"), reason_kind="specific")
    profile = profile_article(*article(best, best, best, best), RUBRIC)
    assert profile.indicators["mean_T"] == 5
    assert profile.band == "minimal" and len(profile.steps) == 4
    assert "no further step" in profile.steps[3]
    late = profile_article(
        *article(None, None, None, best, replace(best, id="b", affiliation=Attribute("Norlink"))), RUBRIC
    )
    assert late.band == "low" and len(late.steps) == 2


def test_all_unresolved_is_not_gradable():
    unknown = Source("u", None, "unresolved")
    profile = profile_article(*article(unknown, unknown, unknown), RUBRIC)
    assert (profile.band, profile.notes, profile.claims, profile.sources) == (
        "not_gradable",
        ("sources_unresolved",),
        3,
        0,
    )
    assert profile.indicators["mean_T"] is None and profile.indicators["anonymous_claim_share"] == 0


def test_mean_is_rounded_half_up():
    eight = replace(NAMED, id="e", occasion=Attribute("in an interview"))
    profile = profile_article(*article(eight, NAMED, None), RUBRIC)  # NAMED has 7
    assert profile.indicators["mean_T"] == 7.5 and profile.band == "high"


def test_only_body_and_answers_count_and_refusals_do_not():
    sentences, claims, sources = article(AIDES, NAMED, OTHER, NAMED, zones=[(0, "headline"), (2, "interview_question")])
    claims[3] = replace(claims[3], kind="no_comment")
    profile = profile_article(sentences, claims, sources, RUBRIC)
    assert (profile.sentences, profile.claims, profile.sources) == (2, 1, 1)
    assert profile.indicators["comment_sought"] is True
    assert "genre_warning" in profile.notes


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("Norlink did not respond when asked for comment.", True),
        ("Ms Falk could not be reached on Friday.", True),
        ("The mayor’s office didn’t reply by Monday evening.", True),
        ("Two messages left with the yard were not returned.", True),
        ("Norlink has not answered our written questions.", True),
        ("The patient did not respond to treatment.", False),
        ("The boats were not available on Friday.", False),
    ],
)
def test_comment_sought_reads_the_text(text, sought):
    sentences = [Sentence(0, 0, len(text))]
    assert profile_article(sentences, [], [], RUBRIC, text).indicators["comment_sought"] is sought
    assert profile_article(sentences, [], [], RUBRIC).indicators["comment_sought"] is False


def test_sectors_report_known_and_unknown():
    official, witness = replace(NAMED, sector="government"), replace(OTHER, sector="witness")
    found = profile_article(*article(official, official, witness, AIDES), RUBRIC).indicators
    assert found["official_share"] == pytest.approx(2 / 3) and found["ordinary_share"] == pytest.approx(1 / 3)
    assert found["unknown_sector_share"] == 0.25
    assert found["sector_evenness"] == pytest.approx(find_evenness([2, 1]))


@given(st.lists(any_source(), max_size=6), st.integers(0, 3))
def test_profile_keeps_its_ranges_whatever_the_sources(sources, narration):
    sources = [replace(source, id=f"s{number}") for number, source in enumerate(sources)]
    profile = profile_article(*article(*sources, *[None] * narration), RUBRIC)
    found = profile.indicators
    assert profile.band in (*labels.BANDS, labels.NOT_GRADABLE)
    assert (profile.band == labels.NOT_GRADABLE) == (profile.sources == 0)
    for name, share in profile.shares.items():
        assert found[name] == share.value and 0 <= share.k <= share.n
        assert (share.value is None) == (share.n == 0) and (share.low is None) == (share.n < 5)
    low, high = found["independent_sources_low"], found["independent_sources_high"]
    assert min(1, profile.sources) <= low <= profile.sources <= high
    assert found["mean_T"] is None or 0 <= found["mean_T"] <= 10
    assert len(profile.steps) >= 1


INDEPENDENT = [
    ([], (0, 0)),
    ([NAMED, OTHER], (2, 2)),
    ([NAMED, replace(OTHER, affiliation=Attribute("Norlink"))], (1, 2)),
    ([NAMED, Source("b", "Norlink", "named_organization")], (1, 2)),
    ([replace(NAMED, relayed_by=Attribute("Tarn Press")), replace(OTHER, relayed_by=Attribute("Tarn Press"))], (1, 2)),
    ([PERSON], (1, 1)),
    ([PERSON, AIDES], (1, 3)),
    ([NAMED, AIDES], (2, 3)),
    ([NAMED, PERSON], (1, 2)),
    ([NAMED, Source("d", None, "unidentified_document")], (2, 2)),
    ([Source("d", "Tarn Report", "named_document"), Source("e", None, "unidentified_document")], (1, 2)),
    ([Source("d", "Tarn Report", "named_document"), Source("h", None, "unspecified", anonymous=True)], (1, 2)),
]


@pytest.mark.parametrize(("sources", "bounds"), INDEPENDENT)
def test_bounds_of_independent_sources(sources, bounds):
    assert bound_independent_sources(sources) == bounds


def test_independence_merges_over_a_bridge_whatever_the_order():
    left, right = NAMED, OTHER
    bridge = Source(
        "x", "Ada Holm", "named_person", affiliation=Attribute("Norlink"), relayed_by=Attribute("the Tarn Council")
    )
    for order in ([left, right, bridge], [bridge, left, right], [left, bridge, right]):
        assert bound_independent_sources(order)[0] == 1


# Sensitivity


def test_sensitivity_names_the_weights_a_band_hangs_on():
    on_the_edge = Source("s", None, "unnamed_spokesperson", (Span(0, 5),))  # 2 + 2 + 1 + 1 = 6, substantial
    changes = band_sensitivity(lambda rubric: grade_source(on_the_edge, rubric).band, RUBRIC)
    assert {(item.weight, item.change) for item in changes} == {
        ("identity.unnamed_spokesperson", -1),
        ("position.role", -1),
        ("position.affiliation", -1),
        ("access.official_capacity", -1),
        ("record.identifiable", -1),
    }
    assert {item.band for item in changes} == {"limited"}


def test_sensitivity_of_an_article_and_of_a_band_that_stands():
    sentences, claims, sources = article(NAMED, OTHER, AIDES)
    changes = band_sensitivity(lambda rubric: profile_article(sentences, claims, sources, rubric).band, RUBRIC)
    assert {item.band for item in changes} <= set(labels.BANDS)
    assert band_sensitivity(lambda rubric: grade_source(Source("u", None, "unresolved"), rubric).band, RUBRIC) == ()
