"""A model folder <-> network, tokenizer and settings. Safetensors only, no remote code, loads offline.

models/default/
  config.json           encoder, windows, calibration, format_version
  model.safetensors     weights in half precision
  tokenizer.json ...    the tokenizer
  training.json         parent, data hashes, options, seeds, versions
  metrics.json, README.md
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.config import FORMAT, WindowConfig, config_from_dict
from annotator.errors import CheckpointError
from annotator.records import ModelInfo

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from annotator.network import AnnotatorNetwork

BUNDLED = ("default", "fast")  # models that come with the package
WEIGHTS = "model.safetensors"
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class ModelFolder:
    """What a model folder says of itself; its weights are not loaded."""

    path: Path
    windows: WindowConfig
    calibration: dict[str, float]
    own_labels: tuple[str, ...]
    info: ModelInfo


@dataclass(frozen=True)
class Checkpoint:
    """A loaded model folder."""

    network: AnnotatorNetwork
    tokenizer: PreTrainedTokenizerFast
    windows: WindowConfig
    info: ModelInfo


def find_model(model: Path | str | None = None) -> Path:
    """The folder of a model: a path, or the name of one that comes with the package (`BUNDLED`, by default the first).

    Raises CheckpointError where that is missing. A folder of such a name comes before it.
    """
    name = BUNDLED[0] if model is None else str(model)
    if name not in BUNDLED or (model is not None and Path(model).is_dir()):
        return Path(name)
    # inside the installed package, or beside it in a checkout
    for folder in (_PACKAGE / "models" / name, _PACKAGE.parent / "models" / name):
        if (folder / WEIGHTS).is_file():
            return folder
    raise CheckpointError(f"the bundled model {name} is missing; name a model folder with --model")


def is_model(folder: Path | str) -> bool:
    """Whether a folder holds a model of ours, not a bare encoder. Raises CheckpointError for a config.json that is no JSON."""
    path = Path(folder) / "config.json"
    return path.is_file() and _read_config(path).get("model_type") == "claim-annotator"


def read_model(folder: Path | str | None = None) -> ModelFolder:
    """Settings and name of a model (see `find_model`), quick: no weights and no torch.

    Raises CheckpointError where a file is missing or the format is not known to this version.
    """
    folder = find_model(folder)
    settings = read_settings(folder)
    windows = config_from_dict(WindowConfig, settings.get("windows", {}))
    own = tuple(settings.get("own_labels") or ())
    return ModelFolder(folder, windows, settings.get("calibration") or {}, own, _read_info(folder))


def load_checkpoint(folder: Path | str | None = None) -> Checkpoint:
    """Load a model (see `find_model`), weights in float32, ready for inference.

    Raises CheckpointError where a file is missing or the format is not known to this version.
    """
    model = read_model(folder)
    import torch
    from safetensors import SafetensorError
    from transformers import PreTrainedTokenizerFast

    from annotator.network import AnnotatorNetwork

    try:
        with _no_progress():  # weights of this size take no time
            network = AnnotatorNetwork.from_pretrained(model.path, dtype=torch.float32, use_safetensors=True)
        tokenizer = PreTrainedTokenizerFast.from_pretrained(model.path)
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise CheckpointError(f"{model.path}: cannot be loaded as a model ({error}); train or copy it again") from error
    return Checkpoint(network.eval(), tokenizer, model.windows, model.info)


@contextmanager
def _no_progress() -> Iterator[None]:
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def save_checkpoint(
    network: AnnotatorNetwork, tokenizer: PreTrainedTokenizerFast, training: dict[str, Any], folder: Path | str
) -> None:
    """Write a model folder, weights in half precision. `training` goes to training.json as it is."""
    import torch

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    network.to(torch.float16).save_pretrained(folder)
    (folder / WEIGHTS).chmod(0o644)  # safetensors writes for the owner alone
    network.to(torch.float32)
    tokenizer.save_pretrained(folder)
    (folder / "training.json").write_text(json.dumps(training, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_settings(folder: Path) -> dict[str, Any]:
    """The config.json of a model folder, its format version checked."""
    path = folder / "config.json"
    if not path.is_file() or not (folder / WEIGHTS).is_file():
        raise CheckpointError(f"{folder}: not a model folder (config.json and {WEIGHTS} expected)")
    settings = _read_config(path)
    version = settings.get("format_version")
    if version != FORMAT:
        raise CheckpointError(
            f"{path}: format {version} is not known, this version reads {FORMAT}; "
            "upgrade claim-annotator or train the model again"
        )
    return settings


def _read_config(path: Path) -> dict[str, Any]:
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CheckpointError(f"{path}: not JSON ({error}); train or copy the model again") from error
    if not isinstance(settings, dict):
        raise CheckpointError(f"{path}: holds no settings; train or copy the model again")
    return settings


def update_settings(folder: Path, **values: Any) -> None:
    """Change keys of config.json, for example the calibration."""
    path = folder / "config.json"
    settings = json.loads(path.read_text(encoding="utf-8")) | values
    path.write_text(json.dumps(settings, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _read_info(folder: Path) -> ModelInfo:
    with (folder / WEIGHTS).open("rb") as weights:
        digest = hashlib.file_digest(weights, "sha256").hexdigest()
    training = folder / "training.json"
    version = json.loads(training.read_text(encoding="utf-8")).get("version", "") if training.is_file() else ""
    return ModelInfo(folder.resolve().name, version, digest)
