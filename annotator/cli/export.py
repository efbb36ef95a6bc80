"""`annotator export`: the ONNX files of a model, made ahead of its first use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotator.config import Precision

EPILOG = """\b
Examples:
  annotator export
  annotator export my-model --precision int8
\b
Exit codes: 0 written, 2 wrong use, or a file that is out of bounds."""


def export(
    model: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Model folder.  [default: the bundled model]")
    ] = None,
    precision: Annotated[Precision, typer.Option(help="Which file; auto writes both.")] = Precision.auto,
) -> None:
    """Write DIR/onnx/float.onnx and int8.onnx, which ONNX Runtime runs.

    Without it the file that a machine needs is made the first time that a model is used and kept in a cache
    (ANNOTATOR_CACHE, else the user's cache folder). Ahead of time is for images and machines without a home folder.
    Before a file is kept it is run and compared with the network; each names the weights that it was made of, and is
    refused beside others. The same weights and versions give the same bytes.
    """
    from annotator.checkpoint import read_model
    from annotator.export import folder_graph, make_graph
    from annotator.render import escape_controls

    found = read_model(model)
    for kind in (Precision.float, Precision.int8) if precision is Precision.auto else (precision,):
        path = folder_graph(found, kind)
        make_graph(found, kind, path)
        typer.echo(f"{escape_controls(str(path))}: {path.stat().st_size / 1e6:.1f} MB")
