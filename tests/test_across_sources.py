from __future__ import annotations

import csv
import json

import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told_annotator import Said, Story, make_run

from annotator.across import collect_sources, open_run
from annotator.across.merging import ALONE, BY_TYPE, SURNAME_BODY, SURNAME_ONLY, SURNAMES, is_surname
from annotator.across.sources import COLUMNS, SORTS, sort_sources, write_sources
from annotator.errors import ConfigError, InputError
from annotator.grade.stats import wilson_interval
from annotator.write.entry import FORMULA_STARTS

OLA = Said("named_person", "Ola Brandt", "dam engineer", "Norlink")
SOMEBODY = Said("unnamed_person", role="official", anonymity="veiled")


def person(name, affiliation=None):
    return Said("named_person", name, affiliation=affiliation)


def find_partition(folder, *articles):
    """Which sources are one, as sets of articles, one source per Said; articles are lists of Said."""
    rows = collect_sources(make_run(folder, [Story(tuple(says)) for says in articles])).rows
    return sorted(row["claim_ids"] for row in rows), {row["merged_by"] for row in rows}


def test_the_numbers_of_a_source_are_those_of_its_articles(tmp_path):
    stories = [
        Story((OLA, OLA, SOMEBODY), "Tarn Post"),
        Story((Said("named_person", "Mr. Ola BRANDT", "engineer"), Said()), "Quay Times"),
        Story((Said("named_organization", "Norlink", specific=True), SOMEBODY), "Tarn Post"),
        Story((OLA, OLA, SOMEBODY), "Another Paper", text=0),
    ]
    table = collect_sources(make_run(tmp_path, stories))
    assert (table.articles, table.repeats) == (3, 1)
    ola, anybody, body = table.rows
    assert (ola["articles"], ola["claims"], ola["outlets"]) == (2, 3, 2)
    assert ola["share_of_claims"] == 3 / 6
    assert ola["claim_ids"] == ["a0:c1", "a0:c2", "a1:c1"]
    assert ola["article_ids"] == ["a0", "a1"]
    assert ola["roles"] == ["dam engineer", "engineer"]
    assert ola["affiliations"] == ["Norlink"]
    assert (ola["mean_T"], ola["min_T"], ola["max_T"]) == (6.5, 6, 7)  # I 4, P 2 or 1, A 0, R 1
    assert (anybody["name"], anybody["type"], anybody["claims"]) == (None, "unnamed_person", 2)
    assert anybody["merged_by"] == BY_TYPE
    assert (body["name"], body["claims"]) == ("Norlink", 1)
    assert (table.anonymous_claims.k, table.anonymous_claims.n) == (2, 6)
    assert (table.anonymous_claims.low, table.anonymous_claims.high) == wilson_interval(2, 6)
    assert (table.anonymous_sources.k, table.anonymous_sources.n) == (2, 5)


