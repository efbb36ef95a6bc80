"""The layers of an encoder: the lowest held still, some left out, the last hidden states kept."""

from __future__ import annotations

import torch
from torch import nn

from annotator.errors import ConfigError
from annotator.network import AnnotatorNetwork, find_layers


def freeze_layers(network: AnnotatorNetwork, share: float) -> None:
    """Leave the embeddings and this share of the layers, from the lowest, out of training. An encoder without a list of layers,
    or which shares one layer's weights, trains whole."""
    layers = find_layers(network.encoder)
    lowest = layers[: int(share * len(layers))]
    for module in (network.encoder.get_input_embeddings(), *lowest) if lowest else ():
        module.requires_grad_(False)


def drop_layers(network: AnnotatorNetwork, count: int) -> None:
    """Keep `count` layers of the encoder, spread evenly from the first to the last.

    Raises ConfigError where it has no list of layers, or no more than that.
    """
    layers = find_layers(network.encoder)
    if not 1 <= count < len(layers):
        raise ConfigError(f"--layers {count}: the base has {len(layers)}; give a smaller number")
    kept = {round(i * (len(layers) - 1) / max(1, count - 1)) for i in range(count)}
    for i in reversed(range(len(layers))):
        if i not in kept:
            del layers[i]
    encoder = network.encoder.config
    encoder.num_hidden_layers = count
    details = encoder.to_dict()
    network.config.encoder = {name: details.get(name, value) for name, value in network.config.encoder.items()}


class HiddenStates:
    """Keeps the last hidden states (B, T, H) of the latest pass of a network."""

    latest: torch.Tensor

    def __init__(self, network: AnnotatorNetwork) -> None:
        network.encoder.register_forward_hook(self._keep)

    def _keep(self, encoder: nn.Module, inputs: tuple, output) -> None:
        self.latest = output.last_hidden_state
