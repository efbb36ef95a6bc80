"""Where the ONNX file of a model lies: in its folder if `annotator export` put it there, else in a cache, made on first use."""

from __future__ import annotations

import os
from pathlib import Path

from annotator.checkpoint import ModelFolder
from annotator.errors import CheckpointError
from annotator.export.texts import read_texts
from annotator.predict.graph import FORMAT

CACHE_VARIABLE = "ANNOTATOR_CACHE"
_KEPT = 20  # files that the cache keeps, the last made: each model that is trained adds one


def folder_graph(model: ModelFolder, precision: str) -> Path:
    """Where `annotator export` puts the file."""
    return model.path / "onnx" / f"{precision}.onnx"


def cached_graph(model: ModelFolder, precision: str) -> Path:
    """Where a file made on first use is kept; the name holds the hash of the weights."""
    import platformdirs

    cache = Path(os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_path("claim-annotator", appauthor=False))
    return cache / f"{model.info.sha256[:32]}-{FORMAT}-{precision}.onnx"


def find_graph(model: ModelFolder, precision: str) -> Path | None:
    """The file, if it was made. Raises CheckpointError if making it has failed before."""
    kept = cached_graph(model, precision)
    if found := next((path for path in (folder_graph(model, precision), kept) if path.is_file()), None):
        return found
    if _reason_file(kept).is_file():
        raise CheckpointError(_reason_file(kept).read_text(encoding="utf-8"))
    return None


def make_graph(model: ModelFolder, precision: str, path: Path) -> None:
    """Make the file. Raises CheckpointError where it cannot be made."""
    from annotator.export.graph import export_graph

    export_graph(model, precision, path)


def make_cached_graph(model: ModelFolder, precision: str) -> Path:
    """Make the file of the cache. Raises CheckpointError where it cannot be made, and keeps the reason for the next time."""
    path = cached_graph(model, precision)
    read_texts()  # where they are missing that is no fault of the model's: nothing is kept
    try:
        make_graph(model, precision, path)
    except CheckpointError as error:
        _reason_file(path).write_text(str(error), encoding="utf-8")
        raise
    for old in sorted(path.parent.glob("*.onnx"), key=lambda file: -file.stat().st_mtime)[_KEPT:]:
        old.unlink(missing_ok=True)
    return path


def _reason_file(path: Path) -> Path:
    return path.with_suffix(".txt")
