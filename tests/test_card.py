"""The model card: everything it was given stands in it, and a folder without the files says so."""

import json
import re

import pytest
import yaml
from test_evaluate import make_annotation, make_gold

from annotator.card import format_licences, format_table, summarise_manifest, write_card
from annotator.errors import CheckpointError, InputError
from annotator.evaluation import evaluate_annotations
from annotator.labels import LABELS

TRAINING = {
    "version": "0.1",
    "parent": None,
    "data": [{"name": "quay | train", "articles": 12, "sha256": "ab" * 32}],
    "options": {"epochs": 3, "learning_rate": 0.0002},
    "seeds": [1, 2],
    "versions": {"torch": "2.13"},
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "harbour"
    folder.mkdir()
    gold = make_gold()
    report = evaluate_annotations([gold], [make_annotation(gold)]).to_dict()
    (folder / "config.json").write_text(json.dumps({"calibration": {"temperature": 1.25}}))
    (folder / "training.json").write_text(json.dumps(TRAINING))
    (folder / "metrics.json").write_text(json.dumps({"quay/dev.jsonl": report}))
    return folder


def test_card_holds_figures_training_and_notes(folder):
    path = write_card(folder, data_notes="Coded at $5 by **nobody**.", command="scripts/x", commit="abc123")
    card = path.read_text()
    assert path == folder / "README.md"
    for words in ("### quay/dev.jsonl", "| direct_quote | - | - | - | 0 |", "1.000 [1.000, 1.000]", "temperature 1.25"):
        assert words in card
    for words in ("ab" * 32, "learning_rate 0.0002", "quay \\| train", "1, 2", "Coded at $5 by **nobody**."):
        assert words in card
    assert "by `scripts/x` at commit `abc123`" in card
    assert all(f"`{label}`" in card for label in LABELS)
    assert not re.search(r"\$[a-z_]+", card)
    assert [item.name for item in sorted(folder.iterdir())] == [
        "README.md",
        "config.json",
        "metrics.json",
        "training.json",
    ]


def test_front_matter_is_yaml(folder):
    card = write_card(folder).read_text()
    assert card.startswith("---\n")
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["pipeline_tag"] == "token-classification"
    assert front["language"] == "en"


def test_tables_have_as_many_cells_in_every_row(folder):
    card = write_card(folder).read_text()
    for block in re.findall(r"(?:^\|.*\n)+", card, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


def test_card_says_what_is_missing(folder):
    (folder / "metrics.json").unlink()
    (folder / "training.json").unlink()
    card = write_card(folder).read_text()
    assert "Not measured yet." in card
    assert "No record of the training" in card


def test_folders_that_are_no_models_are_refused(folder, tmp_path):
    with pytest.raises(CheckpointError, match=r"no config\.json"):
        write_card(tmp_path)
    (folder / "metrics.json").write_text("{")
    with pytest.raises(CheckpointError, match="not JSON"):
        write_card(folder)


def test_manifest_counts_one_part_by_licence(tmp_path):
    path = tmp_path / "manifest.tsv"
    rows = ["doc\tcollection\tlicence\tpart", 'a"\tquay\tCC\ttrain', "b\tquay\tCC\ttrain", "c\tquay\tCC\tdev"]
    path.write_text("\n".join([*rows, "d\tquay\tnone\ttrain", "e\tbay\tCC\ttrain"]) + "\n")
    counts = summarise_manifest(path)
    assert [(row.collection, row.licence, row.articles) for row in counts] == [
        ("bay", "CC", 1),
        ("quay", "CC", 2),
        ("quay", "none", 1),
    ]
    assert format_licences(counts).splitlines()[-1] == "| all |  | 4 |"
    path.write_text("doc\tpart\n")
    with pytest.raises(InputError, match="collection, licence"):
        summarise_manifest(path)


def test_cells_cannot_break_a_table():
    assert format_table(["a"], [["x|y\nz"]]).splitlines()[-1] == "| x\\|y z |"
