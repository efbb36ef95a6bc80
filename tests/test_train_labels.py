"""Labels of a user's own: read, learnt beside ours, written; what could be mistaken is refused."""

import json

import jsonschema
import pytest
from conftest import ROOT
from tiny import make_model_folder
from typer.testing import CliRunner

from annotator import Annotator
from annotator.cli.main import app
from annotator.errors import ConfigError
from annotator.training.data import DataOptions
from annotator.training.loop import TrainConfig
from annotator.training.own_labels import parse_labels
from annotator.training.train import train_model
from annotator.write.tables import flatten_sentences

ROWS = [
    ("The dam held, engineer Ola Brandt said.", "claim"),
    ("Two officials said the bolts had failed.", "hearsay"),
    ("The bridge is closed.", "narration"),
    ("What a fine bridge we have!", "mockery"),
    ("Who needs bolts, after all?", "mockery"),
]


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("labels")
    make_model_folder(folder / "base")
    rows = [{"text": f"{n}: {text}", "label": label, "article_id": f"a{n}"} for n in range(12) for text, label in ROWS]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


CLAIMS = "claim=attributed_claim,hearsay=anonymous_source_claim"


def train(work, name, base, *labels):
    words = ["train", work / "rows.jsonl", "--base", work / base, "-o", work / name, "--epochs", "1"]
    return CliRunner().invoke(app, [*map(str, words), *(word for text in labels for word in ("--labels", text))])


@pytest.fixture(scope="module")
def own(work):
    """A model that has learnt the label mockery."""
    config = TrainConfig(epochs=30, tokens=150, learning_rate=5e-3, head_scale=1, augment=False)
    options = DataOptions(labels=parse_labels([CLAIMS, "mockery"]))
    return train_model([work / "rows.jsonl"], work / "own", work / "base", lambda *_: config, options).out


def test_own_labels_are_learnt_and_written(own):
    annotator = Annotator.load(own)
    assert annotator.own_labels == ("mockery",)
    annotation = annotator.annotate(" ".join(f"1: {text}" for text, _ in ROWS))
    found = [sentence.own_label for sentence in annotation.sentences]
    assert found == ["mockery" if label == "mockery" else None for _, label in ROWS]
    record = annotation.to_dict()
    jsonschema.validate(record, json.loads((ROOT / "annotator" / "schema.json").read_text()))
    assert [sentence["own_label"] for sentence in record["sentences"]] == found
    assert [row["own_label"] for row in flatten_sentences(annotation)] == found
    assert "| mockery | 1.000 [1.000, 1.000] |" in (own / "report.md").read_text()
    training = json.loads((own / "training.json").read_text())
    assert training["labels"]["claim"] == "attributed_claim" and training["options"]["own_labels"] == ["mockery"]


def test_own_labels_of_the_base_are_kept_or_asked_for(work, own):
    kept = train(work, "kept", "own", CLAIMS)
    assert kept.exit_code == 0 and "unknown label 'mockery'" in kept.stderr
    assert Annotator.load(work / "kept").own_labels == ("mockery",)
    lost = train(work, "lost", "own", "claim=attributed_claim,hearsay")
    assert lost.exit_code == 2 and "the base also knows mockery" in lost.stderr
    more = train(work, "more", "own", "claim=attributed_claim,hearsay,mockery")
    assert more.exit_code == 0, more.output
    annotator = Annotator.load(work / "more")
    assert annotator.own_labels == ("hearsay", "mockery")
    found = [s.own_label for s in annotator.annotate(" ".join(f"1: {text}" for text, _ in ROWS)).sentences]
    assert found.count("mockery") == 2, "what the base has learnt is not lost with a new label"


def test_records_of_other_models_have_no_own_label(work):
    sentence = Annotator.load(work / "base").annotate("The dam held.").sentences[0]
    assert "own_label" not in sentence.to_dict()


def test_label_that_no_sentence_has_is_refused(work):
    done = train(work, "none", "base", CLAIMS, "mockery", "verse")
    assert done.exit_code == 2 and "no sentence to train on is labelled verse" in done.stderr
    assert not (work / "none").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Attributed claim", "write Attributed claim=attributed_claim"),
        ("anon", "nearly our label anonymous_source_claim"),
        ("quote", "nearly our label direct_quote"),
        ("direct-qoute", "nearly our label direct_quote"),
        ("sources", "a span and no label"),
        ("claim=atributed_claim", "did you mean attributed_claim"),
        ("claim=satire", "the labels are narration"),
        ("narration=direct_quote", "with another meaning"),
        ("satire,Satire", "nearly the same"),
        ("far-fetched,far fetched", "nearly the same"),
        ("satire,satire", "given twice"),
        ("satire,", "with commas between them"),
        ("=narration", "with commas between them"),
        ("\x1b[31m", "can be printed"),
    ],
)
def test_labels_that_could_be_mistaken_are_refused(text, words):
    with pytest.raises(ConfigError, match=words.replace("[", r"\[")):
        parse_labels([text])


def test_labels_that_differ_are_taken():
    found = parse_labels(["claim=attributed_claim, level 1", "level 2,narration,opinion pro,opinion con"])
    assert found.own == ("level 1", "level 2", "opinion pro", "opinion con")
    assert found.names["claim"] == "attributed_claim" and found.names["narration"] == "narration"
