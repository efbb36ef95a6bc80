"""Data files -> training sets, validation articles and text to rehearse on, with what a user should know of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.errors import ConfigError, InputError
from annotator.formats import read_data, take_checked
from annotator.labelled import LabelledArticle, LabelledSentence
from annotator.labels import LABELS
from annotator.read import read_articles
from annotator.records import Failure
from annotator.segment import segment_article
from annotator.training.own_labels import UserLabels
from annotator.training.plan import TrainingSet
from annotator.training.record import describe_file
from annotator.training.split import count_labels, part_articles
from annotator.training.twins import drop_twins

Report = Callable[[str], None]
NO_LABELS = UserLabels()


@dataclass(frozen=True, slots=True)
class DataOptions:
    """Which data a run uses beside the files to train on.

    `shares` gives, for each file, the part of its articles that each epoch draws. Without a `validation` file,
    `validation_share` of the articles is kept (None: as `split.part_articles` has it). Near-duplicates of the texts in
    `distinct_from` are left out. `rehearse` are files and folders of articles without labels; `repair` mends offsets and
    misspelt labels; `labels` says what the words of a user mean.
    """

    shares: Sequence[tuple[float, ...]] = ()
    validation: Path | None = None
    validation_share: float | None = None
    distinct_from: Sequence[Path] = ()
    rehearse: Sequence[Path] = ()
    repair: bool = False
    labels: UserLabels = NO_LABELS


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a run is trained and validated on, with the record of it."""

    sets: tuple[TrainingSet, ...]
    rehearsal: tuple[LabelledArticle, ...]
    validation: tuple[LabelledArticle, ...]
    dropped: tuple[str, ...]  # ids of near-duplicates
    record: dict[str, Any]

    @property
    def labels(self) -> Counter[str]:
        """Labelled sentences to train on, by label."""
        return sum((count_labels(article) for one in self.sets for article in one.articles), Counter())


def load_data(paths: Sequence[Path], options: DataOptions, report: Report) -> TrainingData:
    """Read, check and part the data.

    Raises InputError for a file without a labelled sentence, ConfigError for options that do not fit together.
    """
    if options.shares and len(options.shares) != len(paths):
        raise ConfigError(f"{len(options.shares)} shares for {len(paths)} data files; give one for each file, or none")
    files = [_read(path, options, report) for path in paths]
    scored = [text for path in options.distinct_from for text in _read_texts(path)]
    if options.validation:
        validation = _read(options.validation, options, report)
        train = files
        scored += [article.text for article in validation]
    else:
        train, validation = _part(files, options.validation_share, report)
    sets, dropped = [], []
    for path, articles, shares in zip(paths, train, options.shares or [(1.0,)] * len(paths), strict=True):
        kept, twins = drop_twins(articles, scored)
        sets.append(TrainingSet(path.name, kept, tuple(shares)))
        dropped += twins
    rehearsal = [article for path in options.rehearse for article in _read_rehearsal(path, report)]
    record = {
        "data": [describe_file(path, one.articles, one.shares) for path, one in zip(paths, sets, strict=True)],
        "validation": describe_file(options.validation, validation) if options.validation else len(validation),
        "rehearsal": [describe_file(path, rehearsal) for path in options.rehearse],
    }
    data = TrainingData(tuple(sets), tuple(rehearsal), tuple(validation), tuple(dropped), record)
    if not data.labels or not any(map(count_labels, validation)):
        twins = f" ({len(dropped)} articles are near-duplicates of those to measure on)" if dropped else ""
        raise InputError(
            f"no labelled sentence is left for training or for validation{twins}; label more, or name a --validation file"
        )
    unused = [label for label in options.labels.own if not data.labels[label]]
    if unused:
        raise InputError(
            f"--labels: no sentence to train on is labelled {', '.join(unused)}; check the spelling in the data"
        )
    return data


def _read(path: Path, options: DataOptions, report: Report) -> list[LabelledArticle]:
    reading = read_data(path, repair=options.repair, names=options.labels.names)
    for line in reading.describe():
        report(line)
    return take_checked(reading)


def _part(files: Sequence[Sequence[LabelledArticle]], share: float | None, report: Report):
    """Training articles of each file, and the validation articles of all."""
    parted = part_articles([article for file in files for article in file], share)
    if any(part.train and part.held for part in parted):
        report(
            "warning: only one article is labelled; its last sentences are kept for validation and flatter the new model"
        )
    rest = iter(parted)
    train = [[part.train for part in (next(rest) for _ in file) if part.train] for file in files]
    return train, [part.held for part in parted if part.held]


def _read_texts(path: Path) -> Iterator[str]:
    """Texts of a labelled file or of a folder of .txt files."""
    if path.is_dir():
        yield from (file.read_text(encoding="utf-8") for file in sorted(path.glob("*.txt")))
    else:
        yield from (article.text for article in read_data(path).articles)


def _read_rehearsal(path: Path, report: Report) -> Iterator[LabelledArticle]:
    """The articles under a path, cut into sentences without labels; what cannot be read is reported and left out."""
    for item in read_articles([path]):
        if isinstance(item, Failure):
            report(f"  {item.path}: {item.message}; left out")
            continue
        sentences = segment_article(item)
        yield LabelledArticle(
            item.id, item.text, tuple(LabelledSentence(s.start, s.end, None, zone=s.zone) for s in sentences)
        )


def find_missing(labels: Counter[str]) -> list[str]:
    """Labels of ours that no sentence to train on has."""
    return [label for label in LABELS if not labels[label]]
