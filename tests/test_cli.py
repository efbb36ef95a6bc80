from __future__ import annotations

import json
import subprocess
import sys

import pytest
from fake_annotator import FakeAnnotator
from typer.testing import CliRunner

from annotator.cli import options
from annotator.cli.main import app
from annotator.errors import CheckpointError

STORY = (
    "The harbour mole held through the night, the surveyor Ilse Varga said on Monday. She had walked the whole length "
    "of it twice before the storm came in, and she would walk it again when the wind had dropped. Number {}.\n"
)


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(options, "load_annotator", lambda *_: FakeAnnotator())
    return lambda *arguments, **settings: CliRunner().invoke(app, [str(item) for item in arguments], **settings)


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(STORY.format(1), encoding="utf-8")
    return path


def test_all_annotated_is_exit_0_with_a_summary_on_stderr(run, story, tmp_path):
    result = run("annotate", story, "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "articles annotated: 1 in" in result.stderr
    assert "attributed_claim         50.0%" in result.stderr
    assert str(tmp_path / "out") in result.stderr
    assert "\x1b" not in result.stderr


def test_some_failed_is_exit_1_with_the_reason(run, story, tmp_path):
    (tmp_path / "broken\x1b[31m.txt").write_text(STORY.format("FAIL"), encoding="utf-8")
    result = run("annotate", tmp_path, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "made to fail (predict)" in result.stderr
    assert "\x1b" not in result.stderr
    assert len((tmp_path / "out" / "annotations.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_quiet_says_nothing(run, story, tmp_path):
    result = run("annotate", story, "-o", tmp_path / "out", "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_stdin_is_an_article(run, tmp_path):
    result = run("annotate", "-", "-o", tmp_path / "out", input=STORY.format(1))
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "out" / "annotations.jsonl").read_text())["article"]["text"] == STORY.format(1)


def test_fields_are_passed_to_the_reader(run, tmp_path):
    rows = tmp_path / "rows.jsonl"
    row = {"piece": STORY.format(1), "top": "Mole holds", "key": "k7", "paper": "The Strand", "at": "2031-02-03"}
    rows.write_text(json.dumps(row) + "\n")
    fields = {"text": "piece", "title": "top", "id": "key", "outlet": "paper", "date": "at"}
    given = [word for name, column in fields.items() for word in (f"--{name}-field", column)]
    assert run("annotate", rows, "-o", tmp_path / "out", *given).exit_code == 0
    article = json.loads((tmp_path / "out" / "annotations.jsonl").read_text())["article"]
    assert (article["id"], article["title"], article["outlet"]) == ("k7", "Mole holds", "The Strand")
    assert article["text"] == row["piece"]
    assert article["published"] == "2031-02-03"


def test_language_and_size_limits(run, tmp_path):
    path = tmp_path / "hafen.txt"
    path.write_text(
        "Die Mole hat die Nacht überstanden, sagte die Vermesserin am Montag, und der Hafen ist offen. " * 9
    )
    assert run("annotate", path, "-o", tmp_path / "a").exit_code == 1
    assert run("annotate", path, "-o", tmp_path / "b", "--any-language").exit_code == 0
    assert run("annotate", path, "-o", tmp_path / "c", "--any-language", "--max-mb", "0.0002").exit_code == 1


def test_wrong_use_is_exit_2_on_one_line_and_writes_nothing(run, story, tmp_path):
    out = tmp_path / "out"
    assert run("annotate", story, "-o", out).exit_code == 0
    for arguments in (
        ("annotate", story, "-o", out),
        ("annotate", story, "-o", story),
        ("annotate", tmp_path / "missing", "-o", tmp_path / "new"),
        ("annotate", story, "-o", tmp_path / "new", "--max-mb", "0"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2, arguments
        assert result.stderr.startswith("error: ")
        assert result.stderr.count("\n") == 1
    assert not (tmp_path / "new").exists()
    assert run("annotate", story, "-o", out, "--overwrite").exit_code == 0


@pytest.mark.parametrize("arguments", [("annotate",), ("annotate", "x"), ("nosuch",), ("inspect",), ("--nosuch",)])
def test_misspelt_commands_are_exit_2(run, arguments):
    assert run(*arguments).exit_code == 2


def test_an_error_of_the_model_is_one_line(run, monkeypatch, story, tmp_path):
    def refuse(*_):
        raise CheckpointError("models/x: no config.json;\nname a model folder\x1b[2J")

    monkeypatch.setattr(options, "load_annotator", refuse)
    result = run("annotate", story, "-o", tmp_path / "out", "--model", tmp_path)
    assert result.exit_code == 2
    assert result.stderr == "error: models/x: no config.json; name a model folder\\x1b[2J\n"


def test_an_interrupt_is_exit_130_and_leaves_nothing(run, monkeypatch, story, tmp_path):
    class Interrupted(FakeAnnotator):
        def annotate_many(self, items):
            raise KeyboardInterrupt

    monkeypatch.setattr(options, "load_annotator", lambda *_: Interrupted())
    assert run("annotate", story, "-o", tmp_path / "out").exit_code == 130
    assert not (tmp_path / "out").exists()


def test_inspect_prints_one_article_in_plain_text(run, story):
    result = run("inspect", story)
    assert result.exit_code == 0, result.output
    assert "The harbour mole" in result.stdout
    assert "Ilse Varga" in result.stdout
    assert "\x1b" not in result.stdout


def test_inspect_of_what_cannot_be_annotated(run, tmp_path, story):
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    result = run("inspect", empty)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "empty" in result.stderr
    story.write_text(STORY.format("FAIL"))
    assert run("inspect", story).exit_code == 1
    assert run("inspect", tmp_path / "missing.txt").exit_code != 0


def test_version_and_help_of_every_command(run):
    assert run("--version").stdout.startswith("annotator ")
    for command in ("annotate", "inspect", "train", "evaluate"):
        result = run(command, "--help")
        assert result.exit_code == 0
        assert command in run("--help").stdout
    assert "Exit codes" in run("annotate", "--help").stdout


def test_python_m_annotator_is_the_command():
    result = subprocess.run([sys.executable, "-m", "annotator", "--help"], capture_output=True, text=True, check=True)
    assert "Usage: annotator" in result.stdout
