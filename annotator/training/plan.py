"""Labelled articles -> the batches of a whole run in their order, so that a stopped run goes on with the next one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from torch.utils.data import Dataset as TorchDataset

from annotator.config import WindowConfig
from annotator.encode import Encoder
from annotator.labelled import LabelledArticle
from annotator.predict import plan_batches
from annotator.tokens import Tokenizer
from annotator.training.targets import IGNORE
from annotator.training.windows import build_windows

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedTokenizerFast

Augment = Callable[[LabelledArticle, random.Random], LabelledArticle]
_WINDOW_SIZES = (512, 512, 384, 256)  # of each quarter of an epoch, so that the network meets short and long windows
_CHUNK = 16  # articles to rehearse on that are cut at once
_GROUP = 240  # windows among which those of like length are put into one batch


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


class Batches(TorchDataset):
    """Item i is batch i of the run: a list of windows (rows of `windows.build_windows`)."""

    def __init__(self, windows: Dataset, batches: Sequence[Sequence[int]]) -> None:
        self._windows = windows
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> list[dict[str, Any]]:
        return [self._windows[number] for number in self._batches[index]]


@dataclass(frozen=True, slots=True)
class Cutter:
    """Cuts labelled articles into the windows of one network, with the targets of its heads."""

    tokenizer: PreTrainedTokenizerFast
    windows: WindowConfig
    own_labels: Sequence[str] = ()

    def cut(self, articles: Sequence[LabelledArticle], tokens: int | None = None) -> Dataset:
        """The windows, of at most `tokens` tokens where that leaves room beside the context."""
        least = self.windows.left_tokens + self.windows.right_tokens + 16
        size = min(self.windows.tokens, max(least, tokens or self.windows.tokens))
        return build_windows(
            articles, Encoder(Tokenizer.of(self.tokenizer), replace(self.windows, tokens=size)), self.own_labels
        )


def plan_training(
    sets: Sequence[TrainingSet],
    cutter: Cutter,
    *,
    epochs: int,
    tokens: int,
    seed: int,
    augment: Augment | None = None,
    rehearsal: Sequence[LabelledArticle] = (),
) -> Batches:
    """The batches of all epochs, each of at most `tokens` tokens with its padding; every epoch is augmented and cut anew.

    Windows without a label are left out, except for as many windows of `rehearsal` as an epoch has others.
    """
    from datasets import concatenate_datasets

    parts, batches, planned = [], [], 0
    for epoch in range(epochs):
        rng = random.Random(f"{seed}/{epoch}")
        drawn = [article for one in sets for article in one.draw(epoch, rng)]
        if augment:
            drawn = [augment(article, rng) for article in drawn]
        rng.shuffle(drawn)
        cut = [_keep_labelled(part) for part in _cut_quarters(drawn, cutter)]
        if rehearsal:
            cut.append(_cut_some(rehearsal, sum(map(len, cut)), cutter, rng))
        lengths = [length for part in cut for length in part["length"]]
        batches += [[planned + i for i in batch] for batch in _batch(lengths, tokens, rng)]
        planned += len(lengths)
        parts += cut
    return Batches(concatenate_datasets(parts).with_format("numpy"), batches)


def plan_validation(articles: Sequence[LabelledArticle], cutter: Cutter, tokens: int) -> Batches:
    """The windows of the validation articles in batches, longest first."""
    rows = cutter.cut(articles)
    return Batches(rows.with_format("numpy"), list(plan_batches(rows["length"], tokens)))


def _cut_quarters(articles: Sequence[LabelledArticle], cutter: Cutter) -> Iterator[Dataset]:
    """The windows of the articles, those of each quarter of them of another size."""
    quarter = -(-len(articles) // len(_WINDOW_SIZES))
    for number, size in enumerate(_WINDOW_SIZES):
        if some := articles[number * quarter : (number + 1) * quarter]:
            yield cutter.cut(some, size)


def _cut_some(articles: Sequence[LabelledArticle], count: int, cutter: Cutter, rng: random.Random) -> Dataset:
    """So many windows of articles in random order, or as many as there are."""
    from datasets import concatenate_datasets

    parts: list[Dataset] = []
    left = rng.sample(list(articles), len(articles))
    while left and sum(map(len, parts)) < count:
        some, left = left[:_CHUNK], left[_CHUNK:]
        parts.append(cutter.cut(some))
    found = concatenate_datasets(parts)
    return found.select(range(min(count, len(found))))


def _keep_labelled(windows: Dataset) -> Dataset:
    """The windows in which the label of a sentence is known, ours or the user's."""
    rows = zip(windows["speech"], windows["own"], strict=True)
    return windows.select([i for i, row in enumerate(rows) if any(target != IGNORE for part in row for target in part)])


def _batch(lengths: Sequence[int], tokens: int, rng: random.Random) -> list[list[int]]:
    """Indices in random order, but so that the windows of a batch are of like length."""
    order = rng.sample(range(len(lengths)), len(lengths))
    batches: list[list[int]] = []
    for start in range(0, len(order), _GROUP):
        group = order[start : start + _GROUP]
        planned = plan_batches([lengths[i] for i in group], tokens)
        batches += rng.sample(found := [[group[i] for i in batch] for batch in planned], len(found))
    return batches
