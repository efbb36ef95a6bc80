"""Losses: what is known is learnt, what is not is taught by the base, and nothing else moves."""

import copy

import numpy as np
import pytest
import torch
from test_training import make_article
from tiny import make_network, make_tokenizer

from annotator.config import WindowConfig
from annotator.encode import Encoder
from annotator.labels import ANONYMOUS_TYPES, SOURCE_TYPES
from annotator.tokens import Tokenizer
from annotator.training.losses import compute_distance, compute_distillation, compute_losses
from annotator.training.split import keep_labels
from annotator.training.targets import IGNORE, SOME_ANONYMOUS, SOME_IDENTIFIED
from annotator.training.windows import build_windows, collate_windows


@pytest.fixture(scope="module")
def network():
    return make_network(len(make_tokenizer()))


def make_batch(*articles):
    rows = build_windows(articles, Encoder(Tokenizer.of(make_tokenizer()), WindowConfig())).with_format("numpy")
    batch = collate_windows([rows[i] for i in range(len(rows))], 0)
    return batch, batch.pop("targets")


def test_a_copy_of_the_base_has_nothing_to_learn_from_it(network):
    batch, targets = make_batch(make_article(1), make_article(2, spans=True))
    with torch.no_grad():
        output = network(**batch)
    for name, loss in compute_distillation(output, output, targets).items():
        assert loss == pytest.approx(0, abs=1e-5), name


def test_the_base_teaches_every_head_where_there_are_no_labels(network):
    other = copy.deepcopy(network)
    with torch.no_grad():
        for weights in other.parameters():
            weights += 0.05 * torch.randn(weights.shape, generator=torch.Generator().manual_seed(1))
        bare = keep_labels(make_article(1), ())
        batch, targets = make_batch(bare, bare)
        output, base = other(**batch), network(**batch)
    assert all(loss == 0 for loss in compute_losses(output, targets).values())
    taught = compute_distillation(output, base, targets)
    assert len(taught) == 6 and all(loss > 0 for loss in taught.values())


def test_the_base_is_silent_where_the_labels_speak(network):
    """Changing what the base says of a labelled sentence changes nothing."""
    batch, targets = make_batch(make_article(1, spans=True))
    with torch.no_grad():
        output = network(**batch)
    base = copy.deepcopy(output)
    known = targets["tags"] != IGNORE
    base.tags[known] += 3 * torch.rand(base.tags[known].shape)
    assert compute_distillation(output, base, targets)["tags"] == pytest.approx(0, abs=1e-5)
    told = targets["speech"] >= 0
    base = copy.deepcopy(output)
    base.speech[told] += torch.tensor([0.0, 1.0, 1.0])
    assert compute_distillation(output, base, targets)["speech"] == pytest.approx(0, abs=1e-5)


def test_a_smaller_network_is_taught_everywhere(network):
    """What the base says of a labelled sentence counts for it as well."""
    batch, targets = make_batch(make_article(1, spans=True))
    with torch.no_grad():
        output = network(**batch)
    base = copy.deepcopy(output)
    known, told = targets["tags"] != IGNORE, targets["speech"] >= 0
    base.tags[known] += 3 * torch.rand(base.tags[known].shape)
    base.speech[told] += torch.tensor([0.0, 1.0, 1.0])
    taught = compute_distillation(output, base, targets, everywhere=True)
    assert taught["tags"] > 0.1 and taught["speech"] > 0.01


def test_distance_of_hidden_states_is_a_share_of_their_length():
    base = torch.rand(2, 3, 4)
    tokens = torch.tensor([[True, True, False], [True, True, True]])
    assert compute_distance(base, base, tokens) == 0
    assert compute_distance(torch.zeros_like(base), base, tokens) == pytest.approx(1)
    noisy = torch.where(tokens.unsqueeze(-1), base, base + 9)
    assert compute_distance(noisy, base, tokens) == 0, "padding earns nothing"


def test_padding_earns_no_loss(network):
    short, long = keep_labels(make_article(1), ()), keep_labels(make_article(2), ())
    alone, alone_targets = make_batch(short)
    both, _ = make_batch(short, long)
    assert both["input_ids"].shape[1] % 32 == 0
    with torch.no_grad():
        one, two = network(**alone), network(**both)
    marks = alone["markers"].shape[1]
    noisy = copy.deepcopy(one)
    noisy.tags[~alone_targets["tokens"]] += 9 * torch.rand(noisy.tags[~alone_targets["tokens"]].shape)
    noisy.speech[~alone_targets["marked"]] += 9
    for name, loss in compute_distillation(noisy, one, alone_targets).items():
        assert loss == pytest.approx(0, abs=1e-4), name
    assert np.allclose(one.speech[0], two.speech[0, :marks], atol=1e-4)


@pytest.mark.parametrize(
    ("target", "kind"), [(SOME_ANONYMOUS, "unnamed_group"), (SOME_IDENTIFIED, "named_person"), (0, SOURCE_TYPES[0])]
)
def test_a_label_alone_judges_the_types_that_agree_with_it_together(network, target, kind):
    batch, targets = make_batch(make_article(1))
    with torch.no_grad():
        output = network(**batch)
    targets["types"].fill_(IGNORE)
    targets["types"][0, 0], targets["weights"][0, 0] = target, 1.0
    found = compute_losses(output, targets)["types"].item()
    shares = dict(zip(SOURCE_TYPES, output.types[0, 0].softmax(-1).tolist(), strict=True))
    agreeing = [name for name in SOURCE_TYPES if (name in ANONYMOUS_TYPES) == (kind in ANONYMOUS_TYPES)]
    expected = shares[kind] if target >= 0 else sum(shares[name] for name in agreeing)
    assert found == pytest.approx(-np.log(expected), abs=1e-4)
