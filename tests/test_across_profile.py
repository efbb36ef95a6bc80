from __future__ import annotations

import csv
import json
from statistics import median

import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told_annotator import Said, Story, make_run

from annotator.across import GroupBy, profile_run, trace_indicator
from annotator.across.profile import FLAGS, MEDIANS, SMALL, write_profile
from annotator.across.trace import TRACES
from annotator.errors import ConfigError, InputError
from annotator.grade.stats import make_share, wilson_interval
from annotator.write import INDICATORS, SHARES
from annotator.write.entry import FORMULA_STARTS

OLA = Said("named_person", "Ola Brandt", "dam engineer", "Norlink", sector="business")
MINISTER = Said("role_identified_person", "the minister", "minister", sector="government")
SOMEBODY = Said("unnamed_person", role="official", anonymity="veiled", reason_kind="stock", sector="government")
WITNESS = Said("unnamed_person", role="ferry passenger", anonymity="explicit", reason_kind="specific", sector="witness")
RELAYED = Said("media_outlet", "Quay Times", relay=1)
PAPER = Said("unidentified_document", "a report")
ALL = [Said(), OLA, MINISTER, SOMEBODY, WITNESS, RELAYED, PAPER, Said("unresolved"), Said("unspecified")]


CHECKED = (*SHARES, "mean_T", "lead_anonymous_only", "comment_sought", "fully_identified_sources")


def find_row(profile, indicator, group):
    return next(row for row in profile.rows if (row["indicator"], row["group"]) == (indicator, group))


@pytest.fixture
def run(tmp_path):
    """Six articles and a repeat of the Tarn Post, one of the Quay Times."""
    stories = [Story((OLA, SOMEBODY, Said()), "Tarn Post", f"2031-0{n}-15") for n in range(1, 6)]
    stories += [Story((OLA, OLA, WITNESS), "Tarn Post", "2031-02-28T23:59:59+09:00")]
    stories += [
        Story((MINISTER,), "Quay Times", "yesterday"),
        Story((OLA, SOMEBODY, Said()), "Quay Times", None, text=0),
    ]
    return make_run(tmp_path, stories)


def test_shares_are_pooled_with_wilson_intervals_and_repeats_left_out(run):
    profile = profile_run(run, GroupBy("outlet"))
    row = find_row(profile, "anonymous_claim_share", "Tarn Post")
    assert (row["articles"], row["repeats"], row["k"], row["n"], row["value"]) == (6, 0, 6, 13, 6 / 13)
    assert (row["low"], row["high"]) == wilson_interval(6, 13)
    row = find_row(profile, "attribution_rate", "Tarn Post")
    assert (row["k"], row["n"]) == (13, 18)
    row = find_row(profile, "anonymity_explained", "Tarn Post")
    assert (row["k"], row["n"]) == (1, 6)
    row = find_row(profile, "lead_anonymous_only", "Tarn Post")
    assert (row["statistic"], row["k"], row["n"]) == ("share of articles", 0, 6)
    row = find_row(profile, "mean_T", "Tarn Post")
    values = [item["mean_T"] for item in parquet.read_table(run / "summary.parquet").to_pylist()[:6]]
    assert (row["value"], row["min"], row["max"]) == (median(values), min(values), max(values))


def test_few_articles_show_counts_only(run):
    profile = profile_run(run, GroupBy("outlet"))
    rows = [row for row in profile.rows if row["group"] == "Quay Times"]
    assert [row["indicator"] for row in rows] == [name for name, _ in INDICATORS]
    assert all(row["articles"] == 1 and row["repeats"] == 1 for row in rows)
    assert all(row[key] is None for row in rows for key in ("value", "low", "high", "min", "max"))
    assert (find_row(profile, "attribution_rate", "Quay Times")["k"], rows[0]["n"]) == (1, 1)
    assert any(f"fewer than {SMALL} articles" in note for note in profile.notes)


