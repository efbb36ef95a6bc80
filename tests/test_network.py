import numpy as np
import pytest
import torch
from tiny import make_encoder_folder, make_model_folder, make_network, make_tokenizer

from annotator.checkpoint import load_checkpoint, update_settings
from annotator.config import WindowConfig
from annotator.encode import Encoder
from annotator.errors import CheckpointError
from annotator.labels import SOURCE_TYPES
from annotator.network import NetworkOutput
from annotator.predict import TorchPredictor, plan_batches
from annotator.records import Article
from annotator.segment import segment_article
from annotator.tokens import Tokenizer
from annotator.training.base import build_network
from annotator.training.losses import compute_losses
from annotator.training.targets import IGNORE, SOME_CLAIM

WINDOWS = WindowConfig(tokens=64, left_tokens=10, right_tokens=8)


@pytest.fixture(scope="module")
def windows():
    tokenizer = make_tokenizer()
    texts = ["The dam held. " * n + "“We counted twice,” he said." for n in (1, 9, 3, 20)]
    encoded = Encoder(Tokenizer.of(tokenizer), WINDOWS).encode_articles(
        [(t, segment_article(Article("a", t))) for t in texts]
    )
    return [window for article in encoded for window in article]


def test_scores_do_not_depend_on_the_batch(windows):
    network = make_network(len(make_tokenizer()))
    together = TorchPredictor(network, 0, token_budget=100_000, bf16=False).predict(windows)
    alone = TorchPredictor(network, 0, token_budget=1, bf16=False).predict(windows)
    for one, two, window in zip(together, alone, windows, strict=True):
        assert one.speech.shape == (len(window.markers), 3)
        assert one.tags.shape == (len(window), 3, 3)
        assert one.types.shape == (len(window), len(SOURCE_TYPES))
        assert one.pointer.shape == (len(window.markers), len(window))
        for name in ("speech", "anonymous", "tags", "types", "anonymity", "pointer"):
            np.testing.assert_allclose(getattr(one, name), getattr(two, name), atol=2e-5)


def test_bfloat16_gives_nearly_the_same_scores(windows):
    network = make_network(len(make_tokenizer()))
    exact = [score.speech for score in TorchPredictor(network, 0, bf16=False).predict(windows)]
    rough = [score.speech for score in TorchPredictor(network, 0, bf16=True).predict(windows)]
    for one, two in zip(exact, rough, strict=True):
        assert two.dtype == np.float32
        np.testing.assert_allclose(one, two, atol=0.1)


def test_batches_hold_every_window_once_within_the_budget():
    lengths = [5, 90, 40, 41, 7, 200, 3]
    batches = list(plan_batches(lengths, 120))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= 120


def _targets(speech, anonymous):
    return {
        "speech": torch.tensor([speech]),
        "anonymous": torch.tensor([anonymous]),
        "tags": torch.full((1, 4, 3), IGNORE),
        "types": torch.full((1, 4), IGNORE),
        "anonymity": torch.full((1, 4), IGNORE),
        "weights": torch.zeros(1, 4),
        "pointer": torch.zeros(1, len(speech), 4, dtype=torch.bool),
        "own": torch.full((1, len(speech)), IGNORE),
    }


def _output(speech):
    return NetworkOutput(
        speech=torch.tensor([speech]),
        anonymous=torch.zeros(1, len(speech)),
        tags=torch.zeros(1, 4, 3, 3),
        types=torch.zeros(1, 4, 13),
        anonymity=torch.zeros(1, 4, 6),
        pointer=torch.zeros(1, len(speech), 4),
    )


def test_a_claim_of_unknown_wording_is_judged_by_the_sum_of_both():
    even = [[0.0, 0.0, 0.0]]
    assert compute_losses(_output(even), _targets([SOME_CLAIM], [1]))["speech"].item() == pytest.approx(np.log(3 / 2))
    assert compute_losses(_output(even), _targets([1], [0]))["speech"].item() == pytest.approx(np.log(3))


def test_unknown_targets_cost_nothing():
    losses = compute_losses(_output([[0.0, 1.0, 2.0]]), _targets([IGNORE], [IGNORE]))
    assert all(float(loss) == 0 for loss in losses.values())


def test_model_folder_round_trip(tmp_path, windows):
    folder = make_model_folder(tmp_path / "model")
    update_settings(folder, calibration={"speech": 1.5})
    loaded = load_checkpoint(folder)
    assert loaded.network.config.calibration == {"speech": 1.5}
    assert (loaded.info.name, loaded.info.version) == ("model", "tiny")
    network = make_network(len(make_tokenizer()))
    expected = TorchPredictor(network, 0).predict(windows)[0].speech
    np.testing.assert_allclose(TorchPredictor(loaded.network, 0).predict(windows)[0].speech, expected, atol=2e-2)
    assert loaded.tokenizer("dam")["input_ids"] == make_tokenizer()("dam")["input_ids"]


def test_unusable_model_folders_say_what_to_do(tmp_path):
    with pytest.raises(CheckpointError, match="not a model folder"):
        load_checkpoint(tmp_path)
    folder = make_model_folder(tmp_path / "model")
    update_settings(folder, format_version=99)
    with pytest.raises(CheckpointError, match="format 99 is not known"):
        load_checkpoint(folder)
    (folder / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(CheckpointError, match="not JSON"):
        load_checkpoint(folder)
    update = make_model_folder(tmp_path / "cut")
    (update / "model.safetensors").write_bytes(b"\x08\0\0\0")
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        load_checkpoint(update)


def test_new_heads_on_a_bare_encoder_keep_its_weights(tmp_path):
    from transformers import AutoModel

    base = make_encoder_folder(tmp_path / "encoder")
    network, _ = build_network(base, WINDOWS, 0.1)
    expected = AutoModel.from_pretrained(base).state_dict()["encoder.layer.0.output.dense.weight"]
    assert torch.equal(network.state_dict()["encoder.encoder.layer.0.output.dense.weight"], expected)
    assert network.config.encoder["hidden_dropout_prob"] == 0.1
