"""`annotator train` as a user meets it: what it reads, says, refuses and leaves behind."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from test_training import make_article
from tiny import make_encoder_folder, make_model_folder, make_network
from typer.testing import CliRunner

from annotator.checkpoint import BUNDLED, find_model, is_model, update_settings
from annotator.cli.main import app
from annotator.errors import ConfigError
from annotator.evaluation.compare import compare_confusions
from annotator.labelled import LabelledArticle, LabelledSentence, write_labelled
from annotator.labels import LABELS
from annotator.pipeline import Annotator
from annotator.training.data import DataOptions
from annotator.training.folder import NewModel
from annotator.training.layers import drop_layers
from annotator.training.loop import TrainConfig
from annotator.training.recipe import choose_config
from annotator.training.report import Measured, say_whether_it_helped
from annotator.training.train import train_model


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("command")
    make_model_folder(folder / "base")
    write_labelled([make_article(number) for number in range(10)], folder / "gold.jsonl")
    return folder


def run(*words):
    return CliRunner().invoke(app, ["train", *map(str, words)])


@pytest.fixture(scope="module")
def tuned(work):
    """From a CSV of sentences, two of the four classes, with text to rehearse on."""
    with (work / "rows.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("text", "label", "article_id"))
        for number in range(30):
            rows.writerow((f"Engineer Ola Brandt said pier {number} held.", "attributed_claim", f"a{number % 10}"))
            rows.writerow((f"Pier {number} is closed.", "narration", f"a{number % 10}"))
    (work / "texts").mkdir()
    (work / "texts" / "one.txt").write_text(
        "Pier shut\n\nThe pier is closed, the town's engineer said on Monday.\n" * 5
    )
    (work / "texts" / "empty.txt").write_text("")
    done = run(
        work / "rows.csv", "--base", work / "base", "-o", work / "tuned", "--epochs", "3", "--rehearse", work / "texts"
    )
    assert done.exit_code == 0, done.output
    return done


def test_sentences_in_a_table_are_enough(work, tuned):
    assert "labels: 60 kept, 0 snapped, 0 dropped" in tuned.stderr
    for label in ("direct_quote", "anonymous_source_claim"):
        assert f"warning: no sentence is labelled {label}" in tuned.stderr
    assert "empty.txt" in tuned.stderr and "step" in tuned.stderr and "left" in tuned.stderr
    record = json.loads((work / "tuned" / "training.json").read_text())
    assert record["parent"] == "base" and len(record["parent_sha256"]) == 64
    assert record["options"]["distill"] == 1.0
    assert len(record["data"][0]["sha256"]) == len(record["rehearsal"][0]["sha256"]) == 64
    config = json.loads((work / "tuned" / "config.json").read_text())
    assert config["format_version"] == 1


def test_report_compares_old_and_new_model(work, tuned):
    metrics = json.loads((work / "tuned" / "metrics.json").read_text())
    assert set(metrics) == {"your validation articles", "check set"}
    assert metrics["check set"]["sentences"] >= 300
    for figures in metrics.values():
        assert set(figures["against_base"]["figures"]) == {"macro_f1", "accuracy", *LABELS}
    text = (work / "tuned" / "report.md").read_text()
    for line in text.splitlines():
        if line.startswith("- On "):
            assert line.removeprefix("- ") in tuned.stdout
    assert text.count("| attributed_claim |") == 2
    assert "report.md" in (work / "tuned" / "README.md").read_text()


def test_words_follow_the_interval():
    """Twenty articles with the same gain leave no doubt, one gains nothing that could be told."""
    wrong = [[2, 2, 0, 0, 0], [0, 4, 0, 0, 0], [0, 0, 4, 0, 0], [0, 0, 0, 4, 0]]
    right = [[4, 0, 0, 0, 0], *wrong[1:]]
    import numpy as np

    def say(old, new, articles):
        pair = (np.array([matrix] * articles) for matrix in (old, new))
        return say_whether_it_helped([Measured("check set", None, compare_confusions(*pair), {})])[0]

    assert say(wrong, right, 20).startswith("On the check set it helped: macro-F1")
    assert say(right, wrong, 20).startswith("On the check set it hurt")
    assert "narration is worse" in say(right, wrong, 20)
    assert "cannot be told" in say(right, right, 20)


def test_a_folder_in_use_is_not_written_to(work, tuned, tmp_path):
    again = run(work / "gold.jsonl", "--base", work / "base", "-o", work / "tuned")
    assert again.exit_code == 2 and "holds a model already" in again.stderr
    onto = run(work / "gold.jsonl", "--base", work / "base", "-o", work / "base", "--resume")
    assert onto.exit_code == 2 and "holds a model already" in onto.stderr
    (tmp_path / "notes.txt").write_text("mine")
    strange = run(work / "gold.jsonl", "--base", work / "base", "-o", tmp_path)
    assert strange.exit_code == 2 and "is not empty (notes.txt)" in strange.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_stopped_run_takes_the_same_command_alone(tmp_path):
    record = {"options": {"epochs": 3, "seed": 1}, "versions": {"torch": "1"}}
    NewModel(tmp_path).open(record)
    with pytest.raises(ConfigError, match="--resume"):
        NewModel(tmp_path).check(resume=False)
    NewModel(tmp_path).check(resume=True)
    assert NewModel(tmp_path).open(record | {"versions": {"torch": "2"}})
    changed = record | {"options": {"epochs": 4, "seed": 1}}
    with pytest.raises(ConfigError, match=r'options was {"epochs": 3}, is now {"epochs": 4}'):
        NewModel(tmp_path).open(changed)


def test_validation_file_is_measured_on_and_not_trained_on(work, tmp_path):
    text = "The quay was swept before noon on Sunday by volunteers with brooms, and nobody was hurt."
    held = LabelledArticle("held", text, (LabelledSentence(0, len(text), "narration"),))
    write_labelled([*map(make_article, range(4)), replace(held, id="twin")], tmp_path / "train.jsonl")
    write_labelled([held], tmp_path / "held.jsonl")
    config = TrainConfig(epochs=1)
    options = DataOptions(validation=tmp_path / "held.jsonl")
    report = train_model([tmp_path / "train.jsonl"], tmp_path / "out", work / "base", lambda *_: config, options)
    assert (report.trained, report.validated, report.dropped) == (4, 1, ("twin",))
    record = json.loads((report.out / "training.json").read_text())
    assert record["validation"]["articles"] == 1 and len(record["validation"]["sha256"]) == 64


def test_heads_without_targets_hold_still(work, tmp_path):
    """Labels alone teach nothing of cues and contents; with `distill` their scores stay nearly as they were."""
    bare = [
        replace(article, sentences=tuple(LabelledSentence(s.start, s.end, s.label) for s in article.sentences))
        for article in map(make_article, range(10))
    ]
    write_labelled(bare, tmp_path / "bare.jsonl")
    before = load_file(work / "base" / "model.safetensors")["tag_head.weight"].float()

    def move(distill):
        config = TrainConfig(epochs=4, learning_rate=1e-3, weight_decay=0.0, distill=distill, augment=False)
        out = tmp_path / f"out{distill}"
        train_model([tmp_path / "bare.jsonl"], out, work / "base", lambda *_: config)
        return load_file(out / "model.safetensors")["tag_head.weight"].float() - before

    assert torch.equal(move(0.0), torch.zeros_like(before)), "no target, no change of the head"
    assert move(1.0).abs().max() > 0, "the head follows the encoder"


def test_frozen_layers_hold_still(work, tmp_path):
    """Half of the layers and the embeddings keep every bit, those above learn; the recipe does so for few labels."""
    assert choose_config(True, 200).frozen == 0.5 and choose_config(True, 20_000).frozen == 0
    config = TrainConfig(epochs=1, learning_rate=1e-2, frozen=0.5, distill=1.0)
    train_model([work / "gold.jsonl"], tmp_path / "out", work / "base", lambda *_: config)
    before, after = (load_file(folder / "model.safetensors") for folder in (work / "base", tmp_path / "out"))
    changed = {name for name, weights in after.items() if not torch.equal(weights, before[name])}
    assert not [name for name in changed if ".layer.0." in name or "word_embeddings" in name]
    assert [name for name in changed if ".layer.1." in name]


def test_fewer_layers_make_a_model_of_its_own(work, tmp_path):
    done = run(work / "gold.jsonl", "--base", work / "base", "-o", tmp_path / "small", "--layers", "1", "--epochs", "1")
    assert done.exit_code == 0, done.output
    before, after = (load_file(folder / "model.safetensors") for folder in (work / "base", tmp_path / "small"))
    gone = {name for name in before if ".layer.1." in name}
    assert gone and before.keys() - after.keys() == gone
    assert Annotator.load(tmp_path / "small").annotate("The dam held, engineer Ola Brandt said.").sentences
    record = json.loads((tmp_path / "small" / "training.json").read_text())
    assert record["options"]["layers"] == 1 and record["options"]["distill"] == 1.0


def test_layers_are_kept_evenly_from_the_first_to_the_last():
    network = make_network(50, layers=6)
    places = {id(layer): number for number, layer in enumerate(network.encoder.encoder.layer)}
    drop_layers(network, 3)
    assert [places[id(layer)] for layer in network.encoder.encoder.layer] == [0, 2, 5]
    assert network.config.encoder["num_hidden_layers"] == network.encoder.config.num_hidden_layers == 3


@pytest.mark.parametrize(
    ("words", "message"), [(("--layers", "2"), "the base has 2"), (("--layers", "1", "--keep", "0.5"), "--keep")]
)
def test_layers_that_cannot_be_kept_are_refused(work, tmp_path, words, message):
    done = run(work / "gold.jsonl", "--base", work / "base", "-o", tmp_path / "out", *words)
    assert done.exit_code == 2 and message in done.stderr
    assert not (tmp_path / "out").exists()


def test_recipe_fits_the_base():
    tuned, bare = choose_config(True, 200), choose_config(False, 20_000)
    assert tuned.distill > 0 and bare.distill == 0
    assert tuned.learning_rate < bare.learning_rate
    assert tuned.keep > 0 == bare.keep
    assert choose_config(True, 200, own_labels=("satire",)).keep == 0, "a new head fits the tuned encoder alone"
    given = choose_config(True, 200, epochs=1, distill=0.0, keep=0.0, augment=True)
    assert (given.epochs, given.distill, given.keep, given.augment) == (1, 0.0, 0.0, True)


@pytest.mark.parametrize(("option", "words"), [("--keep", "bare encoder"), ("--distill", "bare encoder")])
def test_what_only_a_trained_model_has_cannot_be_kept(work, tmp_path, option, words):
    base = make_encoder_folder(tmp_path / "encoder")
    done = run(work / "gold.jsonl", "--base", base, "-o", tmp_path / "out", option, "0.5")
    assert done.exit_code == 2 and words in done.stderr
    assert not (tmp_path / "out").exists()


def test_unusable_input_is_refused_before_anything_is_written(work, tmp_path):
    (tmp_path / "empty.jsonl").write_text("")
    newer = make_model_folder(tmp_path / "newer")
    update_settings(newer, format_version=99)
    for words, message in (
        ((tmp_path / "empty.jsonl",), "empty"),
        ((tmp_path / "missing.jsonl",), "missing.jsonl"),
        ((work / "gold.jsonl", "--base", newer), "format 99 is not known, this version reads 1; upgrade"),
        ((work / "gold.jsonl", "--base", tmp_path / "nothing"), "nothing"),
        ((work / "gold.jsonl", "--validation", tmp_path / "empty.jsonl"), "empty"),
        ((work / "gold.jsonl", "--share", "x"), "give numbers"),
    ):
        done = run(*words, "-o", tmp_path / "out")
        assert done.exit_code == 2 and message in done.stderr, (words, done.output)
        assert not (tmp_path / "out").exists(), words


def test_bundled_models_have_names(tmp_path, monkeypatch):
    assert [find_model(name).name for name in (None, "default", "fast")] == ["default", "default", "fast"]
    assert all(is_model(find_model(name)) for name in BUNDLED)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fast").mkdir()
    assert find_model("fast") == Path("fast"), "a folder of that name comes first"
    assert find_model("mine/fast") == Path("mine/fast")
