"""`annotator agreement`: how far coders agree, and where they differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from annotator.agreement import Agreement

SHOWN = 20
EPILOG = """\b
Examples:
  annotator agreement ana.jsonl ben.jsonl
  annotator agreement ana.jsonl ben.json carol.csv -o differences.csv
\b
Alpha of .80 and more is commonly asked for, .667 the least for tentative conclusions (Krippendorff 2004).
\b
Exit codes: 0 shown, 2 wrong use: a file cannot be read, or the coders have no sentence in common."""


def agreement(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="A B [C...]", help="Labelled data of each coder, in any format.", exists=True),
    ],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Also write the differences, as .csv or .jsonl.")
    ] = None,
    top: Annotated[int, typer.Option(min=0, metavar="N", help="Differences that are printed.")] = SHOWN,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace FILE.")] = False,
) -> None:
    """Compare the labels of two coders or more: Krippendorff's alpha, Cohen's kappa, agreement by class, spans.

    Each difference comes with the question of the codebook that decides between such labels, so that a team can test its
    coders and its codebook. Intervals are 95%, by bootstrap over articles. Sentences that only one coder has are counted and left
    out.
    """
    from annotator.agreement import measure_agreement
    from annotator.agreement.render import print_agreement
    from annotator.errors import ConfigError
    from annotator.formats import read_data
    from annotator.render import make_console

    if out is not None and out.suffix not in (".csv", ".jsonl"):
        raise ConfigError(f"-o {out}: name a .csv or a .jsonl file")
    if out is not None and out.exists() and not overwrite:
        raise ConfigError(f"-o {out}: is there already; name another file or pass --overwrite")
    found = measure_agreement({name: read_data(path).articles for name, path in _name_coders(files).items()})
    print_agreement(found, make_console(), top)
    if out is not None:
        _write(found, out)
        typer.echo(f"written: {out}", err=True)


def _name_coders(files: list[Path]) -> dict[str, Path]:
    stems = [path.stem for path in files]
    return {path.stem if stems.count(path.stem) == 1 else str(path): path for path in files}


def _write(found: Agreement, out: Path) -> None:
    import csv
    import json

    from annotator.write.entry import guard_cell

    rows = [item.to_dict() for item in found.disagreements]
    partial = out.with_name(f".{out.name}.partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        if out.suffix == ".jsonl":
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        else:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["article", "start", "end", *found.coders, "text", "rule"])
            writer.writerows([guard_cell(value) for value in row.values()] for row in rows)
    partial.replace(out)
