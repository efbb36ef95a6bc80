"""Any Hugging Face encoder is a base: train two steps, save, load, annotate, for tokenizers of every kind of offsets."""

import json

import numpy as np
import pytest
import torch
from test_pipeline import check_annotation
from test_training import make_article
from tiny import TEXT, make_encoder_folder
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import (
    AutoModel,
    BertConfig,
    BertTokenizer,
    DebertaV2Config,
    DebertaV2Tokenizer,
    DistilBertConfig,
    ModernBertConfig,
    MPNetConfig,
    MPNetTokenizer,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaTokenizer,
    T5Config,
)

from annotator import Annotator
from annotator.config import WindowConfig
from annotator.encode import Encoder
from annotator.errors import CheckpointError, ConfigError
from annotator.labelled import write_labelled
from annotator.tokens import Tokenizer as OwnTokenizer
from annotator.training.base import build_network
from annotator.training.data import DataOptions
from annotator.training.loop import TrainConfig
from annotator.training.targets import gold_sentences
from annotator.training.train import train_model

SMALL = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 130,
}
BERT_MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA_MARKS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]


def learn_pieces(model, trainer, before, normalizer=None) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = before
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.train_from_iterator([TEXT], trainer)
    return tokenizer


def learn_words(marks) -> dict[str, int]:
    trainer = trainers.WordPieceTrainer(vocab_size=300, special_tokens=marks, show_progress=False)
    lower = normalizers.BertNormalizer(lowercase=True)
    unknown = next(mark for mark in marks if "unk" in mark.lower())
    return learn_pieces(
        models.WordPiece(unk_token=unknown), trainer, pre_tokenizers.BertPreTokenizer(), lower
    ).get_vocab()


def learn_bytes(marks) -> Tokenizer:
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=marks, initial_alphabet=alphabet, show_progress=False)
    return learn_pieces(models.BPE(), trainer, pre_tokenizers.ByteLevel(add_prefix_space=False))


def make_roberta():
    model = json.loads(learn_bytes(ROBERTA_MARKS).to_str())["model"]
    merges = [tuple(pair) for pair in model["merges"]]
    return RobertaTokenizer(vocab=model["vocab"], merges=merges, trim_offsets=False), RobertaConfig


def make_modernbert():
    tokenizer = learn_bytes(BERT_MARKS)
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names), ModernBertConfig


def make_deberta():
    trainer = trainers.UnigramTrainer(vocab_size=200, special_tokens=BERT_MARKS, unk_token="[UNK]", show_progress=False)
    learned = learn_pieces(models.Unigram(), trainer, pre_tokenizers.Metaspace())
    pieces = [tuple(piece) for piece in json.loads(learned.to_str())["model"]["vocab"]]
    return DebertaV2Tokenizer(vocab=pieces), DebertaV2Config


FAMILIES = {
    "bert": lambda: (BertTokenizer(vocab=learn_words(BERT_MARKS)), BertConfig),
    "roberta": make_roberta,
    "modernbert": make_modernbert,
    "deberta-v3": make_deberta,
    "mpnet": lambda: (MPNetTokenizer(vocab=learn_words(["<s>", "<pad>", "</s>", "[UNK]", "<mask>"])), MPNetConfig),
}


@pytest.fixture(scope="module", params=FAMILIES)
def base(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param) / "encoder"
    tokenizer, kind = FAMILIES[request.param]()
    marks = {f"{name}_token_id": getattr(tokenizer, f"{name}_token_id") for name in ("pad", "bos", "eos", "cls", "sep")}
    extra = {"pos_att_type": ["p2c", "c2p"], "relative_attention": True} if kind is DebertaV2Config else {}
    torch.manual_seed(1)
    config = kind(vocab_size=len(tokenizer), **SMALL, **extra, **{k: v for k, v in marks.items() if v is not None})
    AutoModel.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_family_trains_and_annotates(base, tmp_path):
    """Labels of sentences alone, no spans."""
    gold = tmp_path / "gold.jsonl"
    articles = [make_article(number) for number in range(8)]
    write_labelled(articles, gold)
    options = DataOptions(validation_share=0.25)
    config = TrainConfig(epochs=2, tokens=100_000, learning_rate=1e-3)
    report = train_model([gold], tmp_path / "model", base, lambda *_: config, options)
    log = [json.loads(line) for line in (report.out / "training_log.jsonl").read_text().splitlines()]
    assert max(entry["step"] for entry in log) == 2
    text = (
        "Pier shut\r\n\r\n  “It 🙂 held,”  said engineer Ola Brandt.\n\nTwo officials\u00a0said the bolts had failed.  "
        * 12
    )
    check_annotation(Annotator.load(report.out).annotate(text))


def test_tokens_stand_where_their_offsets_say(base):
    network, tokenizer = build_network(base, WindowConfig(), 0.1)
    windows = WindowConfig(**network.config.windows)
    assert windows.tokens <= 130
    article = make_article(1)
    encoded = Encoder(OwnTokenizer.of(tokenizer), windows).encode_articles([(article.text, gold_sentences(article))])[0]
    assert all(len(window) <= windows.tokens for window in encoded)
    for sentence in article.sentences:
        covered = {
            place
            for window in encoded
            for start, end in window.offsets[window.labelled]
            for place in range(start, end)
            if sentence.start <= place < sentence.end
        }
        black = {place for place in range(sentence.start, sentence.end) if not article.text[place].isspace()}
        assert covered >= black
    starts = np.concatenate([window.offsets[window.labelled][:, 0] for window in encoded])
    assert np.all(np.diff(starts) >= 0)
    assert not any(article.text[int(start)].isspace() for start in starts if start < len(article.text))


def test_distilbert_loads(tmp_path):
    folder = make_encoder_folder(tmp_path / "encoder")
    AutoModel.from_config(
        DistilBertConfig(vocab_size=400, dim=16, n_layers=1, n_heads=2, hidden_dim=32)
    ).save_pretrained(folder)
    network, _ = build_network(folder, WindowConfig(), 0.1)
    assert network.config.windows["tokens"] == 512


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (T5Config(vocab_size=400, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2), "encoder and decoder"),
        (BertConfig(vocab_size=400, **SMALL | {"max_position_embeddings": 32}), "takes only 32 tokens"),
    ],
)
def test_unfit_encoder_is_refused(config, words, tmp_path):
    folder = make_encoder_folder(tmp_path / "encoder")
    AutoModel.from_config(config).save_pretrained(folder)
    with pytest.raises(ConfigError, match=words):
        build_network(folder, WindowConfig(), 0.1)


def test_base_that_is_none_says_what_to_do(tmp_path):
    with pytest.raises(CheckpointError, match="check the path"):
        build_network(tmp_path / "nothing", WindowConfig(), 0.1)
    folder = make_encoder_folder(tmp_path / "pickled")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        build_network(folder, WindowConfig(), 0.1)
