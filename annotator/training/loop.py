"""Training with the transformers Trainer: windows of all epochs in one sequence, so that a stopped run resumes exactly."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import SequentialSampler
from transformers import (
    AutoModel,
    AutoTokenizer,
    PreTrainedTokenizerFast,
    Trainer,
    TrainingArguments,
    get_linear_schedule_with_warmup,
)

from annotator.checkpoint import is_model, load_checkpoint
from annotator.config import WindowConfig, config_to_dict
from annotator.encode import Encoder
from annotator.labelled import LabelledArticle
from annotator.labels import LABELS
from annotator.network import IGNORE, AnnotatorConfig, AnnotatorNetwork
from annotator.predict import has_fast_bf16
from annotator.training.windows import Augment, build_windows, collate_windows

_WINDOW_SIZES = (512, 512, 384, 256)  # drawn per epoch part, so that the network meets short and long windows
_GROUP = 40  # batches within which windows are sorted by length


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """Options of a training run. `epochs` counts passes; `shares` gives the part of each data set used in each pass."""

    epochs: int = 3
    batch: int = 6
    learning_rate: float = 2e-4
    head_scale: float = 5.0  # learning rate of the heads, as a multiple of the encoder's
    warmup: float = 0.06
    weight_decay: float = 0.01
    dropout: float = 0.1
    evaluate_every: int = 200
    seed: int = 1


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Labelled articles, and the share of them that each epoch draws (the last share holds for all later epochs).

    A share of 2 draws every article twice, each time augmented anew.
    """

    name: str
    articles: Sequence[LabelledArticle]
    shares: tuple[float, ...] = (1.0,)

    def draw(self, epoch: int, rng: random.Random) -> list[LabelledArticle]:
        """The articles of one epoch, in random order."""
        count = round(self.shares[min(epoch, len(self.shares) - 1)] * len(self.articles))
        whole, rest = divmod(count, max(1, len(self.articles)))
        return list(self.articles) * whole + rng.sample(list(self.articles), rest)


def build_network(base: str | Path, windows: WindowConfig, dropout: float) -> tuple[AnnotatorNetwork, Any]:
    """A network and tokenizer from a model folder of ours, or with new heads from any Hugging Face encoder."""
    if is_model(base):
        checkpoint = load_checkpoint(base)
        return checkpoint.network, checkpoint.tokenizer
    tokenizer = AutoTokenizer.from_pretrained(base)
    encoder = AutoModel.from_pretrained(base, dtype=torch.float32)
    # Attention without dropout runs on the fused kernel, twice as fast on CPU.
    details = {key: value for key, value in encoder.config.to_dict().items() if key != "_name_or_path"}
    details |= {"attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": dropout}
    network = AnnotatorNetwork(AnnotatorConfig(encoder=details, windows=config_to_dict(windows)))
    network.encoder.load_state_dict(encoder.state_dict(), strict=False)
    return network, tokenizer