@pytest.mark.parametrize(
    ("articles", "merged", "rule"),
    [
        ([[person("Ola Brandt")], [person("Brandt")]], True, SURNAME_ONLY),
        ([[person("Ola Brandt", "Norlink")], [person("Brandt")]], True, SURNAME_ONLY),
        ([[person("Ola Brandt")], [person("Brandt", "Norlink")]], True, SURNAME_ONLY),
        ([[person("Ola Brandt", "Norlink")], [person("Brandt", "the Norlink")]], True, SURNAME_BODY),
        ([[person("Ola Brandt", "Norlink")], [person("Brandt", "Tarn Port")]], False, SURNAMES),
        ([[person("Brandt", "Norlink")], [person("Brandt", "Norlink")]], True, SURNAMES),
        ([[person("Brandt", "Norlink")], [person("Brandt", "Tarn Port")]], False, SURNAMES),
        ([[person("Brandt")], [person("Brandt")]], False, ALONE),
        ([[person("van der Meer")], [person("van der Meer")]], False, ALONE),
        ([[person("Ines van der Meer")], [person("van der Meer")]], True, SURNAME_ONLY),
        ([[person("Ola Brandt")], [person("Ola Brandtberg")]], False, "full name"),
        ([[person("Ola Brandt")], [person("Ola Brandt Jr.")]], False, "full name"),
        ([[person("Ola Brandt, Jr.")], [person("Ola Brandt Jr")]], True, "full name"),
        ([[person("Brandt Jr.")], [person("Brandt Jr.")]], False, ALONE),
        ([[Said("named_organization", "Tarn AG")], [Said("named_organization", "Tarn")]], False, "name"),
        ([[Said("named_organization", "Office for the East of Tarn")], [Said("media_outlet", "Tarn")]], False, "name"),
        ([[Said("named_organization", "Norlink Ltd.")], [Said("named_organization", "Norlink")]], True, "name"),
        ([[Said("role_identified_person", "the harbour master")]] * 2, False, ALONE),
        ([[Said("unnamed_spokesperson", None, "spokesman", "Norlink")]] * 2, False, ALONE),
        ([[Said("named_organization", "the police", specific=False)]] * 2, False, ALONE),
        ([[Said("named_organization", "the ministry", specific=True)]] * 2, False, ALONE),
        ([[Said("named_organization", "the Tarn Police")], [Said("named_organization", "Tarn police")]], True, "name"),
        ([[Said("named_organization", "Norlink")], [Said("media_outlet", "Norlink")]], True, "name"),
        ([[Said("named_organization", "Brandt")], [person("Ola Brandt")]], False, "name"),
        ([[Said("pseudonymous_account", "@dambuster")]] * 2, True, "handle"),
        ([[Said("named_document", "annual report")]] * 2, False, ALONE),
        ([[Said("named_document", "annual report", affiliation="Audit Office")]] * 2, True, "title, issuer and date"),
        ([[Said("unnamed_group")], [Said("unnamed_person")]], False, BY_TYPE),
    ],
)
def test_two_sources_are_one_or_not(tmp_path, articles, merged, rule):
    parts, rules = find_partition(tmp_path, *articles)
    assert parts == ([["a0:c1", "a1:c1"]] if merged else [["a0:c1"], ["a1:c1"]])
    assert any(rule in words for words in rules)


def test_a_surname_of_several_people_needs_the_affiliation(tmp_path):
    two = [[person("Ola Brandt", "Norlink")], [person("Kari Brandt", "Tarn Port")]]
    parts, _ = find_partition(tmp_path, *two, [person("Brandt")], [person("Brandt", "Tarn Port")])
    assert parts == [["a0:c1"], ["a1:c1", "a3:c1"], ["a2:c1"]]


def test_documents_of_different_years_stay_apart(tmp_path):
    report = Said("named_document", "annual report", affiliation="Audit Office", date="2031")
    parts, _ = find_partition(tmp_path, [report], [Said(**{**vars(report), "date": "2032"})], [report])
    assert parts == [["a0:c1", "a2:c1"], ["a1:c1"]]


def test_a_surname_kept_apart_in_its_article_stays_apart(tmp_path):
    parts, _ = find_partition(tmp_path, [person("Ola Brandt")], [person("Brandt"), person("Brandt", "Norlink")])
    assert parts == [["a0:c1"], ["a1:c1"], ["a1:c2"]]


def test_claims_without_a_source_are_accounted_for(tmp_path):
    rows = collect_sources(make_run(tmp_path, [Story((Said("unresolved"), OLA)), Story((Said("unresolved"),))])).rows
    assert [(row["type"], row["claims"]) for row in rows] == [("unresolved", 2), ("named_person", 1)]


def test_no_claims_at_all(tmp_path):
    table = collect_sources(make_run(tmp_path, [Story((Said(),))]))
    assert (table.rows, table.anonymous_claims.n, table.anonymous_claims.value) == ([], 0, None)


HOSTILE = [
    "'; DROP TABLE sources; --",
    '=HYPERLINK("x")',
    "[bold red]X[/]",
    "\x1b[31mRed\x1b[0m",
    "\u202eOla",
    'A"B',
    " ",
]
NAMES = ["Ola Brandt", "Kari Brandt", "Brandt", "Norlink", "Xu", *HOSTILE]
SAIDS = st.builds(
    Said,
    type=st.sampled_from([None, "named_person", "named_organization", "unnamed_group", "unresolved", "named_document"]),
    name=st.sampled_from([None, *NAMES]),
    affiliation=st.sampled_from([None, "Norlink", "Tarn Port", "'"]),
)


