from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest
from fake_annotator import FakeAnnotator, make_annotation
from typer.testing import CliRunner

from annotator import labels
from annotator.cli import options
from annotator.cli.main import app
from annotator.errors import ConfigError
from annotator.limits import LIMITS
from annotator.records import Article, Grade
from annotator.write import ADMIRALTY, FILES, RunWriter
from annotator.write.admiralty import COLUMNS, is_judged, list_sources

STORY = (
    "The harbour mole held through the night, the surveyor Ilse Varga said on Monday. She had walked the whole length "
    "of it twice before the storm came in, and she would walk it again when the wind had dropped. Number {}.\n"
)


def write_run(out, *annotations, overwrite=False, export=True):
    with RunWriter(out, overwrite, export) as writer:
        for annotation in annotations or (make_annotation(Article("a0", "Mole holds, says Varga.")),):
            writer.write_annotation(annotation)
        writer.finish({})


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def test_every_source_is_f_and_6_with_room_for_a_person(tmp_path):
    annotation = make_annotation(Article("a0", "Mole holds, says Varga."))
    write_run(tmp_path, annotation, replace(annotation, article=Article("a1", "Mole holds, says Varga.")))
    rows = read_rows(tmp_path / ADMIRALTY)
    assert [(row["article_id"], row["source_id"]) for row in rows] == [
        (article, source.id) for article in ("a0", "a1") for source in annotation.sources
    ]
    assert tuple(rows[0]) == COLUMNS
    for row in rows:
        values = [row[name] for name in ("source_reliability", "information_credibility", "analyst", "basis")]
        assert values == ["F", "6", "", ""]
    assert rows[0]["name"] == "Ilse Varga"
    assert rows[0]["sourcing_transparency"].startswith("substantial, 6 of 10 (identity 4")
    assert rows[1]["sourcing_transparency"] == "not gradable"


@pytest.mark.parametrize("support", labels.SUPPORTS)
@pytest.mark.parametrize("score", range(11))
def test_neither_grade_nor_support_ever_moves_letter_or_digit(support, score):
    annotation = make_annotation(Article("a", "Mole holds."))
    sources = tuple(replace(source, grade=Grade(score, "high")) for source in annotation.sources)
    claims = tuple(replace(claim, support=support, source_id="s1") for claim in annotation.claims)
    for row in list_sources(replace(annotation, sources=sources, claims=claims)):
        assert (row["source_reliability"], row["information_credibility"]) == ("F", "6")
    note = next(iter(list_sources(replace(annotation, claims=claims))))["corroboration_note"]
    assert note.startswith("2 of 2 claims agree") == (support == "corroborated")
    assert ("2 of 2 claims are denied" in note) == (support == "contested")


def test_cells_are_no_formulas_and_text_is_kept(tmp_path):
    annotation = make_annotation(Article("a", "Mole holds."))
    source = replace(annotation.sources[0], name='=HYPERLINK("x"),\nVarga')
    write_run(tmp_path, replace(annotation, sources=(source,)))
    assert read_rows(tmp_path / ADMIRALTY)[0]["name"] == '\'=HYPERLINK("x"),\nVarga'


def test_the_file_comes_with_the_run_or_not_at_all(tmp_path):
    out = tmp_path / "out"
    with pytest.raises(RuntimeError), RunWriter(out, export_admiralty=True) as writer:
        writer.write_annotation(make_annotation(Article("a", "Mole holds.")))
        raise RuntimeError
    assert not out.exists()
    write_run(out, export=False)
    assert {path.name for path in out.iterdir()} == set(FILES)
    write_run(out, overwrite=True)
    assert {path.name for path in out.iterdir()} == {*FILES, ADMIRALTY}
    with pytest.raises(ConfigError):
        write_run(out)
    write_run(out, overwrite=True, export=False)
    assert {path.name for path in out.iterdir()} == set(FILES)


@pytest.mark.parametrize(
    "change",
    [{"source_reliability": "B"}, {"information_credibility": "2"}, {"analyst": "R. Moss"}, {"basis": "met her twice"}],
)
def test_judgements_of_a_person_are_never_overwritten(tmp_path, change):
    write_run(tmp_path)
    assert not is_judged(tmp_path / ADMIRALTY)
    rows = read_rows(tmp_path / ADMIRALTY)
    write_rows(tmp_path / ADMIRALTY, rows)
    assert not is_judged(tmp_path / ADMIRALTY)
    write_rows(tmp_path / ADMIRALTY, [*rows[:-1], rows[-1] | change])
    before = (tmp_path / ADMIRALTY).read_bytes()
    with pytest.raises(ConfigError, match="move it away"):
        write_run(tmp_path, overwrite=True)
    assert (tmp_path / ADMIRALTY).read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"id;letter\na;F\n", b"\xff\xfe\x00", b"article_id\na\n"])
def test_a_file_that_is_no_longer_ours_counts_as_judged(tmp_path, content):
    (tmp_path / ADMIRALTY).write_bytes(content)
    assert is_judged(tmp_path / ADMIRALTY)


def test_the_option_of_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(options, "load_annotator", lambda *_: FakeAnnotator())
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "story.txt").write_text(STORY.format(1), encoding="utf-8")
    out = folder / "out"

    def run(*more):
        return CliRunner().invoke(app, ["annotate", str(folder), "-o", str(out), *more])

    assert run().exit_code == 0
    assert not (out / ADMIRALTY).exists()
    for _ in range(2):  # the second run does not read the results of the first
        result = run("--export-admiralty", "--overwrite")
        assert result.exit_code == 0, result.output
        assert "annotator explain limits" in result.stderr
        assert len(read_rows(out / ADMIRALTY)) == 2
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["rubric"] == {"sha256": FakeAnnotator.rubric.sha256}
    assert record["limits"] == list(LIMITS)
