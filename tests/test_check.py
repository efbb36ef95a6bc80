from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import PurePath
from urllib.parse import unquote

import pytest
from conftest import ROOT
from fake_annotator import FakeAnnotator, make_annotation
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tiny import make_model_folder
from typer.testing import CliRunner

from annotator import Annotator
from annotator.check import check_annotation, choose_codes, format_github, format_json, format_sarif, format_text
from annotator.cli import options
from annotator.cli.main import app
from annotator.errors import ConfigError
from annotator.grade import FLAG_RULES, BandChange, describe_sensitivity, load_rubric
from annotator.labels import FLAGS
from annotator.limits import LIMITS
from annotator.records import Article, Claim, Failure, Span
from annotator.render import STEERING

STORY = (
    "The harbour mole held through the night, the surveyor Ilse Varga said on Monday. She had walked the whole length "
    "of it twice before the storm came in,\nand she would walk it again when the wind had dropped. Number {}.\n"
)
LINE = re.compile(r"(.+):(\d+):(\d+): (\w+) (.+)")

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
POSITIVE = {"type": "integer", "minimum": 1}


def closed(required, **properties):
    """An object with these properties and no others."""
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


REGION = closed(
    ["startLine", "startColumn", "endLine", "endColumn"],
    **dict.fromkeys(("startLine", "startColumn", "endLine", "endColumn"), POSITIVE),
)
PLACE = closed(
    ["artifactLocation"],
    artifactLocation=closed(["uri"], uri={"type": "string", "pattern": r"^[!#-;=?-\[\]_a-z~%]+$"}),
    region=REGION,
)
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RESULT = closed(
    ["ruleId", "ruleIndex", "level", "message"],
    ruleId={"enum": list(FLAGS)},
    ruleIndex={"type": "integer", "minimum": 0, "maximum": len(FLAGS) - 1},
    level=LEVEL,
    message=TEXT,
    properties={"type": "object"},
    locations={"type": "array", "items": closed(["physicalLocation"], physicalLocation=PLACE)},
)
RULE = closed(
    ["id"],
    id={"enum": list(FLAGS)},
    shortDescription=TEXT,
    fullDescription=TEXT,
    help=TEXT,
    defaultConfiguration=closed(["level"], level=LEVEL),
)
DRIVER = closed(
    ["name", "rules"],
    name={"type": "string"},
    version={"type": "string"},
    fullDescription=TEXT,
    rules={"type": "array", "items": RULE, "minItems": len(FLAGS)},
)
INVOCATION = closed(
    ["executionSuccessful"],
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications={"type": "array", "items": closed(["message"], level=LEVEL, message=TEXT)},
)
RUN = closed(
    ["tool", "results"],
    tool=closed(["driver"], driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations={"type": "array", "items": INVOCATION},
    results={"type": "array", "items": RESULT},
)
# The part of the SARIF 2.1.0 schema that is used, written after the standard.
SARIF = Draft202012Validator(
    closed(
        ["version", "runs"],
        **{"$schema": {"type": "string"}, "version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN}},
    )
)


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(options, "load_annotator", lambda *_: FakeAnnotator())
    return lambda *arguments, **settings: CliRunner().invoke(app, [str(item) for item in arguments], **settings)


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(STORY.format(1), encoding="utf-8", newline="")
    return path


def find(text, path="draft.txt", *claims, **article):
    annotation = make_annotation(Article("draft.txt", text, path=path, **article))
    return check_annotation(replace(annotation, claims=claims) if claims else annotation)


def locate(text, line, column):
    """The offset of a place, counted another way than the code does."""
    lines = re.split(r"(\r\n|\r|\n)", text)
    return sum(map(len, lines[: 2 * (line - 1)])) + column - 1


@given(st.text(st.sampled_from("ab.é🧑\r\n\u2028\x0b "), min_size=1, max_size=60), st.data())
def test_line_and_column_lead_to_the_words(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = find(text, "draft.txt", Claim("c1", (0,), Span(start, end), flags=("relayed",)))
    assert len(found) == 1
    assert found[0].words == text[start:end]
    assert locate(text, found[0].line, found[0].column) == start
    assert locate(text, found[0].end_line, found[0].end_column) == end


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80), st.text(max_size=8))
def test_hostile_text_and_paths_stay_on_one_line_and_steer_nothing(text, name):
    found = find(text, f"drafts/{name}.txt", Claim("c1", (0,), Span(0, len(text)), flags=FLAGS))
    assert len(found) == len(FLAGS)
    for finding in found:
        for line in (format_text(finding), format_github(finding)):
            assert not STEERING.search(line)
        assert LINE.fullmatch(format_text(finding))
    assert json.loads(format_json(found))[0]["words"] == text
    log = json.loads(format_sarif(found))
    SARIF.validate(log)
    uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == PurePath(f"drafts/{name}.txt").as_posix()


def test_the_place_is_the_source_or_the_first_sentence():
    text = "Mole holds, a\nworker said. He did not say who."
    spot = text.index("a\nworker")
    found = find(
        text,
        "draft.txt",
        Claim("c1", (1,), flags=("vague_plural",)),
        Claim("c2", (0,), Span(spot, spot + 8), flags=("bare_source",)),
    )
    assert (found[0].line, found[0].column, found[0].code) == (1, 13, "bare_source")
    assert (found[0].end_line, found[0].end_column) == (2, 7)
    assert found[1].words == text[len(text) // 2 :]


def test_claims_with_one_source_at_one_place_are_one_finding():
    claims = [Claim(f"c{number}", (0,), Span(0, 4), flags=("relayed", "bare_source")) for number in (1, 2)]
    found = find("Mole holds, they say.", "draft.txt", *claims)
    assert [(item.code, item.claims) for item in found] == [("bare_source", ("c1", "c2")), ("relayed", ("c1", "c2"))]


def test_long_words_are_cut_in_the_message_alone():
    text = "mole " * 50
    found = find(text, "draft.txt", Claim("c1", (0,), Span(0, len(text)), flags=("relayed",)))[0]
    assert found.words == text
    assert found.message.startswith("“mole mole")
    assert "…”: the source spoke" in found.message
    assert len(found.message) < 170


@pytest.mark.parametrize(
    ("identity", "path", "place"),
    [
        ("a.txt", "in/a.txt", "in/a.txt"),
        ("a.txt#2", "in/a.txt", "in/a.txt"),
        ("a.html", "in/a.html", "in/a.html"),
        ("rows.jsonl#3", "in/rows.jsonl", "in/rows.jsonl#3"),
        ("k7", "in/rows.csv.gz", "in/rows.csv.gz#k7"),
        ("one.json", "in/one.json", "in/one.json"),
        ("stdin", "-", "stdin"),
        ("stdin#2", "-", "stdin#2"),
        ("text", None, "text"),
    ],
)
def test_the_place_names_the_file_and_the_row(identity, path, place):
    finding = check_annotation(make_annotation(Article(identity, "Mole holds, they say.", path=path)))[0]
    assert finding.place == place
    assert finding.in_file == (path == "in/a.txt")
    log = json.loads(format_sarif([finding]))
    SARIF.validate(log)
    locations = log["runs"][0]["results"][0].get("locations", [])
    assert len(locations) == (path not in (None, "-"))
    assert all(("region" in item["physicalLocation"]) == finding.in_file for item in locations)
    assert ("line=" in format_github(finding)) == finding.in_file
    assert ("file=" in format_github(finding)) == bool(locations)


def test_github_commands_are_escaped():
    finding = replace(find("Mole")[0], path="a,b:c%.txt", words="100%::error::now\n::stop-commands::x")
    command = format_github(finding)
    head, _, message = command.removeprefix("::notice ").partition("::")
    assert dict(item.split("=") for item in head.split(","))["file"] == "a%2Cb%3Ac%25.txt"
    assert message.startswith("“100%25::error::now ::stop-commands::x”")
    assert "\n" not in command


def test_sarif_names_every_rule_and_every_failure():
    found = find(STORY)
    log = json.loads(format_sarif(found, [Failure("b\x1b.txt", "read", "is empty")], "1.2"))
    SARIF.validate(log)
    run = log["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(FLAGS)
    assert [FLAGS[result["ruleIndex"]] for result in run["results"]] == [item.code for item in found]
    assert run["results"][0]["properties"]["claims"] == ["c2"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "b\\x1b.txt: is empty (read)"


def test_codes_are_chosen_and_unknown_ones_refused():
    assert choose_codes([], []) == FLAGS
    assert choose_codes(["relayed, bare_source"], []) == ("bare_source", "relayed")
    assert set(choose_codes([], ["relayed", "bare_source"])) == set(FLAGS) - {"relayed", "bare_source"}
    with pytest.raises(ConfigError, match=r"'bare-sources': no such code; did you mean bare_source"):
        choose_codes(["bare-sources"], [])
    with pytest.raises(ConfigError, match="annotator explain lists them"):
        choose_codes([], ["zzz"])
    with pytest.raises(ConfigError, match="leave no code"):
        choose_codes(["relayed"], ["relayed"])
    with pytest.raises(ConfigError):
        choose_codes([""], [])


def test_check_prints_findings_and_is_exit_1(run, story):
    result = run("check", story)
    assert result.exit_code == 1, result.output
    places = [LINE.fullmatch(line).groups() for line in result.stdout.splitlines()]
    assert [place[3] for place in places] == ["vague_plural", "bare_source"]
    assert {place[0] for place in places} == {str(story)}
    assert "articles: 1, flags: 2" in result.stderr
    assert run("check", story, "--quiet").stderr == ""


def test_check_is_exit_0_where_nothing_is_found(run, story):
    result = run("check", story, "--select", "relayed")
    assert (result.exit_code, result.stdout) == (0, "")
    assert run("check", story, "--ignore", "vague_plural,bare_source").exit_code == 0
    assert run("check", story, "--ignore", "vague_plural").exit_code == 1
    assert json.loads(run("check", story, "--select", "relayed", "--format", "json").stdout) == []


def test_check_is_exit_2_where_something_cannot_be_checked(run, story, tmp_path):
    (tmp_path / "x\x1b[31m.txt").write_text(STORY.format("FAIL"), encoding="utf-8")
    result = run("check", tmp_path)
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 2
    assert "failed: " in result.stderr
    assert "\x1b" not in result.output
    for arguments in (("--select", "bare_sauce"), ("--format", "xml"), ("--ignore", ",".join(FLAGS))):
        assert run("check", story, *arguments).exit_code == 2
    assert "did you mean bare_source" in run("check", story, "--select", "bare_sauce").stderr
    assert run("check", tmp_path / "missing.txt").exit_code == 2
    (tmp_path / "none").mkdir()
    assert run("check", tmp_path / "none").exit_code == 2


def test_check_formats(run, story, tmp_path):
    rows = json.loads(run("check", story, "--format", "json").stdout)
    assert [row["code"] for row in rows] == ["vague_plural", "bare_source"]
    assert rows[0]["origin"] == FLAG_RULES["vague_plural"].origin
    SARIF.validate(json.loads(run("check", story, "--format", "sarif").stdout))
    commands = run("check", story, "--format", "github").stdout.splitlines()
    assert len(commands) == 2
    assert all(command.startswith(f"::notice file={story},title=") for command in commands)
    piped = run("check", "-", input=STORY.format(2))
    assert piped.exit_code == 1
    assert piped.stdout.startswith("stdin:1:")


@pytest.mark.parametrize("code", FLAGS)
def test_every_code_is_explained_with_its_origin(run, code):
    words = " ".join(run("explain", code).stdout.split())
    rule = FLAG_RULES[code]
    for part in (code, rule.when, rule.message, rule.origin, "not a finding of fault"):
        assert part in words


def test_explain_lists_all_and_the_limits(run):
    listed = run("explain")
    assert listed.exit_code == 0
    assert all(code in listed.stdout for code in (*FLAGS, "explain limits"))
    limits = " ".join(run("explain", "limits").stdout.split())
    assert all(f"{number}. {limit}" in limits for number, limit in enumerate(LIMITS, 1))
    unknown = run("explain", "relay")
    assert unknown.exit_code == 2
    assert "did you mean relayed" in unknown.stderr


def test_readme_states_the_limits():
    """One place in code; the README says the same in the same words."""
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    for limit in LIMITS[:6]:
        assert limit.removeprefix("The text alone does not show ").rstrip(".") in readme


def test_inspect_tells_limits_and_what_the_band_hangs_on(run, story):
    words = " ".join(run("inspect", story).stdout.split())
    assert "annotator explain limits" in words
    assert "the band hangs on single weights: " in words


def test_sensitivity_is_told_on_one_line():
    assert describe_sensitivity([]) == "the band stands if any one weight or cap moves by 1"
    changes = [BandChange(f"identity.k{number}", -1, "low") for number in range(5)]
    told = describe_sensitivity(changes)
    assert told.startswith("the band hangs on single weights: identity.k0 -1 (low), identity.k1 -1 (low)")
    assert told.endswith("and 2 more")


def test_a_rubric_that_cannot_be_used_is_exit_2_before_the_model_is_loaded(tmp_path, story):
    rubric = tmp_path / "mine.toml"
    rubric.write_text("[identity]\n", encoding="utf-8")
    for command in (("check", story), ("inspect", story), ("annotate", story, "-o", tmp_path / "out")):
        result = CliRunner().invoke(app, [*map(str, command), "--rubric", str(rubric), "--model", str(tmp_path)])
        assert result.exit_code == 2
        assert "mine.toml" in result.stderr


def test_a_rubric_of_ones_own_reaches_the_annotator(tmp_path):
    rubric = tmp_path / "mine.toml"
    shipped = (ROOT / "annotator" / "rubric.toml").read_text(encoding="utf-8")
    rubric.write_text(shipped.replace("anonymous = 5", "anonymous = 4"), encoding="utf-8")
    annotator = Annotator.load(make_model_folder(tmp_path / "model"), rubric=rubric)
    assert annotator.rubric == load_rubric(rubric)
    assert annotator.rubric.caps["anonymous"] == 4
    assert annotator.rubric.sha256 != load_rubric().sha256
