"""Labelled files -> a model folder: split, train, save, calibrate, and a record of how it was made."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from annotator.checkpoint import is_model, load_checkpoint, save_checkpoint, update_settings
from annotator.config import WindowConfig
from annotator.encode import Encoder
from annotator.errors import ConfigError, InputError
from annotator.labelled import LabelledArticle, read_labelled
from annotator.network import AnnotatorNetwork
from annotator.predict import TorchPredictor
from annotator.training.augment import AugmentOptions, augment_article
from annotator.training.calibrate import fit_calibration
from annotator.training.loop import TrainConfig, TrainingSet, build_network, train_network
from annotator.training.twins import drop_twins

LOG = "training_log.jsonl"
DEFAULT_WINDOWS = WindowConfig()
_PACKAGES = ("claim-annotator", "torch", "transformers", "datasets", "accelerate", "tokenizers")


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What a training run used and made."""

    out: Path
    trained: int
    validated: int
    dropped: tuple[str, ...]
    calibration: dict[str, float]
    macro_f1: float


def train_model(
    paths: Sequence[Path],
    out: Path,
    base: Path,
    config: TrainConfig,
    *,
    shares: Sequence[tuple[float, ...]] = (),
    validation_share: float = 0.08,
    distinct_from: Sequence[Path] = (),
    augment: bool = True,
    keep: float = 0.0,
    windows: WindowConfig = DEFAULT_WINDOWS,
    report: Callable[[str], None] = lambda line: None,
) -> TrainReport:
    """Train a model on labelled files and write it to `out`.

    `shares` gives, for each path, the part of its articles that each epoch draws. A part of each file, chosen by the hash of
    the article id, is kept for the dev curve and the calibration. Training articles that are near-duplicates of a text in
    `distinct_from` are dropped and reported. `keep` is the share of the base's weights in the result (0: all its own). A run
    that was stopped goes on from its last checkpoint in `out/checkpoints`.

    Raises InputError for files without labelled sentences, ConfigError for options that do not fit together.
    """
    if keep and not is_model(base):
        raise ConfigError(f"--keep {keep}: {base} is a bare encoder; only the weights of a trained model can be kept")
    if shares and len(shares) != len(paths):
        raise ConfigError(f"{len(shares)} shares for {len(paths)} data files; give one for each file, or none")
    sets, validation, dropped = _load_sets(paths, shares, validation_share, distinct_from)
    trained = sum(len(one.articles) for one in sets)
    report(f"{trained} articles to train on, {len(validation)} for validation, {len(dropped)} near-duplicates dropped")
    network, tokenizer = build_network(base, windows, config.dropout)
    out.mkdir(parents=True, exist_ok=True)
    work = out / "checkpoints"
    options = AugmentOptions() if augment else None
    change = partial(augment_article, options=options) if options else None
    log = train_network(network, tokenizer, sets, validation, work, config, change)
    if keep:
        blend_weights(network, load_checkpoint(base).network, keep)
    record = _describe(paths, sets, validation, base, config, options) | {"kept_of_parent": keep}
    calibration = _save(network, tokenizer, out, validation, record, log)
    shutil.rmtree(work)
    scores = [entry["eval_macro_f1"] for entry in log if "eval_macro_f1" in entry]
    return TrainReport(out, trained, len(validation), tuple(dropped), calibration, scores[-1] if scores else 0.0)


def blend_weights(network: AnnotatorNetwork, base: AnnotatorNetwork, keep: float) -> None:
    """Move the weights of a fine-tuned network back towards its base: `keep` of the base, the rest its own.

    The mean of two stages of training does better on both kinds of text than either (Wortsman et al. 2022, WiSE-FT).
    """
    old = base.state_dict()
    blended = {
        name: keep * old[name].float() + (1 - keep) * value.float() for name, value in network.state_dict().items()
    }
    network.load_state_dict(blended)


def split_validation(
    articles: Sequence[LabelledArticle], share: float
) -> tuple[list[LabelledArticle], list[LabelledArticle]]:
    """Training and validation articles. The hash of its id puts an article on one side, whatever else is in the file."""

    def is_held(article: LabelledArticle) -> bool:
        return int.from_bytes(hashlib.sha256(article.id.encode()).digest()[:4], "big") < share * 2**32

    held = [article for article in articles if is_held(article)]
    return [article for article in articles if not is_held(article)], held


def _load_sets(paths, shares, validation_share, distinct_from):
    scored = [article.text for path in distinct_from for article in _read_texts(path)]
    sets, validation, dropped = [], [], []
    for number, path in enumerate(paths):
        articles = read_labelled(path)
        if not any(sentence.label for article in articles for sentence in article.sentences):
            raise InputError(f"{path}: holds no labelled sentence; nothing to train on")
        kept, twins = drop_twins(articles, scored)
        train, held = split_validation(kept, validation_share)
        sets.append(TrainingSet(path.name, train, shares[number] if shares else (1.0,)))
        validation += held
        dropped += twins
    if not validation:
        raise InputError("no article fell into the validation part; give more articles or a larger --validation-share")
    return sets, validation, dropped


def _read_texts(path: Path) -> list[LabelledArticle]:
    """Texts of a labelled file or of a folder of .txt files."""
    if path.is_dir():
        return [LabelledArticle(file.name, file.read_text(encoding="utf-8"), ()) for file in sorted(path.glob("*.txt"))]
    return read_labelled(path)


def _save(network, tokenizer, out: Path, validation, training: dict[str, Any], log) -> dict[str, float]:
    save_checkpoint(network, tokenizer, training, out)
    with (out / LOG).open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(entry) + "\n" for entry in log)
    # The rounded weights as they will be used, not those in memory.
    saved = load_checkpoint(out)
    predictor = TorchPredictor(saved.network, saved.tokenizer.pad_token_id or 0)
    calibration = fit_calibration(validation, Encoder(saved.tokenizer, saved.windows), predictor)
    update_settings(out, calibration=calibration)
    return calibration


def _describe(paths, sets, validation, base: Path, config: TrainConfig, options) -> dict[str, Any]:
    """The record of a run: parent, data with hashes, options, seed, versions."""
    return {
        "version": _find_version("claim-annotator"),
        "parent": base.name if (base / "training.json").is_file() else None,
        "base": base.parent.name if base.name == "model" else base.name,
        "options": asdict(config),
        "augmentation": asdict(options) if options else None,
        "validation_articles": len(validation),
        "versions": {name: _find_version(name) for name in _PACKAGES},
        "data": [
            {
                "file": f"{path.parent.name}/{path.name}",
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "articles": len(one.articles),
                "shares": list(one.shares),
            }
            for path, one in zip(paths, sets, strict=True)
        ],
    }


def _find_version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
