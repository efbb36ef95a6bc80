"""A model folder -> one ONNX file for ONNX Runtime: the network for one window at a time, in float or in 8 bits."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import numpy as np
import torch
from torch import Tensor, nn

from annotator.checkpoint import ModelFolder, load_checkpoint
from annotator.encode import Encoder
from annotator.errors import CheckpointError
from annotator.export.int8 import quantize_linear
from annotator.export.operators import ATTENTION, DOMAIN, OPSET, register_operators
from annotator.export.texts import read_texts
from annotator.network import AnnotatorNetwork
from annotator.predict import GraphPredictor
from annotator.predict.graph import FORMAT
from annotator.records import Article
from annotator.segment import segment_article
from annotator.tokens import Tokenizer
from annotator.windows import Window

_INPUTS = {"input_ids": "tokens", "markers": "sentences"}
_OUTPUTS = {
    "speech": ("sentences",),
    "anonymous": ("sentences",),
    "tags": ("tokens",),
    "types": ("tokens",),
    "anonymity": ("tokens",),
    "pointer": ("sentences", "tokens"),
    "own": ("sentences",),
}
_NEAR = 1e-3  # the float file may differ by this much from the network, of scores that go to ten
_MANY = 1024
_AGREED = 0.98  # of the sentences of the texts it is made with, the 8-bit file has to see so many as the network does


def export_graph(model: ModelFolder, precision: str, path: Path) -> None:
    """Write the ONNX file of a model; it names the weights that it was made of. Takes some seconds and torch.

    The file is run before it is kept, on windows of other lengths than the one it was made with. Raises CheckpointError where
    the encoder cannot be exported or where the file does not say what the network says.
    """
    checkpoint = load_checkpoint(model.path)
    windows = _make_windows(Encoder(Tokenizer.of(checkpoint.tokenizer), model.windows))
    network = checkpoint.network
    expected = [_run_network(network, window) for window in windows]
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    try:
        with _quiet():
            register_operators()
            network.encoder.set_attn_implementation(ATTENTION)
            if precision == "int8":
                quantize_linear(network.encoder, lambda: [_run_network(network, window) for window in windows])
            _halve_embeddings(network.encoder)
            _write(network, windows[0], new)
        _describe(new, model, precision)
        _check(new, model, windows, expected)
        new.replace(path)
    except CheckpointError:
        raise
    except (RuntimeError, NotImplementedError, ValueError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{model.path}: its encoder cannot be exported to ONNX ({error})") from error
    finally:
        new.unlink(missing_ok=True)


class _OneWindow(nn.Module):
    """The network as the file holds it: no padding, so no mask."""

    def __init__(self, network: AnnotatorNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, markers: Tensor) -> tuple[Tensor, ...]:
        output = self.network(input_ids, None, markers)
        return tuple(output[name] for name in _OUTPUTS if name in output)


class _HalfEmbedding(nn.Module):
    """Weights in half precision, as the model folder has them; the vectors in single."""

    def __init__(self, embedding: nn.Embedding) -> None:
        super().__init__()
        self.register_buffer("weight", embedding.weight.detach().half())

    def forward(self, ids: Tensor) -> Tensor:
        return nn.functional.embedding(ids, self.weight).float()


def _halve_embeddings(encoder: nn.Module) -> None:
    """Those of words, by far the largest; an encoder may use the weights of others by themselves."""
    embeddings = [(name, layer) for name, layer in encoder.named_modules() if type(layer) is nn.Embedding]
    for name, layer in (one for one in embeddings if one[1].num_embeddings >= _MANY):
        encoder.set_submodule(name, _HalfEmbedding(layer))


def _make_windows(encoder: Encoder) -> list[Window]:
    articles = [Article("text", text) for text in read_texts()]
    cut = encoder.encode_articles([(article.text, segment_article(article)) for article in articles])
    return [window for windows in cut for window in windows]


def _make_inputs(window: Window) -> tuple[Tensor, Tensor]:
    """Token ids (1, T) and markers (1, S)."""
    return torch.from_numpy(window.token_ids)[None], torch.from_numpy(window.markers)[None]


def _run_network(network: AnnotatorNetwork, window: Window) -> dict[str, np.ndarray]:
    ids, markers = _make_inputs(window)
    with torch.inference_mode():
        output = network(ids, None, markers)
    return {name: value[0].numpy() for name, value in output.items()}


def _write(network: AnnotatorNetwork, window: Window, path: Path) -> None:
    names = [name for name in _OUTPUTS if name != "own" or network.own_head is not None]
    axes = {name: {1: axis} for name, axis in _INPUTS.items()}
    axes |= {name: dict(enumerate(_OUTPUTS[name], 1)) for name in names}
    with torch.no_grad():
        torch.onnx.export(
            _OneWindow(network),
            _make_inputs(window),
            str(path),
            input_names=list(_INPUTS),
            output_names=names,
            dynamic_axes=axes,
            opset_version=OPSET,
            custom_opsets={DOMAIN: 1},
            dynamo=False,  # the newer exporter needs another package for operators of one's own
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporter's remarks to its own developers."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "transformers")]
    levels = [logger.level for logger in loggers]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for logger in loggers:
                logger.setLevel(logging.ERROR)
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _describe(path: Path, model: ModelFolder, precision: str) -> None:
    """Put into the file of which weights it was made."""
    import onnx

    graph = onnx.load(path)
    values = {"format": str(FORMAT), "weights": model.info.sha256, "precision": precision}
    onnx.helper.set_model_props(graph, values)
    onnx.save(graph, path)


def _check(
    path: Path, model: ModelFolder, windows: Sequence[Window], expected: Sequence[dict[str, np.ndarray]]
) -> None:
    predictor = GraphPredictor(path, model.info.sha256)
    pairs = list(zip(predictor.predict(windows), expected, strict=True))
    if predictor.precision == "float":
        apart = max(float(np.abs(getattr(one, name) - two[name]).max()) for one, two in pairs for name in two)
        if not apart <= _NEAR:
            raise CheckpointError(
                f"{model.path}: the ONNX file differs from the network by {apart:.2g}; it is not kept"
            )
    same = np.concatenate([one.speech.argmax(-1) == two["speech"].argmax(-1) for one, two in pairs]).mean()
    if same < _AGREED:
        raise CheckpointError(
            f"{model.path}: in 8 bits {1 - same:.1%} of the sentences are seen differently; use --engine-precision float"
        )
