import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
import torch
from fake_annotator import make_annotation
from test_pipeline import check_annotation
from tiny import make_encoder_folder, make_network, make_tokenizer
from typer.testing import CliRunner

from annotator import Annotator
from annotator.checkpoint import update_settings
from annotator.cli.main import app
from annotator.config import WindowConfig
from annotator.decode.labels import soften_shares
from annotator.encode import Encoder
from annotator.errors import ConfigError, InputError
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan, write_labelled
from annotator.labels import SPAN_ROLES, SPEECH
from annotator.records import Article, Sentence, Span
from annotator.tokens import Tokenizer
from annotator.training import calibrate, targets
from annotator.training.base import build_network
from annotator.training.calibrate import fit_calibration
from annotator.training.data import DataOptions
from annotator.training.loop import TrainConfig, train_network
from annotator.training.plan import Cutter, TrainingSet, plan_training, plan_validation
from annotator.training.split import part_articles
from annotator.training.targets import IGNORE, SOME_CLAIM, build_targets, gold_sentences, holds_whole_words
from annotator.training.train import blend_weights, train_model
from annotator.training.twins import drop_twins

CLAIM, QUOTE = "Engineer Ola Brandt said the dam held.", "“We counted twice,” he said."
ANON, NARRATION = "Two officials said the bolts had failed.", "The bridge is closed."


def make_article(number: int, spans: bool = False) -> LabelledArticle:
    lines = (CLAIM, QUOTE, ANON, NARRATION)
    text = f"Item {number}\n\n" + " ".join(lines)
    starts = [text.index(line) for line in lines]

    def place(words, after=0):
        start = text.index(words, after)
        return Span(start, start + len(words))

    sentences = (
        LabelledSentence(0, len(f"Item {number}"), "narration"),
        LabelledSentence(
            starts[0], starts[0] + len(CLAIM), "attributed_claim", place("Engineer Ola Brandt"), "Ola Brandt",
            source_type="named_person", anonymity_type="none", quote_status="indirect",
        ),
        LabelledSentence(
            starts[1], starts[1] + len(QUOTE), "direct_quote", place("he", starts[1] + 20), "Ola Brandt",
            source_type="named_person", anonymity_type="none", quote_status="direct",
        ),
        LabelledSentence(
            starts[2], starts[2] + len(ANON), "anonymous_source_claim", place("Two officials"), "Two officials",
            source_type="unnamed_group", anonymity_type="veiled",
        ),
        LabelledSentence(starts[3], starts[3] + len(NARRATION), "narration"),
    )  # fmt: skip
    found = [
        LabelledSpan(*[getattr(place(words), edge) for edge in ("start", "end")], role, "a0")
        for words, role in (("Engineer Ola Brandt", "source"), ("said", "cue"), ("the dam held", "content"))
    ]
    return LabelledArticle(f"item-{number}", text, sentences, tuple(found) if spans else ())


def window_of(article):
    encoder = Encoder(Tokenizer.of(make_tokenizer()), WindowConfig())
    return encoder.encode_articles([(article.text, gold_sentences(article))])[0][0]


def words_at(article, window, tokens):
    return [article.text[slice(*window.offsets[token])] for token in tokens]


def test_targets_of_sentences_and_sources():
    article = make_article(1)
    window = window_of(article)
    found = build_targets(article, window)
    assert found["speech"].tolist() == [0, SPEECH.index("paraphrase"), SPEECH.index("verbatim"), SOME_CLAIM, 0]
    assert found["anonymous"].tolist() == [IGNORE, 0, 0, 1, IGNORE]
    source = found["tags"][:, SPAN_ROLES.index("source")]
    begun = "".join(words_at(article, window, np.flatnonzero(source == targets.BEGIN)))
    assert begun.lower().startswith("e") and "he" in begun
    assert np.all(found["tags"][:, SPAN_ROLES.index("cue")] == IGNORE)
    pointed = {(row, "".join(words_at(article, window, [token]))) for row, token in found["pointer"]}
    assert any(row == 2 and "B" in word for row, word in pointed), "a pronoun points at the name"


def tokens_of(article, window, words):
    start = article.text.index(words)
    place = Span(start, start + len(words))
    return [i for i in np.flatnonzero(window.labelled) if place.overlap(Span(*map(int, window.offsets[i])))]


def test_spans_are_known_where_coders_looked_for_them():
    article = make_article(1, spans=True)
    window = window_of(article)
    tags = build_targets(article, window)["tags"]
    for words, known in ((CLAIM, True), (NARRATION, True), (QUOTE, False)):
        assert np.all((tags[tokens_of(article, window, words)] != IGNORE) == known), words
    content = np.flatnonzero(tags[:, SPAN_ROLES.index("content")] > targets.OUTSIDE)
    assert "".join(words_at(article, window, content)) == "thedamheld"


