"""`annotator convert`, and the data that `annotator train` takes, as a user calls them."""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ET

import pytest
from fake_annotator import make_annotation
from tiny import make_encoder_folder
from typer.testing import CliRunner

from annotator.cli.convert import To
from annotator.cli.main import app
from annotator.formats import WRITERS, read_data
from annotator.labels import ANONYMITY_TYPES, LABELS, QUOTE_STATUSES, SOURCE_TYPES, SPAN_ROLES
from annotator.records import Article

TEXT = "Mole holds\n\nAda Quill said it held. “It will go,” two officials warned."
SENTENCES = (
    ("Ada Quill said it held.", "attributed_claim"),
    ("“It will go,” two officials warned.", "anonymous_source_claim"),
)


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(app, [str(item) for item in arguments])


@pytest.fixture
def labels(tmp_path):
    sentences = [{"start": TEXT.index(w), "end": TEXT.index(w) + len(w), "label": label} for w, label in SENTENCES]
    sentences[0]["source_name"] = "Ada Quill"
    spans = [
        {"start": 12, "end": 21, "label": "source", "claim": "c1"},
        {"start": 22, "end": 26, "label": "cue", "claim": "c1"},
    ]
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps({"id": "mole", "text": TEXT, "sentences": sentences, "spans": spans}) + "\n")
    return path


def test_the_command_offers_what_can_be_written():
    assert [item.value for item in To] == list(WRITERS)


@pytest.mark.parametrize("to", WRITERS)
def test_there_and_back_again(run, labels, tmp_path, to):
    there = run("convert", labels, tmp_path / "there", "--to", to)
    assert there.exit_code == 0, there.output
    assert there.stdout.splitlines()[0] == str(tmp_path / "there")
    assert "labels: 4 kept, 0 snapped, 0 dropped" in there.stderr
    assert ("not in OUT" in there.stderr) == (to in ("doccano", "csv", "conll"))
    back = run("convert", tmp_path / "there", tmp_path / "back.jsonl", "--to", "jsonl")
    assert back.exit_code == 0, back.output
    (article,) = read_data(tmp_path / "back.jsonl").articles
    words = [(article.text[s.start : s.end], s.label) for s in article.sentences if s.label]
    assert words == list(SENTENCES)


def test_suggestions_go_to_label_studio_as_predictions(run, tmp_path):
    record = make_annotation(Article("mole", TEXT)).to_dict()
    (tmp_path / "annotations.jsonl").write_text(json.dumps(record) + "\n")
    out = tmp_path / "tasks.json"
    result = run("convert", tmp_path / "annotations.jsonl", out, "--to", "label-studio")
    assert result.exit_code == 0, result.output
    assert "suggestions of a model that nobody has checked" in result.stderr
    assert result.stdout.splitlines() == [str(out), str(tmp_path / "tasks.config.xml")]
    (task,) = json.loads(out.read_text(encoding="utf-8"))
    assert "annotations" not in task
    regions = [item for item in task["predictions"][0]["result"] if item["type"] == "labels"]
    assert {item["from_name"] for item in regions} == {"sentence", "span"}
    for item in regions:
        value = item["value"]
        assert TEXT[value["start"] : value["end"]] == value["text"]
    # As it comes back once a person has submitted it.
    task["annotations"] = [
        {"id": 5, "completed_by": 1, "was_cancelled": False, "result": task["predictions"][0]["result"]}
    ]
    out.write_text(json.dumps([task]))
    assert "nobody has checked" not in run("convert", out, tmp_path / "checked.jsonl", "--to", "jsonl").stderr


def test_the_labeling_config_has_every_label_and_control(run, labels, tmp_path):
    run("convert", labels, tmp_path / "tasks.json", "--to", "label-studio")
    root = ET.parse(tmp_path / "tasks.config.xml").getroot()
    names = {element.get("name"): element for element in root.iter() if element.get("name")}
    task = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))[0]
    used = {item["from_name"] for item in task["annotations"][0]["result"] if "from_name" in item}
    assert used <= names.keys() and "source_name" in used
    assert all(names[name].get("toName") == "text" for name in names if name != "text")
    assert names["text"].get("value") == "$text" and "text" in task["data"]
    assert [item.get("value") for item in names["sentence"]] == list(LABELS)
    assert [item.get("value") for item in names["span"]] == list(SPAN_ROLES)
    for name, values in (
        ("source_type", SOURCE_TYPES),
        ("anonymity_type", ANONYMITY_TYPES),
        ("quote_status", QUOTE_STATUSES),
    ):
        assert [item.get("value") for item in names[name]] == list(values)
        assert names[name].get("perRegion") == "true"
    assert "pre-wrap" in root.find("Style").text


