"""`annotator next`: the sentences that are most worth labelling."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from annotator.cli import options
from annotator.cli.convert import To

EPILOG = """\b
Examples:
  annotator next articles/ -n 100 -o queue.jsonl
  annotator next results -n 200 -o tasks.json --to label-studio --labelled done.jsonl
  annotator annotate articles/ -o results && annotator next results -o queue.jsonl && annotator review results --queue queue.jsonl
\b
Exit codes: 0 written, 1 some articles could not be annotated, 2 wrong use: nothing was written."""


def next_(
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help="Articles (folder, file or glob), or the results of annotate.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="QUEUE", help="File to write; a folder for brat.")],
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="Sentences to choose.")] = 100,
    to: Annotated[To, typer.Option(help="Format of QUEUE.")] = To.JSONL,
    labelled: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Labelled data whose sentences are not asked for again.", exists=True),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace QUEUE.")] = False,
    model: options.Model = None,
    threads: options.Threads = None,
) -> None:
    """Choose the sentences of FOLDER from which the model would learn most, with its suggestion filled in.

    Chosen are sentences that the model is unsure of, rather of rare labels, and unlike each other. The queue holds whole
    articles, so that a coder reads in context: chosen sentences carry the suggested label, source and spans, and why they were
    chosen; all others have no label. Check every suggestion before you train on it.
    """
    from annotator.choose import choose_sentences, list_candidates, make_queue
    from annotator.choose.candidates import fold
    from annotator.corroborate import load_encoder
    from annotator.formats import check_out, read_data, write_data

    check_out(out, to, overwrite)
    known = {
        fold(article.text[row.start : row.end])
        for path in labelled or ()
        for article in read_data(path).articles
        for row in article.sentences
        if row.label is not None
    }
    records, failures = _read_records(folder, model, threads)
    candidates = [item for record in records for item in list_candidates(record, known)]
    chosen = choose_sentences(candidates, count, load_encoder().embed)
    written = write_data(make_queue(records, chosen), out, to, overwrite)
    articles = len({choice.candidate.article for choice in chosen})
    typer.echo(f"{len(chosen)} of {len(candidates)} sentences chosen, in {articles} articles", err=True)
    for what, number in sorted(written.losses.items()):
        typer.echo(f"  {to} cannot carry {what}: {number}", err=True)
    for failure in failures:
        typer.echo(f"  not annotated: {failure}", err=True)
    typer.echo(str(written.paths[0]))
    raise typer.Exit(1 if failures else 0)


def _read_records(folder: str, model: Path | None, threads: int | None) -> tuple[list[dict], list[str]]:
    """The annotated articles as in annotations.jsonl, of a run or made now, and what failed."""
    import json

    from annotator.errors import InputError
    from annotator.read import ReadOptions, read_articles
    from annotator.records import Annotation
    from annotator.write.folder import RECORDS

    path = Path(folder) / RECORDS
    if path.is_file():
        try:
            with path.open(encoding="utf-8") as lines:
                return [json.loads(line) for line in lines], []
        except ValueError as error:
            raise InputError(
                f"{path}: holds a line that is no JSON ({error}); annotate again with --overwrite"
            ) from error
    options.check_paths([folder])
    annotator = options.load_annotator(model, threads)
    records, failures = [], []
    for item in annotator.annotate_many(read_articles([folder], ReadOptions())):
        if isinstance(item, Annotation):
            records.append(item.to_dict())
        else:
            failures.append(f"{item.path}: {item.message}")
    return records, failures
