"""Labelled files -> a model folder: part, train, save, calibrate, compare with the base, and record how it was made."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from annotator.card import COMPARISON, METRICS, write_card
from annotator.checkpoint import is_model, load_checkpoint, save_checkpoint, update_settings
from annotator.config import WindowConfig
from annotator.encode import Encoder
from annotator.errors import ConfigError
from annotator.network import AnnotatorNetwork
from annotator.pipeline import Annotator
from annotator.predict import TorchPredictor
from annotator.tokens import Tokenizer
from annotator.training.augment import AugmentOptions, augment_article
from annotator.training.base import build_network
from annotator.training.calibrate import NEUTRAL, fit_calibration, fit_confidence
from annotator.training.data import DataOptions, Report, TrainingData, find_missing, load_data
from annotator.training.folder import NewModel
from annotator.training.layers import drop_layers
from annotator.training.loop import TrainConfig, train_network
from annotator.training.plan import Cutter, plan_training, plan_validation
from annotator.training.recipe import choose_config
from annotator.training.record import describe_base, find_version, find_versions
from annotator.training.report import Measured, format_report, measure_model, measured_to_dict
from annotator.training.watch import TrainProgress

LOG = "training_log.jsonl"
DEFAULT_WINDOWS = WindowConfig()
DEFAULT_DATA = DataOptions()
AUGMENTATION = AugmentOptions()


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What a training run used and made."""

    out: Path
    trained: int
    validated: int
    dropped: tuple[str, ...]
    calibration: dict[str, float]
    measured: tuple[Measured, ...]


def train_model(
    paths: Sequence[Path],
    out: Path,
    base: Path | str,
    recipe: Callable[[bool, int], TrainConfig] = choose_config,
    data_options: DataOptions = DEFAULT_DATA,
    *,
    windows: WindowConfig = DEFAULT_WINDOWS,
    resume: bool = False,
    report: Report = lambda line: None,
    watch: Callable[[TrainProgress], None] | None = None,
) -> TrainReport:
    """Train a model on labelled files and write it to `out`.

    `recipe` gives the options for a base that is a trained model or is not, and a number of labelled sentences. With `resume`
    a stopped run in `out` goes on.

    Raises InputError for files without labelled sentences, ConfigError for options that do not fit together and for a
    folder that is in use, CheckpointError for a base that cannot be loaded.
    """
    folder = NewModel(out)
    folder.check(resume)
    data = load_data(paths, data_options, report)
    config = replace(recipe(is_model(base), data.labels.total()), own_labels=data_options.labels.own)
    if (config.keep or config.distill) and not is_model(base):
        raise ConfigError(f"{base} is a bare encoder: it knows nothing that --keep or --distill could save")
    if config.keep and config.layers:
        raise ConfigError("--keep: weights of a base with more layers cannot be kept; leave --keep or --layers out")
    record = {
        "version": find_version("claim-annotator"),
        **describe_base(base),
        "options": asdict(config),
        "augmentation": asdict(AUGMENTATION) if config.augment else None,
        "labels": dict(data_options.labels.names),
        **data.record,
        "versions": find_versions(),
    }
    network, tokenizer = build_network(base, windows, config.dropout, config.own_labels)
    teacher = _copy_teacher(network, config) if config.distill else None
    if config.layers:
        drop_layers(network, config.layers)
    if folder.open(record):
        report(f"{out}: going on with the run that was stopped")
    log = _train(network, teacher, tokenizer, data, folder.checkpoints, config, report, watch)
    if config.keep:
        blend_weights(network, load_checkpoint(base).network, config.keep)
    staging = folder.stage()
    calibration = _save(network, tokenizer, staging, data, record, log)
    report("comparing old and new model" if is_model(base) else "measuring the model")
    measured = measure_model(staging, Path(base) if is_model(base) else None, data.validation)
    _write_report(staging, measured, out.resolve().name)
    folder.finish()
    trained = sum(len(one.articles) for one in data.sets)
    return TrainReport(out, trained, len(data.validation), data.dropped, calibration, measured)


def _copy_teacher(network: AnnotatorNetwork, config: TrainConfig) -> AnnotatorNetwork:
    """The network as it is before training. It says nothing of the user's labels where the run teaches them."""
    teacher = copy.deepcopy(network).eval()
    if config.own_labels:
        teacher.own_head = None
    return teacher


def _train(
    network, teacher, tokenizer, data: TrainingData, work: Path, config: TrainConfig, report: Report, watch
) -> list[Any]:
    cutter = Cutter(tokenizer, WindowConfig(**network.config.windows), config.own_labels)
    batches = plan_training(
        data.sets,
        cutter,
        epochs=config.epochs,
        tokens=config.tokens,
        seed=config.seed,
        augment=partial(augment_article, options=AUGMENTATION) if config.augment else None,
        rehearsal=data.rehearsal,
    )
    _announce(data, len(batches), report)
    checks = plan_validation(data.validation, cutter, config.tokens)
    return train_network(network, batches, checks, work, config, tokenizer.pad_token_id or 0, watch, teacher)


def _write_report(folder: Path, measured: Sequence[Measured], name: str) -> None:
    """Figures, comparison and card."""
    text = json.dumps(measured_to_dict(measured), indent=2, allow_nan=False)
    (folder / METRICS).write_text(text + "\n", encoding="utf-8")
    (folder / COMPARISON).write_text(format_report(measured), encoding="utf-8")
    write_card(folder, name=name)


def blend_weights(network: AnnotatorNetwork, base: AnnotatorNetwork, keep: float) -> None:
    """Move the weights of a fine-tuned network back towards its base: `keep` of the base, the rest its own.

    A head for labels of the user's stays as it is.

    The mean of two stages of training does better on both kinds of text than either (Wortsman et al. 2022, WiSE-FT).
    """
    old = base.state_dict()
    blended = {
        name: keep * old[name].float() + (1 - keep) * value.float()
        for name, value in network.state_dict().items()
        if not name.startswith("own_head.")
    }
    network.load_state_dict(blended, strict=False)


def _announce(data: TrainingData, batches: int, report: Report) -> None:
    articles = sum(len(one.articles) for one in data.sets)
    report(
        f"{data.labels.total()} labelled sentences in {articles} articles to train on, {len(data.validation)} articles for "
        f"validation, {len(data.dropped)} near-duplicates left out; {batches} steps"
    )
    for label in find_missing(data.labels):
        report(f"warning: no sentence is labelled {label}: the model keeps the label but learns nothing new about it")


def _save(network, tokenizer, folder: Path, data: TrainingData, record: dict[str, Any], log) -> dict[str, float]:
    """Write the model, and calibrate the rounded weights as they will be used, not those in memory."""
    save_checkpoint(network, tokenizer, record, folder)
    with (folder / LOG).open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(entry) + "\n" for entry in log)
    saved = load_checkpoint(folder)
    predictor = TorchPredictor(saved.network, saved.tokenizer.pad_token_id or 0)
    encoder = Encoder(Tokenizer.of(saved.tokenizer), saved.windows)
    before = network.config.calibration or NEUTRAL
    calibration = fit_calibration(data.validation, encoder, predictor, before)
    bare = calibration | {"labels": 1.0}  # a base may have one
    annotator = Annotator(encoder, predictor, saved.info, bare, own_labels=network.config.own_labels)
    found = fit_confidence(annotator, data.validation)
    calibration["labels"] = found or before.get("labels", 1.0)
    update_settings(folder, calibration=calibration)
    return calibration
