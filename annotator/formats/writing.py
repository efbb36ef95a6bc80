"""Labelled articles -> a file or folder in the format of a tool, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.errors import ConfigError, InputError
from annotator.formats import brat, conll, doccano, label_studio, own, prodigy, sentences
from annotator.formats.assemble import Tally
from annotator.formats.losses import list_losses
from annotator.formats.reading import read_pieces
from annotator.labelled import LabelledArticle

STAGING_PREFIX = ".converting-"


@dataclass(frozen=True, slots=True)
class Writer:
    """How a format is written. `beside` gives the ending and the text of a second file next to the first."""

    write: Callable[[Iterable[LabelledArticle], Path], None]
    beside: tuple[str, Callable[[], str]] | None = None


WRITERS = {
    "label-studio": Writer(label_studio.write_label_studio, (label_studio.CONFIG_ENDING, label_studio.make_config)),
    "prodigy": Writer(prodigy.write_prodigy),
    "doccano": Writer(doccano.write_doccano),
    "jsonl": Writer(own.write_jsonl),
    "csv": Writer(sentences.write_csv),
    "brat": Writer(brat.write_brat),
    "conll": Writer(conll.write_conll),
}


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a conversion, and how many of what the format could not carry."""

    paths: tuple[Path, ...]
    losses: Counter[str]


def write_data(articles: Sequence[LabelledArticle], out: Path | str, to: str, overwrite: bool = False) -> Written:
    """Write labelled articles in the format `to`, a key of WRITERS; brat is a folder, all else a file.

    What was written is read again, so that every loss is known. Nothing has its final name before it is whole.

    Raises ConfigError for an unknown format, or where `out` is there and `overwrite` is not set, or cannot be written;
    InputError without articles.
    """
    out = Path(out)
    if to not in WRITERS:
        raise ConfigError(f"unknown format {to!r}; there are {', '.join(WRITERS)}")
    writer = WRITERS[to]
    check_out(out, to, overwrite)
    if not articles:
        raise InputError("no articles to write")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=out.parent))
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written to ({error.strerror}); name another place") from error
    try:
        writer.write(articles, staging / out.name)
        losses = list_losses(articles, [piece.article for piece in read_pieces(staging / out.name, Tally())[1]])
        paths = [out]
        if writer.beside:
            ending, make = writer.beside
            paths.append(_name_beside(out, ending))
            (staging / paths[-1].name).write_text(make(), encoding="utf-8")
        for path in paths:
            if path.is_dir() and overwrite:
                shutil.rmtree(path)
            (staging / path.name).replace(path)
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written to ({error}); name another place") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Written(tuple(paths), losses)


def check_out(out: Path, to: str, overwrite: bool) -> None:
    """Raise ConfigError where writing to `out` would replace something and `overwrite` is not set, or is of another kind."""
    beside = WRITERS[to].beside
    there = [path for path in (out, *([_name_beside(out, beside[0])] if beside else [])) if path.exists()]
    if there and not overwrite:
        raise ConfigError(f"{there[0]}: is there already; name another place or pass --overwrite")
    if out.exists() and out.is_dir() != (to == "brat"):
        kind = "a folder" if to == "brat" else "a file"
        raise ConfigError(f"{out}: --to {to} writes {kind}, and this is none; name another place")
    if out.is_dir() and not _is_brat(out):
        raise ConfigError(f"{out}: holds other files than those of brat; name another place")


def _is_brat(path: Path) -> bool:
    """Whether a folder holds nothing that is lost when brat's files are written anew."""
    return all(item.suffix in (".txt", ".ann") or item.name in brat.SIDE_FILES for item in path.iterdir())


def _name_beside(out: Path, ending: str) -> Path:
    return out.with_name((out.name.removesuffix(".json") or out.name) + ending)