def train_network(
    network: AnnotatorNetwork,
    tokenizer: PreTrainedTokenizerFast,
    sets: Sequence[TrainingSet],
    validation: Sequence[LabelledArticle],
    work: Path,
    config: TrainConfig,
    augment: Augment | None = None,
) -> list[dict[str, Any]]:
    """Train in place and return the log; checkpoints lie in `work`, and a run found there is resumed."""
    windows = WindowConfig(**network.config.windows)
    torch.manual_seed(config.seed)
    rows = plan_windows(sets, tokenizer, windows, config, augment)
    steps = -(-len(rows) // config.batch)
    optimizer = _build_optimizer(network, config)
    arguments = TrainingArguments(
        output_dir=str(work),
        num_train_epochs=1,
        per_device_train_batch_size=config.batch,
        per_device_eval_batch_size=config.batch,
        eval_strategy="steps",
        eval_steps=config.evaluate_every,
        save_steps=config.evaluate_every,
        save_total_limit=2,  # the one before serves where the last was cut off in writing,
        logging_steps=50,
        bf16=has_fast_bf16(),
        use_cpu=not torch.cuda.is_available(),
        seed=config.seed,
        remove_unused_columns=False,
        report_to=[],
        dataloader_num_workers=0,
    )
    trainer = _WindowTrainer(
        model=network,
        args=arguments,
        train_dataset=rows,
        eval_dataset=build_windows(validation, Encoder(tokenizer, windows)).with_format("numpy"),
        data_collator=partial(collate_windows, pad_id=tokenizer.pad_token_id or 0),
        optimizers=(optimizer, get_linear_schedule_with_warmup(optimizer, int(config.warmup * steps), steps)),
    )
    trainer.train(resume_from_checkpoint=any(work.glob("checkpoint-*")))
    return trainer.state.log_history


def plan_windows(
    sets: Sequence[TrainingSet],
    tokenizer: PreTrainedTokenizerFast,
    windows: WindowConfig,
    config: TrainConfig,
    augment: Augment | None,
):
    """The windows of all epochs in the order of training, each epoch augmented and cut anew."""
    from datasets import concatenate_datasets

    parts, order, planned = [], [], 0
    for epoch in range(config.epochs):
        rng = random.Random(f"{config.seed}/{epoch}")
        drawn = [article for one in sets for article in one.draw(epoch, rng)]
        if augment:
            drawn = [augment(article, rng) for article in drawn]
        rng.shuffle(drawn)
        quarter = -(-len(drawn) // len(_WINDOW_SIZES))
        for number, size in enumerate(_WINDOW_SIZES):
            some = drawn[number * quarter : (number + 1) * quarter]
            cut = WindowConfig(**(config_to_dict(windows) | {"tokens": min(size, windows.tokens)}))
            if some:
                parts.append(build_windows(some, Encoder(tokenizer, cut)))
        lengths = np.array([length for part in parts for length in part["length"]][planned:])
        order += [
            planned + i for i in _order_by_length(lengths, config.batch, np.random.default_rng([config.seed, epoch]))
        ]
        planned += len(lengths)
    return concatenate_datasets(parts).select(order).with_format("numpy")


def _order_by_length(lengths: np.ndarray, batch: int, rng: np.random.Generator) -> list[int]:
    """Indices in random order, but so that the windows of a batch are of like length; the last batch may be short."""
    shuffled = rng.permutation(len(lengths))
    batches = []
    for start in range(0, len(shuffled), _GROUP * batch):
        group = shuffled[start : start + _GROUP * batch]
        group = group[np.argsort(lengths[group], kind="stable")]
        batches += [group[i : i + batch] for i in range(0, len(group), batch)]
    full = [one for one in batches if len(one) == batch]
    rng.shuffle(full)
    return [int(i) for one in (*full, *(one for one in batches if len(one) < batch)) for i in one]


def _build_optimizer(network: AnnotatorNetwork, config: TrainConfig) -> torch.optim.Optimizer:
    groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        groups.setdefault((name.startswith("encoder."), parameter.ndim > 1), []).append(parameter)
    return torch.optim.AdamW(
        {
            "params": parameters,
            "lr": config.learning_rate * (1 if encoder else config.head_scale),
            "weight_decay": config.weight_decay if matrix else 0.0,
        }
        for (encoder, matrix), parameters in groups.items()
    )


class _WindowTrainer(Trainer):
    """Keeps the planned order, and measures sentence labels on the validation windows."""

    def _get_train_sampler(self, dataset=None):
        return SequentialSampler(dataset if dataset is not None else self.train_dataset)

    def compute_loss(self, model, inputs, return_outputs=False, **_):
        output = model(**inputs)
        return (output.loss, output) if return_outputs else output.loss

    def evaluate(self, eval_dataset=None, ignore_keys=None, metric_key_prefix="eval"):
        network = self.model.eval()
        confusion = np.zeros((len(LABELS), len(LABELS)), dtype=np.int64)
        losses = []
        for inputs in self.get_eval_dataloader(eval_dataset):
            inputs = self._prepare_inputs(inputs)
            with torch.inference_mode(), self.compute_loss_context_manager():
                output = network(**inputs)
            losses.append(float(output.loss))
            _count_labels(confusion, output, inputs["targets"])
        network.train()
        hits = np.diag(confusion)
        f1 = 2 * hits / np.maximum(1, confusion.sum(0) + confusion.sum(1))
        metrics = {
            f"{metric_key_prefix}_loss": float(np.mean(losses)),
            f"{metric_key_prefix}_macro_f1": float(f1.mean()),
        }
        metrics |= {f"{metric_key_prefix}_{label}": float(value) for label, value in zip(LABELS, f1, strict=True)}
        self.log(metrics)
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