@settings(max_examples=8)
@given(articles=st.lists(st.lists(SAIDS, min_size=1, max_size=4), min_size=1, max_size=5), seed=st.randoms())
def test_every_claim_is_in_one_row_and_the_order_of_articles_does_not_matter(tmp_path_factory, articles, seed):
    order = list(range(len(articles)))
    seed.shuffle(order)
    folder = tmp_path_factory.mktemp("runs")
    table = collect_sources(make_run(folder / "one", [Story(tuple(says)) for says in articles]))
    ids = [claim for row in table.rows for claim in row["claim_ids"]]
    said = [f"a{number}" for number, says in enumerate(articles) for item in says if item.type]
    assert sorted(claim.split(":")[0] for claim in ids) == sorted(said)
    assert len(set(ids)) == len(ids)
    assert all(row["claims"] == len(row["claim_ids"]) for row in table.rows)
    again = collect_sources(make_run(folder / "two", [Story(tuple(articles[number])) for number in order]))
    renamed = {
        frozenset(f"a{order[int(c[1 : c.index(':')])]}{c[c.index(':') :]}" for c in row["claim_ids"])
        for row in again.rows
    }
    assert renamed == {frozenset(row["claim_ids"]) for row in table.rows}


@pytest.mark.parametrize("place", ["o'u\"t", "[a] *?", "two words; DROP", "=1+1"])
def test_files_hold_every_row_and_no_formula(tmp_path, place):
    says = tuple(Said("named_person", name, role="=cmd()", affiliation="-Norlink") for name in NAMES)
    out = make_run(tmp_path / place, [Story(says, "@outlet"), Story((SOMEBODY,), "+outlet")])
    table = collect_sources(out)
    places = write_sources(table, out)
    assert [path.name for path in places] == ["sources_across.parquet", "sources_across.csv"]
    assert parquet.read_table(places[0]).to_pylist() == table.rows
    with places[1].open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == [name for name, _ in COLUMNS]
    assert [json.loads(row["claim_ids"]) for row in rows] == [row["claim_ids"] for row in table.rows]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(FORMULA_STARTS)]
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("by", SORTS)
def test_sorting_keeps_all_rows_and_puts_the_unknown_last(tmp_path, by):
    says = (OLA, OLA, SOMEBODY, Said("unresolved"), person("Åse Dahl"), person("brandt"))
    rows = collect_sources(make_run(tmp_path, [Story(says)])).rows
    ordered = sort_sources(rows, by)
    assert sorted(map(str, ordered)) == sorted(map(str, rows))
    values = [row[by] for row in ordered]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (len(values) - len(known))
    assert known == (sorted(known, key=str.casefold) if by == "name" else sorted(known, reverse=True))


@pytest.mark.parametrize(
    ("key", "alone"),
    [
        ("brandt", True),
        ("van der meer", True),
        ("ola brandt", False),
        ("de blasio", True),
        ("ines van der meer", False),
    ],
)
def test_surnames_are_told_from_full_names(key, alone):
    assert is_surname(key) is alone


def test_what_is_no_run_is_refused_with_the_way_out(tmp_path):
    with pytest.raises(InputError, match=r"no such folder; name a folder written by `annotator annotate"):
        open_run(tmp_path / "none")
    out = make_run(tmp_path, [Story((OLA,))])
    (out / "claims.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(InputError, match="cannot be read"):
        open_run(out)
    (out / "claims.parquet").unlink()
    with pytest.raises(InputError, match=r"claims\.parquet missing"):
        open_run(out)


def test_a_run_of_another_version_is_refused(tmp_path):
    out = make_run(tmp_path, [Story((OLA,))])
    table = parquet.read_table(out / "sources.parquet").drop_columns(["sector"])
    parquet.write_table(table, out / "sources.parquet")
    with pytest.raises(InputError, match=r"sources\.parquet: lacks sector"):
        open_run(out)


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path):
    table = collect_sources(make_run(tmp_path, [Story((OLA,))]))
    with pytest.raises(ConfigError, match="cannot be written to"):
        write_sources(table, tmp_path / "gone")
