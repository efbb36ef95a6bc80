"""Training with the transformers Trainer. All batches of a run are planned first, so that a stopped run resumes exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import SequentialSampler
from transformers import (
    EarlyStoppingCallback,
    PrinterCallback,
    Trainer,
    TrainingArguments,
    get_linear_schedule_with_warmup,
)

from annotator.labels import LABELS
from annotator.network import AnnotatorNetwork
from annotator.predict import has_fast_bf16
from annotator.training.layers import HiddenStates, freeze_layers
from annotator.training.losses import compute_distance, compute_distillation, compute_losses
from annotator.training.plan import Batches
from annotator.training.targets import IGNORE
from annotator.training.watch import Keeper, TrainProgress, Watch, find_checkpoint
from annotator.training.windows import collate_windows


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """Options of a training run."""

    epochs: int = 3
    tokens: int = 3072  # of a batch, padding included
    learning_rate: float = 2e-4
    head_scale: float = 5.0  # learning rate of the heads, as a multiple of the encoder's
    warmup: float = 0.06  # share of the steps
    weight_decay: float = 0.01
    dropout: float = 0.1
    distill: float = 0.0  # weight of what the base model says where the labels say nothing
    evaluate_every: int = 0  # steps; 0: a twelfth of the run, at most 200
    patience: int = (
        0  # evaluations without a lower validation loss after which the run stops; 0 never, and keeps the last
    )
    keep: float = 0.0  # share of the base's weights in the result
    frozen: float = (
        0.0  # share of the encoder's layers, from the lowest, that stay as they are, and the embeddings with them
    )
    layers: int = 0  # of the base's encoder that are kept, and taught by the whole base; 0: all
    augment: bool = True
    own_labels: tuple[str, ...] = ()  # sentence labels that the user adds
    seed: int = 1


def train_network(
    network: AnnotatorNetwork,
    batches: Batches,
    validation: Batches,
    work: Path,
    config: TrainConfig,
    pad_id: int = 0,
    watch: Callable[[TrainProgress], None] | None = None,
    teacher: AnnotatorNetwork | None = None,
) -> list[dict[str, Any]]:
    """Train in place, with what a teacher says, and return the log. Checkpoints lie in `work`; a run found there is resumed.

    Raises KeyboardInterrupt at SIGINT and SIGTERM, after a checkpoint was saved.
    """
    torch.manual_seed(config.seed)
    steps = len(batches)
    if config.frozen:
        freeze_layers(network, config.frozen)
    optimizer = _build_optimizer(network, config)
    keeper = Keeper()
    trainer = _Trainer(
        teacher,
        config,
        model=network,
        args=_make_arguments(work, config, steps),
        train_dataset=batches,
        eval_dataset=validation,
        data_collator=partial(collate_batches, pad_id=pad_id),
        optimizers=(optimizer, get_linear_schedule_with_warmup(optimizer, int(config.warmup * steps), steps)),
        callbacks=[keeper],
    )
    trainer.remove_callback(PrinterCallback)
    if watch:
        trainer.add_callback(Watch(watch))
    if config.patience:
        trainer.add_callback(_EarlyStop(config.patience))
    checkpoint = find_checkpoint(work)
    try:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    finally:
        keeper.release()
    if keeper.interrupted:
        raise KeyboardInterrupt
    return trainer.state.log_history


def collate_batches(items: list[list[dict[str, Any]]], pad_id: int) -> dict[str, Any]:
    """The windows of one planned batch, or of several where there are several GPUs."""
    return collate_windows([window for item in items for window in item], pad_id)


def _make_arguments(work: Path, config: TrainConfig, steps: int) -> TrainingArguments:
    every = config.evaluate_every or min(200, -(-steps // 12))
    return TrainingArguments(
        output_dir=str(work),
        num_train_epochs=1,  # the plan holds all passes
        per_device_train_batch_size=1,
        per_device_eval_batch_size=1,
        eval_strategy="steps",
        eval_steps=every,
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=bool(config.patience),
        metric_for_best_model="eval_label_loss" if config.patience else None,
        greater_is_better=False if config.patience else None,
        logging_steps=10,
        bf16=has_fast_bf16(),
        use_cpu=not torch.cuda.is_available(),
        seed=config.seed,
        remove_unused_columns=False,
        report_to=[],
        disable_tqdm=True,
        dataloader_num_workers=0,
    )


def _build_optimizer(network: AnnotatorNetwork, config: TrainConfig) -> torch.optim.Optimizer:
    groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        groups.setdefault((name.startswith("encoder."), parameter.ndim > 1), []).append(parameter)
    rates = [
        {
            "params": parameters,
            "lr": config.learning_rate * (1 if encoder else config.head_scale),
            "weight_decay": config.weight_decay if matrix else 0.0,
        }
        for (encoder, matrix), parameters in groups.items()
    ]
    return torch.optim.AdamW(rates, fused=True)


class _EarlyStop(EarlyStoppingCallback):
    """Also stops a run that was killed between its last evaluation and its end."""

    def on_train_begin(self, args, state, control, **_):
        if self.early_stopping_patience_counter >= self.early_stopping_patience:
            control.should_training_stop = True


class _Trainer(Trainer):
    """Keeps the planned order, adds what the base model says, and measures sentence labels on the validation windows."""

    def __init__(self, base: AnnotatorNetwork | None, config: TrainConfig, **options: Any) -> None:
        super().__init__(**options)
        self._base = base.to(self.args.device) if base is not None else None
        self._distill = config.distill
        self._smaller = bool(config.layers)
        self._states = [HiddenStates(one) for one in (self.model, self._base) if self._smaller and one is not None]

    def _get_train_sampler(self, dataset=None):
        return SequentialSampler(dataset if dataset is not None else self.train_dataset)

    def compute_loss(self, model, inputs, return_outputs=False, **_):
        targets = inputs["targets"]
        seen = {name: value for name, value in inputs.items() if name != "targets"}
        output = model(**seen)
        loss = self._weigh(compute_losses(output, targets))
        if self._base is not None:
            with torch.no_grad():
                base = self._base(**seen)
            taught = self._weigh(compute_distillation(output, base, targets, self._smaller))
            if self._states:
                taught = taught + compute_distance(*(one.latest for one in self._states), targets["tokens"])
            loss = loss + self._distill * taught
        return (loss, output) if return_outputs else loss

    def _weigh(self, losses: dict[str, torch.Tensor]) -> torch.Tensor:
        return sum(self.model.config.loss_weights[name] * loss for name, loss in losses.items())

    def evaluate(self, eval_dataset=None, ignore_keys=None, metric_key_prefix="eval"):
        network = self.model.eval()
        confusion = np.zeros((len(LABELS), len(LABELS)), dtype=np.int64)
        losses = []
        for inputs in self.get_eval_dataloader(eval_dataset):
            inputs = self._prepare_inputs(inputs)
            targets = inputs.pop("targets")
            with torch.inference_mode(), self.compute_loss_context_manager():
                output = network(**inputs)
                found = compute_losses(output, targets)
            sentences = int(((targets["speech"] != IGNORE) | (targets["own"] != IGNORE)).sum())
            label = found["speech"] + found["anonymous"] + found["own"]
            losses.append((sentences, float(self._weigh(found)), float(label)))
            _count_labels(confusion, output, targets)
        network.train()
        counts, total, label = np.array(losses).T
        hits = np.diag(confusion)
        present = confusion.sum(0) + confusion.sum(1)
        f1 = 2 * hits / np.maximum(1, present)
        metrics = {
            f"{metric_key_prefix}_loss": float(np.average(total, weights=counts)),
            f"{metric_key_prefix}_label_loss": float(np.average(label, weights=counts)),
            f"{metric_key_prefix}_macro_f1": float(f1[present > 0].mean()) if present.any() else 0.0,
        }
        metrics |= {f"{metric_key_prefix}_{label}": float(value) for label, value in zip(LABELS, f1, strict=True)}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


def _count_labels(confusion: np.ndarray, output, targets: dict[str, torch.Tensor]) -> None:
    """Add the sentences of a batch to the confusion matrix (gold, predicted); gold without a wording is anonymous."""
    speech, anonymous = output.speech.float().softmax(-1), output.anonymous.float().sigmoid()
    some = 1 - speech[..., 0]
    share = torch.stack(
        [speech[..., 0], speech[..., 1] * (1 - anonymous), speech[..., 2] * (1 - anonymous), some * anonymous], -1
    )
    gold = torch.where(targets["anonymous"] == 1, len(LABELS) - 1, targets["speech"])
    known = (targets["speech"] != IGNORE) & (gold >= 0)
    np.add.at(confusion, (gold[known].cpu().numpy(), share.argmax(-1)[known].cpu().numpy()), 1)