def test_cells_that_begin_like_formulas_are_guarded(run, tmp_path):
    rows = [{"text": "=HYPERLINK(1)", "label": "narration"}, {"text": "'+1", "label": "narration"}]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run("convert", tmp_path / "rows.jsonl", tmp_path / "rows.csv", "--to", "csv")
    with (tmp_path / "rows.csv").open(newline="", encoding="utf-8") as lines:
        cells = [row["text"] for row in csv.DictReader(lines)]
    assert cells == ["'=HYPERLINK(1)", "''+1"]
    assert [article.text for article in read_data(tmp_path / "rows.csv").articles] == [row["text"] for row in rows]


def test_what_is_left_out_is_listed_with_exit_1_and_mended_on_request(run, tmp_path):
    shifted = {
        "text": TEXT,
        "spans": [{"start": 13, "end": 22, "label": "Source", "text": "Ada Quill"}],
        "answer": "accept",
    }
    path = tmp_path / "shifted\x1b[31m.jsonl"
    path.write_text(json.dumps(shifted) + "\n{broken\n")
    plain = run("convert", path, tmp_path / "a.jsonl", "--to", "jsonl")
    assert plain.exit_code == 1
    assert "\\x1b[31m.jsonl:2: not read: no valid JSON" in plain.stderr and "\x1b" not in plain.stderr
    assert "labels: 0 kept, 0 snapped, 1 dropped, rows not read: 1" in plain.stderr
    path.write_text(json.dumps(shifted) + "\n")
    mended = run("convert", path, tmp_path / "b.jsonl", "--to", "jsonl", "--repair")
    assert mended.exit_code == 0, mended.output
    assert "snapped to 12-21" in mended.stderr and "1 snapped, 0 dropped" in mended.stderr


def test_wrong_use_is_exit_2_and_writes_nothing(run, labels, tmp_path):
    (tmp_path / "story.txt").write_text("The mole held.\nNobody asked.\n")
    taken = tmp_path / "taken.csv"
    taken.write_text("mine")
    for arguments in (
        (tmp_path / "missing.jsonl", tmp_path / "out", "--to", "csv"),
        (tmp_path / "story.txt", tmp_path / "out", "--to", "csv"),
        (labels, tmp_path / "out", "--to", "xlsx"),
        (labels, tmp_path / "out"),
        (labels, taken, "--to", "csv"),
        (labels, tmp_path, "--to", "brat", "--overwrite"),
    ):
        assert run("convert", *arguments).exit_code == 2
    assert taken.read_text() == "mine" and not (tmp_path / "out").exists()
    assert "found plain text" in run("convert", tmp_path / "story.txt", tmp_path / "out", "--to", "csv").stderr
    assert run("convert", labels, taken, "--to", "csv", "--overwrite").exit_code == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty, no labelled sentence"),
        ('{"text": "The mole held.", "label": ""}\n', "no labelled sentence"),
        ('{"text": "The mole held.", "label": "PER"}\n', "its labels (1) were all dropped"),
        ('{"id": 1, "body": "The mole held."}\n', "found JSON objects with the keys id, body"),
        (json.dumps(make_annotation(Article("mole", TEXT)).to_dict()) + "\n", "suggestions of a model"),
    ],
)
def test_training_without_labels_is_exit_2_with_the_reason_and_no_model(run, tmp_path, content, reason):
    base = make_encoder_folder(tmp_path / "base")
    data = tmp_path / "data.jsonl"
    data.write_text(content)
    result = run("train", data, "--base", base, "-o", tmp_path / "new")
    assert result.exit_code == 2
    assert reason in result.stderr
    assert not (tmp_path / "new").exists()


def test_training_takes_the_export_of_a_tool_and_says_what_it_kept(run, labels, tmp_path):
    base = make_encoder_folder(tmp_path / "base")
    rows = [json.loads(labels.read_text()) | {"id": f"mole {n}", "text": f"{TEXT} No. {n}"} for n in range(40)]
    labels.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert run("convert", labels, tmp_path / "brat", "--to", "brat").exit_code == 0
    result = run("train", tmp_path / "brat", "--base", base, "-o", tmp_path / "new", "--epochs", "1", "--no-augment")
    assert result.exit_code == 0, result.output
    assert "brat, 40 articles" in result.stderr
    assert "labels: 160 kept, 0 snapped, 0 dropped" in result.stderr
    assert (tmp_path / "new" / "model.safetensors").is_file()