def test_labels_alone_say_nothing_of_sources():
    article = make_article(1)
    bare = replace(article, sentences=tuple(LabelledSentence(s.start, s.end, s.label) for s in article.sentences))
    window = window_of(bare)
    found = build_targets(bare, window)
    assert np.all(found["tags"] == IGNORE) and not found["pointer"]
    markers = window.markers
    types = [IGNORE, targets.SOME_IDENTIFIED, targets.SOME_IDENTIFIED, targets.SOME_ANONYMOUS, IGNORE]
    assert found["types"][markers].tolist() == types


@pytest.mark.parametrize(("words", "whole"), [("he", False), ("the", True), ("the dam", True), ("am", False)])
def test_sources_cut_inside_a_word_are_not_learnt(words, whole):
    text = "the dam"
    start = text.index(words)
    assert holds_whole_words(text, Span(start, start + len(words))) == whole


def test_an_article_stays_on_its_side_of_the_split():
    articles = [make_article(i) for i in range(200)]
    parted = part_articles(articles, 0.2)
    assert all((part.train is None) != (part.held is None) for part in parted)
    held = [part.held.id for part in parted if part.held]
    assert 20 < len(held) < 60
    assert [part.held.id for part in part_articles(articles[::-1], 0.2) if part.held] == held[::-1]
    half = [part.held.id for part in part_articles(articles[:100], 0.2) if part.held]
    assert half == [name for name in held if name in {article.id for article in articles[:100]}]


def test_twins_of_scored_texts_are_dropped():
    twin, other = make_article(1), LabelledArticle("other", " ".join(f"word{i}" for i in range(60)), ())
    assert drop_twins([twin, other], [twin.text.replace("Item 1", "Changed headline")]) == ([other], [twin.id])
    assert drop_twins([twin], []) == ([twin], [])


def test_draw_repeats_whole_passes_and_a_part():
    import random

    drawn = TrainingSet("x", [make_article(i) for i in range(10)], (2.5,)).draw(3, random.Random(1))
    counts = sorted(sum(a.id == b.id for b in drawn) for a in drawn)
    assert len(drawn) == 25 and counts[0] == 2 and counts[-1] == 3


CONFIG = TrainConfig(epochs=2, tokens=200, evaluate_every=2, learning_rate=1e-3)


def use_config(is_model, sentences):
    return CONFIG


def train(work, base, config=CONFIG, change=None):
    torch.manual_seed(0)
    network, tokenizer = build_network(base, WindowConfig(), config.dropout)
    articles = [make_article(i, spans=i % 2 == 0) for i in range(12)]
    cutter = Cutter(tokenizer, WindowConfig())
    plan = {"epochs": config.epochs, "tokens": config.tokens, "seed": config.seed, "augment": change}
    batches = plan_training([TrainingSet("x", articles)], cutter, **plan)
    validation = plan_validation(articles[:3], cutter, config.tokens)
    log = train_network(network, batches, validation, work, config)
    return network, log


def test_a_stopped_run_goes_on_to_the_same_weights(tmp_path):
    base = make_encoder_folder(tmp_path / "base")
    whole, log = train(tmp_path / "whole", base)
    assert any("eval_macro_f1" in entry for entry in log)
    (tmp_path / "cut").mkdir()
    last = max(entry["step"] for entry in log)
    kept = tmp_path / "whole" / f"checkpoint-{last - last % 2 - 2}"
    shutil.copytree(kept, tmp_path / "cut" / kept.name)
    (tmp_path / "cut" / f"checkpoint-{last}").mkdir()  # as a kill leaves it that comes in the middle of saving
    resumed, _ = train(tmp_path / "cut", base)
    for name, value in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], value), name


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    data = folder / "gold.jsonl"
    write_labelled([make_article(i, spans=i % 2 == 0) for i in range(40)], data)
    base = make_encoder_folder(folder / "base")
    report = train_model([data], folder / "model", base, use_config, DataOptions(validation_share=0.3))
    return folder, report


def test_train_writes_a_model_that_loads_and_annotates(trained):
    folder, report = trained
    record = json.loads((folder / "model" / "training.json").read_text())
    assert record["data"][0]["articles"] == report.trained
    assert report.trained + report.validated == 40
    assert set(report.calibration) == {"speech", "narration", "anonymous", "labels"}
    assert any("eval_macro_f1" in line for line in (folder / "model" / "training_log.jsonl").read_text().splitlines())
    assert sorted(path.name for path in (folder / "model").iterdir()) == [
        "README.md", "config.json", "metrics.json", "model.safetensors", "report.md",
        "tokenizer.json", "tokenizer_config.json", "training.json", "training_log.jsonl",
    ]  # fmt: skip
    assert (folder / "model" / "README.md").read_text().count("# model\n") == 1
    annotator = Annotator.load(folder / "model")
    check_annotation(annotator.annotate(make_article(99).text))


