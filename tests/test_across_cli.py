from __future__ import annotations

import json

import pytest
from told_annotator import Said, Story, make_run
from typer.testing import CliRunner

from annotator.across.sources import SORTS
from annotator.batch import _is_result
from annotator.cli.main import app
from annotator.cli.sources import Sort

OLA = Said("named_person", "[bold]Ola\x1b[31m Brandt\u202e", "engineer", "Norlink")
SOMEBODY = Said("unnamed_person", role="official", anonymity="veiled")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    stories = [Story((OLA, SOMEBODY, Said()), "[red]Tarn\x1b[2J Post'", "2031-03-04") for _ in range(5)]
    return make_run(tmp_path_factory.mktemp("a b'c"), stories, 'o [1]"t')


def run(*arguments):
    return CliRunner().invoke(app, [str(item) for item in arguments])


def test_sources_are_shown_as_text_and_written(out):
    result = run("sources", out)
    assert result.exit_code == 0, result.output
    assert "claims of anonymous sources: 5 of 10, 50.0% (95% 23.7%-76.3%)" in result.stdout
    line = next(line for line in result.stdout.splitlines() if "Norlink" in line)
    assert "[bold]Ola" in line
    assert "50.0%" in line
    assert not {"\x1b", "\u202e"} & set(result.output)
    assert all(len(line) <= 100 and line == line.rstrip() for line in result.stdout.splitlines())
    assert "sources_across.csv" in result.stderr
    assert (out / "sources_across.parquet").is_file()


def test_sources_as_json_and_in_part(out):
    everything = json.loads(run("sources", out, "--json").stdout)
    assert [row["claims"] for row in everything["rows"]] == [5, 5]
    assert everything["anonymous_claims"]["k"] == 5
    some = json.loads(run("sources", out, "--json", "--top", 1, "--sort", "name").stdout)["rows"]
    assert [row["type"] for row in some] == ["named_person"]
    assert "1 of 2 sources" in run("sources", out, "--top", 1).stdout


def test_profile_is_shown_as_text_and_written(out):
    result = run("profile", out, "--by", "outlet", "--indicator", "anonymous_claim_share", "--indicator", "mean_T")
    assert result.exit_code == 0, result.output
    assert "[red]Tarn" in result.stdout
    assert "5 of 10" in result.stdout
    assert "95% 0.24-0.76" in result.stdout
    assert "not ranked" in result.stdout
    assert "attribution_rate" not in result.stdout
    assert "\x1b" not in result.output
    assert (out / "profile_by_outlet.csv").is_file()


def test_profile_as_json(out):
    shown = json.loads(run("profile", out, "--by", "month", "--json").stdout)
    assert {row["group"] for row in shown["rows"]} == {"2031-03"}


def test_a_trace_lists_places_one_a_line(out):
    arguments = ("profile", out, "--by", "month", "--trace", "anonymous_claim_share", "--group", "2031-03")
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert len(lines) == 10
    assert sum(", counted," in line for line in lines) == 5
    assert lines[0] == "a0:5-33: claim c1, not counted, T 7: 0 of text 0 tells something."
    assert len(json.loads(run(*arguments, "--json").stdout)["rows"]) == 10


@pytest.mark.parametrize(
    "arguments",
    [
        ("sources", "OUT/none"),
        ("profile", "OUT", "--by", "no'such\x1b[31m"),
        ("profile", "OUT", "--by", "outlet", "--indicator", "trust"),
        ("profile", "OUT", "--by", "outlet", "--trace", "trust"),
        ("profile", "OUT", "--by", "outlet", "--group", "x"),
        ("profile", "OUT", "--by", "outlet", "--trace", "mean_T", "--group", "x"),
        ("profile", "OUT", "--by", "beat", "--with", "OUT/none.csv"),
    ],
)
def test_wrong_use_is_exit_2_with_one_line(out, arguments):
    result = run(*(argument.replace("OUT", str(out)) for argument in arguments))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr


def test_sorts_are_those_of_the_table():
    assert tuple(Sort) == SORTS


def test_what_is_written_is_not_read_as_articles(out):
    run("sources", out)
    run("profile", out, "--by", "band")
    assert all(_is_result(path.name) for path in out.iterdir())
