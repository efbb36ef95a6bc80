"""ONNX files: they say what the network says, belong to its weights, and a run needs no torch."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import needs_model
from tiny import make_model_folder, make_network, make_tokenizer
from typer.testing import CliRunner

from annotator import runtime
from annotator.checkpoint import load_checkpoint, read_model
from annotator.cli.main import app
from annotator.config import WindowConfig
from annotator.encode import Encoder
from annotator.errors import CheckpointError
from annotator.export import cached_graph, find_graph, folder_graph, make_cached_graph, make_graph
from annotator.export.texts import read_texts
from annotator.pipeline import Annotator
from annotator.predict import GraphPredictor, TorchPredictor
from annotator.records import Article
from annotator.segment import segment_article
from annotator.tokens import Tokenizer

HEADS = ("speech", "anonymous", "tags", "types", "anonymity", "pointer")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return read_model(make_model_folder(tmp_path_factory.mktemp("export") / "model"))


@pytest.fixture(scope="module")
def windows():
    encoder = Encoder(Tokenizer.of(make_tokenizer()), WindowConfig(tokens=96, left_tokens=10, right_tokens=8))
    texts = ["", "The dam held.", *read_texts()]
    cut = encoder.encode_articles([(text, segment_article(Article("a", text))) for text in texts])
    return [window for article in cut for window in article]


@pytest.fixture(scope="module")
def files(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("graphs")
    for precision in ("float", "int8"):
        make_graph(model, precision, folder / f"{precision}.onnx")
    return folder


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ANNOTATOR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_float_file_says_what_the_network_says(model, files, windows):
    expected = TorchPredictor(load_checkpoint(model.path).network, 0, bf16=False).predict(windows)
    found = GraphPredictor(files / "float.onnx", model.info.sha256).predict(windows)
    for one, two in zip(found, expected, strict=True):
        for name in HEADS:
            np.testing.assert_allclose(getattr(one, name), getattr(two, name), atol=1e-4)


@pytest.mark.parametrize("precision", ["float", "int8"])
def test_scores_depend_on_neither_threads_nor_neighbours(model, files, windows, precision):
    one = GraphPredictor(files / f"{precision}.onnx", model.info.sha256, threads=1)
    many = GraphPredictor(files / f"{precision}.onnx", model.info.sha256, threads=5)
    assert one.precision == precision
    together = many.predict(windows)
    for window, scores in zip(windows, together, strict=True):
        (alone,) = one.predict([window])
        assert all(np.array_equal(getattr(alone, name), getattr(scores, name)) for name in HEADS)


def test_eight_bits_stay_near(model, files, windows):
    exact = GraphPredictor(files / "float.onnx", model.info.sha256).predict(windows)
    rough = GraphPredictor(files / "int8.onnx", model.info.sha256).predict(windows)
    apart = [np.abs(one.speech - two.speech).max() for one, two in zip(exact, rough, strict=True)]
    assert 0 < max(apart) < 0.05  # the scores of this network spread by 0.3


def test_a_wide_channel_is_narrowed_and_a_wide_one_with_wide_weights_stays_in_float():
    import torch
    from torch import nn

    from annotator.export.int8 import quantize_linear
    from annotator.export.operators import register_operators

    register_operators()
    torch.manual_seed(0)
    values, layer = torch.randn(50, 24), nn.Linear(24, 8)
    values[0, 3], values[0, 5] = 18.0, 60.0
    layer.weight.data[:, 5] *= 20
    model = nn.Sequential(layer)
    expected = layer(values)
    quantize_linear(model, lambda: model(values))
    assert model[0].kept.tolist() == [5]
    assert model[0].factors[3] < 0.4 and model[0].factors[5] == 0
    assert (model[0].factors[torch.arange(24) != 3] != 0).sum() == 22
    torch.testing.assert_close(model(values), expected, atol=0.1, rtol=0.01)  # twice the step of 8 bits


@pytest.mark.parametrize(("layers", "whole"), [(3, 2), (5, 0)])
def test_few_layers_keep_the_feed_forward_of_the_first_in_float(layers, whole):
    from torch import nn

    from annotator.export.int8 import quantize_linear

    encoder = make_network(50, layers=layers).encoder
    quantize_linear(encoder, lambda: None)
    kept = [name for name, layer in encoder.named_modules() if isinstance(layer, nn.Linear)]
    assert len(kept) == whole and all("layer.0." in name and "attention" not in name for name in kept)


def test_the_same_weights_give_the_same_bytes(model, files, tmp_path):
    for precision in ("float", "int8"):
        make_graph(model, precision, tmp_path / "again.onnx")
        assert (tmp_path / "again.onnx").read_bytes() == (files / f"{precision}.onnx").read_bytes()


def test_a_file_of_other_weights_or_a_broken_one_is_refused(model, files, tmp_path):
    with pytest.raises(CheckpointError, match="other weights"):
        GraphPredictor(files / "float.onnx", "0" * 64)
    (tmp_path / "cut.onnx").write_bytes((files / "float.onnx").read_bytes()[:1000])
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        GraphPredictor(tmp_path / "cut.onnx", model.info.sha256)


def test_a_file_that_does_not_say_what_the_network_says_is_not_kept(model, tmp_path, monkeypatch):
    from annotator.export import graph

    monkeypatch.setattr(
        graph, "_halve_embeddings", lambda encoder: encoder.embeddings.word_embeddings.weight.data.mul_(2)
    )
    with pytest.raises(CheckpointError, match="differs from the network"):
        make_graph(model, "float", tmp_path / "float.onnx")
    assert list(tmp_path.iterdir()) == []


def test_labels_of_a_user_go_through_the_file(tmp_path, windows):
    from torch import nn

    from annotator.checkpoint import save_checkpoint

    network = make_network(len(make_tokenizer()))
    network.config.own_labels = ["mockery"]
    network.own_head = nn.Linear(32, 2)
    save_checkpoint(network, make_tokenizer(), {}, tmp_path / "own")
    own = read_model(tmp_path / "own")
    make_graph(own, "float", tmp_path / "own.onnx")
    expected = TorchPredictor(load_checkpoint(own.path).network, 0, bf16=False).predict(windows)
    found = GraphPredictor(tmp_path / "own.onnx", own.info.sha256).predict(windows)
    for one, two in zip(found, expected, strict=True):
        np.testing.assert_allclose(one.own, two.own, atol=1e-4)


def test_first_use_makes_the_file_once_and_says_so(model, cache):
    told = []
    Annotator.load(model.path, precision="float", report=told.append)
    made = cached_graph(model, "float")
    assert made.parent == cache and made.is_file() and len(told) == 1
    before = made.stat().st_mtime_ns
    Annotator.load(model.path, precision="float", report=told.append)
    assert (made.stat().st_mtime_ns, len(told)) == (before, 1)
    assert [path.name for path in cache.iterdir()] == [made.name]


def test_missing_texts_are_no_fault_of_the_model(model, cache, monkeypatch):
    from annotator.export import texts

    monkeypatch.setattr(texts, "_PLACES", (cache / "nothing",))
    with pytest.raises(CheckpointError, match="install claim-annotator again"):
        make_cached_graph(read_model(model.path), "float")
    assert not list(cache.glob("*"))


def test_the_cache_keeps_the_files_made_last(model, cache, monkeypatch):
    from annotator.export import find

    monkeypatch.setattr(find, "_KEPT", 1)
    make_cached_graph(model, "int8")
    os.utime(cached_graph(model, "int8"), (1, 1))
    make_cached_graph(model, "float")
    assert [path.name for path in cache.iterdir()] == [cached_graph(model, "float").name]


def test_without_a_place_to_keep_it_the_file_is_made_for_this_run(model, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ANNOTATOR_CACHE", str(tmp_path / "file"))
    assert runtime.load_predictor(model, "float").precision == "float"


def test_auto_takes_eight_bits_where_the_model_bears_them(model, cache, monkeypatch):
    monkeypatch.setattr(runtime, "has_gpu", lambda: False)
    assert runtime.load_predictor(model).precision == "int8"


def test_out_of_bounds_auto_takes_float_and_does_not_try_again(model, cache, monkeypatch):
    from annotator.export import graph

    monkeypatch.setattr(runtime, "has_gpu", lambda: False)
    monkeypatch.setattr(graph, "_AGREED", 1.1)
    assert runtime.load_predictor(model).precision != "int8"
    monkeypatch.undo()
    monkeypatch.setenv("ANNOTATOR_CACHE", str(cache))
    with pytest.raises(CheckpointError, match="seen differently"):
        find_graph(model, "int8")
    with pytest.raises(CheckpointError, match="seen differently"):
        Annotator.load(model.path, precision="int8")


def test_a_broken_file_in_the_folder_is_told_and_torch_runs(tmp_path, cache, monkeypatch):
    monkeypatch.setattr(runtime, "has_gpu", lambda: False)
    folder = make_model_folder(tmp_path / "model")
    (folder / "onnx").mkdir()
    for precision in ("float", "int8"):
        (folder / "onnx" / f"{precision}.onnx").write_bytes(b"cut off")
    told = []
    assert isinstance(runtime.load_predictor(read_model(folder), report=told.append), TorchPredictor)
    assert "annotator export" in told[-1] and "torch" in told[-1]


def test_export_command_puts_the_files_into_the_folder_where_a_run_finds_them(tmp_path, cache):
    folder = make_model_folder(tmp_path / "model")
    result = CliRunner().invoke(app, ["export", str(folder)])
    assert result.exit_code == 0, result.output
    assert [line.split(": ")[0] for line in result.stdout.splitlines()] == [
        str(folder / "onnx" / f"{precision}.onnx") for precision in ("float", "int8")
    ]
    found = read_model(folder)
    assert find_graph(found, "int8") == folder_graph(found, "int8")
    assert Annotator.load(folder, precision="float").precision == "float"
    assert not cache.exists()


def test_a_run_loads_no_torch(model, cache, tmp_path):
    Annotator.load(model.path, precision="float")
    (tmp_path / "story.txt").write_text("The dam held, engineer Ola Brandt said on Monday at the town hall.")
    code = f"""
import json, sys
from annotator.cli.main import app
app(["annotate", {str(tmp_path / "story.txt")!r}, "-o", {str(tmp_path / "out")!r}, "--model", {str(model.path)!r},
     "--engine-precision", "float", "-q"], standalone_mode=False)
print(json.dumps(sorted({{"torch", "transformers", "datasets", "onnx"}} & set(sys.modules))))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert json.loads(done.stdout.splitlines()[-1]) == []
    assert json.loads((tmp_path / "out" / "run.json").read_text())["precision"] == "float"


@needs_model
def test_bundled_model_says_nearly_the_same_in_eight_bits():
    texts = read_texts()
    labels = [
        [s.label for result in Annotator.load(precision=precision).annotate_many(texts) for s in result.sentences]
        for precision in ("float", "int8")
    ]
    differ = sum(one != two for one, two in zip(*labels, strict=True))
    assert differ <= 0.01 * len(labels[0])