def test_a_trained_model_is_a_base_for_the_next(trained, tmp_path, monkeypatch):
    folder, _ = trained
    update_settings(folder / "model", calibration={"speech": 1.0, "narration": 0.0, "anonymous": 1.0, "labels": 3.0})
    temperatures = []
    monkeypatch.setattr(
        "annotator.training.train.fit_confidence", lambda model, _: temperatures.append(model._calibration["labels"])
    )
    second = CliRunner().invoke(
        app,
        ["train", str(folder / "gold.jsonl"), "-o", str(tmp_path / "next"), "--base", str(folder / "model"),
         "--epochs", "1", "--validation-share", "0.3", "--no-augment"],
    )  # fmt: skip
    assert second.exit_code == 0, second.output
    assert json.loads((tmp_path / "next" / "training.json").read_text())["parent"] == "model"
    assert temperatures == [1.0], "that of the base is not fitted on top of"
    kept = json.loads((tmp_path / "next" / "config.json").read_text())["calibration"]
    assert kept["labels"] == 3.0, "too few labels to fit another on"


def test_blend_keeps_a_share_of_the_base():
    new, base = make_network(len(make_tokenizer())), make_network(len(make_tokenizer()))
    for value in new.state_dict().values():
        value.fill_(1.0)
    for value in base.state_dict().values():
        value.fill_(3.0)
    blend_weights(new, base, 0.25)
    assert all(torch.all(value == 1.5) for value in new.state_dict().values())


def test_unusable_training_data_is_refused(tmp_path):
    base = make_encoder_folder(tmp_path / "base")
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    gold = tmp_path / "gold.jsonl"
    write_labelled([make_article(0)], gold)
    with pytest.raises(InputError, match="empty"):
        train_model([empty], tmp_path / "out", base, use_config)
    with pytest.raises(ConfigError, match="bare encoder"):
        train_model([gold], tmp_path / "out", base, lambda *_: replace(CONFIG, keep=0.5))
    with pytest.raises(ConfigError, match="2 shares for 1"):
        train_model([gold], tmp_path / "out", base, use_config, DataOptions(shares=[(1.0,), (1.0,)]))
    assert not (tmp_path / "out").exists()


class Fixed:
    """A predictor whose speech scores are right and far too sure."""

    def __init__(self, inner):
        self.inner = inner

    def predict(self, windows):
        out = []
        for score, window in zip(self.inner.predict(windows), windows, strict=True):
            sure = np.full_like(score.speech, -20)
            sure[np.arange(len(sure)), np.asarray(window.sentence_ids) % 3] = 20
            out.append(replace(score, speech=sure))
        return out


def test_labels_are_made_as_sure_as_they_are_right(monkeypatch):
    monkeypatch.setattr(calibrate, "LEAST", 8)
    text = "It rained. " * 10
    spans = [(start, start + 10) for start in range(0, 110, 11)]
    gold = LabelledArticle(
        "a", text, tuple(LabelledSentence(a, b, "narration" if a < 88 else "direct_quote") for a, b in spans)
    )
    shares = {"narration": 0.97, "attributed_claim": 0.01, "direct_quote": 0.01, "anonymous_source_claim": 0.01}
    found = [Sentence(i, a, b, label="narration", probabilities=shares) for i, (a, b) in enumerate(spans)]
    annotation = replace(make_annotation(Article("a", text)), sentences=tuple(found))
    monkeypatch.setattr(calibrate, "annotate_gold", lambda _, gold: [annotation for _ in gold])
    temperature = calibrate.fit_confidence(None, [gold])
    assert soften_shares(shares, temperature)["narration"] == pytest.approx(0.8, abs=0.02), "8 of 10 are right"
    assert calibrate.fit_confidence(None, []) is None


def test_calibration_cools_scores_that_are_too_sure(trained):
    from annotator.checkpoint import load_checkpoint
    from annotator.predict import TorchPredictor

    folder, _ = trained
    model = load_checkpoint(folder / "model")
    predictor = Fixed(TorchPredictor(model.network, 0))
    articles = [make_article(i) for i in range(4)]
    encoder = Encoder(Tokenizer.of(model.tokenizer), model.windows)
    assert fit_calibration(articles, encoder, predictor, least=10)["speech"] == 4.0
    before = {"speech": 1.5, "narration": 0.25, "anonymous": 2.0}
    assert fit_calibration(articles, encoder, predictor, before) == before, "too few labels to fit on"
