"""Options that several commands share, and what they are turned into."""

from __future__ import annotations

import glob
import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from annotator.config import Precision
from annotator.errors import ConfigError, InputError
from annotator.stores import is_url

if TYPE_CHECKING:
    from annotator.pipeline import Annotator
    from annotator.read import ReadOptions


def _field(of: str) -> Any:
    return typer.Option(metavar="NAME", help=f"Field or column of the {of}.  [default: guessed]")


Model = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Model folder, or fast, the bundled model that takes half the time and errs more.  [default: the bundled model]",
    ),
]
Rubric = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="TOML file with the numbers of the grade.  [default: annotator/rubric.toml]"),
]
Threads = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Threads of the model.  [default: one for each core]")
]
EnginePrecision = Annotated[
    Precision,
    typer.Option(help="Numbers of the model: auto takes int8, which is faster, if the model bears it."),
]
TextField = Annotated[str | None, _field("text")]
TitleField = Annotated[str | None, _field("title")]
IdField = Annotated[str | None, _field("id")]
OutletField = Annotated[str | None, _field("outlet")]
UrlField = Annotated[str | None, _field("address")]
DateField = Annotated[str | None, _field("date")]
AnyLanguage = Annotated[bool, typer.Option("--any-language", help="Take articles that are not in English too.")]
MaxMegabytes = Annotated[
    float | None, typer.Option(min=0, metavar="MB", help="Largest article in megabytes.  [default: 10]")
]


def make_read_options(*, any_language: bool, max_megabytes: float | None = None, **fields: str | None) -> ReadOptions:
    """Options of the reader; what is None keeps the reader's own default."""
    from annotator.read import ReadOptions

    given: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
    if any_language:
        given["languages"] = None
    if max_megabytes is not None:
        given["max_bytes"] = int(max_megabytes * 1e6)
    return ReadOptions(**given)


def check_paths(paths: list[str]) -> None:
    """Raise InputError where all paths are missing: wrong use. One among others is a failure of the run."""
    if not any(path == "-" or is_url(path) or glob.has_magic(path) or Path(path).exists() for path in paths):
        raise InputError(f"{', '.join(paths)}: no such file or folder; check the spelling")


def require_extra(extra: str, *modules: str) -> None:
    """Raise ConfigError with the line that installs an extra, unless all its modules are there."""
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    if missing:
        raise ConfigError(
            f"{', '.join(missing)}: not installed; this command needs: pip install 'claim-annotator[{extra}]'"
        )


def load_annotator(
    model: Path | None,
    threads: int | None = None,
    rubric: Path | None = None,
    precision: Precision = Precision.auto,
) -> Annotator:
    """Load the model and the rubric. Raises CheckpointError or ConfigError if they cannot be used."""
    from annotator.pipeline import Annotator

    return Annotator.load(model, rubric=rubric, threads=threads, precision=precision, report=say)


def say(text: str) -> None:
    """Print a remark to stderr."""
    typer.echo(text, err=True)


@contextmanager
def open_bar() -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar on stderr where that is a terminal; it is told what is done, how many of how many."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from annotator.render import make_console

    console = make_console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading")
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)