def test_months_are_those_of_the_outlet_and_the_rest_is_reported(run):
    profile = profile_run(run, GroupBy("month"))
    groups = {row["group"]: row["articles"] for row in profile.rows}
    assert groups == {"2031-01": 1, "2031-02": 2, "2031-03": 1, "2031-04": 1, "2031-05": 1, "unknown": 1}
    assert "1 articles are in the group unknown: no month that can be read" in profile.notes


@pytest.mark.parametrize(
    ("published", "month"),
    [
        ("2031-03-04", "2031-03"),
        ("2031-03-01T00:30:00+05:00", "2031-03"),
        ("2031/3/4 10:00", "2031-03"),
        ("2031-03", "2031-03"),
        ("Tue, 04 Mar 2031 10:00:00 GMT", "2031-03"),
        ("4 March 2031", "2031-03"),
        ("Updated March 4, 2031", "2031-03"),
        ("Mar 4 2031", "2031-03"),
        ("2031-13-04", "unknown"),
        ("2031-02-30", "unknown"),
        ("03/04/2031", "unknown"),
        ("infinity", "unknown"),
        ("4 Smarch 2031", "unknown"),
        ("'; DROP TABLE summary; --", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_dates_are_read_or_unknown(tmp_path, published, month):
    out = make_run(tmp_path, [Story((OLA,), published=published)])
    assert {row["group"] for row in profile_run(out, GroupBy("month")).rows} == {month}


@settings(max_examples=4)
@given(st.lists(st.lists(st.sampled_from(ALL), min_size=1, max_size=6), min_size=4, max_size=12), st.data())
def test_every_number_is_the_sum_of_what_its_trace_lists(tmp_path_factory, articles, data):
    """The counting rules of `trace` and of `grade` agree, whatever the zones and kinds of the claims."""
    zones = st.sampled_from(["body", "body", "headline", "interview_answer", "boilerplate"])
    kinds = st.sampled_from(["fact", "fact", "opinion", "no_comment", "denial"])
    stories = []
    for says in articles:
        drawn = tuple(
            Said(**{**vars(said), "zone": data.draw(zones), "kind": data.draw(kinds) if said.type else "fact"})
            for said in says
        )
        stories.append(Story(drawn, data.draw(st.sampled_from(["A", "B"]))))
    out = make_run(tmp_path_factory.mktemp("run"), stories)
    by = GroupBy("outlet")
    traces = {name: trace_indicator(out, by, name).rows for name in CHECKED}
    assert all(row["spans"] and row["article_id"] and row["id"] for rows in traces.values() for row in rows)
    for row in profile_run(out, by).rows:
        if row["statistic"] == "pooled share":
            counted = [item["counted"] for item in traces[row["indicator"]] if item["group"] == row["group"]]
            assert (row["k"], row["n"]) == (sum(counted), len(counted)), row["indicator"]
    for figures in parquet.read_table(out / "summary.parquet").to_pylist():
        if figures["duplicate_of"] is None:
            own = {name: [row for row in rows if row["article_id"] == figures["id"]] for name, rows in traces.items()}
            points = [row["T"] for row in own["mean_T"]]
            assert figures["mean_T"] == (pytest.approx(sum(points) / len(points)) if points else None)
            lead = [row["counted"] for row in own["lead_anonymous_only"]]
            assert figures["lead_anonymous_only"] == (bool(lead) and all(lead))
            assert figures["comment_sought"] == bool(own["comment_sought"])
            full = [row["counted"] for row in own["fully_identified_sources"]]
            assert figures["fully_identified_sources"] == sum(full)


def test_a_trace_gives_the_words_at_its_offsets(run):
    texts = {
        row["article"]["id"]: row["article"]["text"] for row in map(json.loads, (run / "annotations.jsonl").open())
    }
    for name in ("attribution_rate", "anonymous_claim_share"):
        rows = trace_indicator(run, GroupBy("month"), name, "2031-02").rows
        assert {row["article_id"] for row in rows} == {"a1", "a5"}
        for row in rows:
            start, end = map(int, row["spans"].split("-"))
            assert texts[row["article_id"]][start:end] == row["text"]


def test_all_indicators_have_a_trace_and_a_row(run):
    assert list(TRACES) == [name for name, _ in INDICATORS]
    assert {*SHARES, *FLAGS, *MEDIANS} == TRACES.keys()


def test_a_column_of_an_own_file(run, tmp_path):
    table = tmp_path / "be'ats [1].csv"
    table.write_text('id,"a""b; DROP"\na0,=cmd\na1,=cmd\na7,"sea, air"\nzz,lost\n', encoding="utf-8")
    profile = profile_run(run, GroupBy('a"b; DROP', table))
    groups = {row["group"]: (row["articles"], row["repeats"]) for row in profile.rows}
    assert groups == {"=cmd": (2, 0), "sea, air": (0, 1), "unknown": (5, 0)}
    assert any("1 rows of" in note for note in profile.notes)
    places = write_profile(profile, run)
    assert places[1].name == "profile_by_a_b__DROP.csv"
    assert parquet.read_table(places[0]).to_pylist() == profile.rows
    with places[1].open(encoding="utf-8", newline="") as lines:
        cells = [cell for row in csv.reader(lines) for cell in row]
    assert "'=cmd" in cells
    assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS)]


def test_an_own_file_by_path(run, tmp_path):
    path = parquet.read_table(run / "summary.parquet").to_pylist()[0]["path"]
    (tmp_path / "t.csv").write_text(f'path;month\n"{path}";late\n', encoding="utf-8")
    groups = {row["group"] for row in profile_run(run, GroupBy("month", tmp_path / "t.csv")).rows}
    assert "late" in groups


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name,beat\na0,x\n", "has no column id or path"),
        ("id,topic\na0,x\n", "has no column beat"),
        ("id,beat\na0,x\na0,y\n", "several values of beat for id a0"),
        ("id,beat\nq,x\n", "no id in it is one of the run"),
        ("", "has no column|cannot be read"),
        (None, "no such file"),
    ],
)
def test_an_own_file_that_cannot_be_used(run, tmp_path, content, message):
    if content is not None:
        (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        profile_run(run, GroupBy("beat", tmp_path / "t.csv"))


@pytest.mark.parametrize("column", ['outlet" --', "", "groups", "1", "*"])
def test_a_column_has_to_be_one_of_the_summary(run, column):
    with pytest.raises(ConfigError, match="no such column"):
        profile_run(run, GroupBy(column))


def test_hostile_groups_are_found_by_their_value(tmp_path):
    names = ["x' OR 1=1 --", "=A1", "[red]", "\x1b[2J", '"', "%"]
    out = make_run(tmp_path, [Story((OLA,), name) for name in names])
    groups = sorted({row["group"] for row in profile_run(out, GroupBy("outlet")).rows})
    assert groups == sorted(names)
    for number, name in enumerate(names):
        rows = trace_indicator(out, GroupBy("outlet"), "mean_T", name).rows
        assert [row["article_id"] for row in rows] == [f"a{number}"]
    with pytest.raises(ConfigError, match="no such group"):
        trace_indicator(out, GroupBy("outlet"), "mean_T", "%%")
    with pytest.raises(ConfigError, match="no such indicator"):
        trace_indicator(out, GroupBy("outlet"), "1; DROP")


def test_sums_over_groups_do_not_depend_on_the_grouping(run):
    sums = []
    for column in ("outlet", "month", "band", "sha256"):
        rows = profile_run(run, GroupBy(column)).rows
        sums.append(
            {
                name: (
                    sum(r["k"] for r in rows if r["indicator"] == name),
                    sum(r["n"] for r in rows if r["indicator"] == name),
                )
                for name in SHARES
            }
        )
    assert all(item == sums[0] for item in sums)
    assert make_share(*sums[0]["anonymous_claim_share"]).k == 6
