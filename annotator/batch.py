"""One run: read, set repeats aside, annotate, write. Whatever goes wrong with an article ends in the results."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.ahead import do_now, keep_order
from annotator.chunks import chunk_articles
from annotator.engines import LocalEngine
from annotator.errors import InputError
from annotator.journal import Journal
from annotator.labels import LABELS
from annotator.limits import LIMITS
from annotator.records import SCHEMA, Article, Failure, ModelInfo
from annotator.stores import is_url, spell_url
from annotator.write import ACROSS_PREFIXES, ADMIRALTY, FILES, STAGING, open_writer

if TYPE_CHECKING:
    from annotator.engines import Engine
    from annotator.grade import Rubric
    from annotator.pipeline import Annotator
    from annotator.read import ReadOptions
    from annotator.write import Entry, RunWriter

DISTRIBUTION = "claim-annotator"
REASONS_KEPT = 5
NOTES_KEPT = 100
PAGES_AHEAD = 16  # being read for each chunk under way


@dataclass(frozen=True)
class Described:
    """Model and rubric of a run whose engine holds the annotators."""

    info: ModelInfo
    rubric: Rubric
    precision: str


@dataclass
class RunReport:
    """What a run did. `articles` counts annotated texts, `duplicates` articles whose text had been annotated already.

    `reasons` holds the first failures, `notes` what the reader had to guess (`notes_omitted` more are not kept).
    """

    out: Path | str
    articles: int = 0
    duplicates: int = 0
    failures: int = 0
    sentences: int = 0
    claims: int = 0
    sources: int = 0
    labels: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(LABELS, 0)))
    seconds: float = 0.0
    reasons: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    notes_omitted: int = 0

    def add_article(self, row: Mapping[str, Any]) -> None:
        """Count one annotated article by its row of the summary."""
        self.articles += 1
        self.sentences += row["sentences"]
        self.claims += row["claims"]
        self.sources += row["sources"]
        self.labels.update({label: row[f"n_{label}"] for label in LABELS})

    def add_failure(self, failure: Failure) -> None:
        """Count one failure."""
        self.failures += 1
        if len(self.reasons) < REASONS_KEPT:
            self.reasons.append(failure)

    def add_note(self, note: str) -> None:
        """Keep a remark of the reader, each wording once."""
        if note in self.notes:
            return
        if len(self.notes) < NOTES_KEPT:
            self.notes.append(note)
        else:
            self.notes_omitted += 1


def annotate_paths(
    annotator: Annotator | Described,
    paths: Sequence[str],
    out: Path | str,
    options: ReadOptions,
    *,
    overwrite: bool = False,
    resume: bool = False,
    export_admiralty: bool = False,
    engine: Engine | None = None,
    progress: Callable[[int, int, float | None], None] | None = None,
) -> RunReport:
    """Annotate all articles under `paths`, which may be URLs, into the folder or URL `out` and say what was done.

    An article whose text was met before is not annotated again: it gets a row of its own in the summary, with the
    figures of the first and its id in `duplicate_of`; if the first failed, it is reported as failed too. `progress` is
    called with the numbers of articles dealt with and failed so far, and the part of the input read for them (None: not
    known). `export_admiralty` adds admiralty.csv (rubric R5).
    Memory does not grow with the number of articles.

    With `resume` what a stopped run has annotated is taken from it, and the result is the same as without the stop; from
    an earlier run in `out` that was finished everything that has not changed is taken. `engine` annotates, this process where
    none is given; of `annotator` then only model and rubric are asked.

    Raises ConfigError if `out` cannot be used and InputError if there is nothing to read.
    """
    from annotator.read import Meter, read_articles

    report = RunReport(out if is_url(out) else Path(out))
    started, clock = datetime.now(UTC), time.monotonic()
    settings = _describe_settings(annotator)
    with (
        open_writer(out, overwrite, export_admiralty, settings, resume) as writer,
        closing(_Register()) as register,
        Journal(writer.stopped, writer.finished, annotator.info) as journal,
        engine or LocalEngine(annotator) as workers,
    ):
        meter = Meter(paths)
        articles = read_articles(paths, options, report.add_note, workers.work, PAGES_AHEAD * workers.ahead, meter)
        found = _skip_results(articles, report.out)
        for done, _ in enumerate(_annotate_new(workers, journal, found, register, writer, report), 1):
            if progress:
                progress(done, report.failures, meter.share)
        _write_repeats(register, writer, report)
        if not report.articles + report.failures:
            raise InputError(f"{', '.join(paths)}: nothing to annotate; name files or folders that hold articles")
        report.seconds = time.monotonic() - clock
        writer.finish(_describe_run(report, annotator, paths, options, overwrite, started))
    return report


def find_version(distribution: str) -> str | None:
    """Version of an installed distribution, None where it is not installed. Imports nothing."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _annotate_new(
    engine: Engine,
    journal: Journal,
    items: Iterable[Article | Failure],
    register: _Register,
    writer: RunWriter,
    report: RunReport,
) -> Iterator[None]:
    """Annotate and write every text once; yields after each."""
    new = (item for item in items if isinstance(item, Failure) or register.add_article(item))
    for item, result in _annotate_chunks(engine, journal, chunk_articles(new)):
        if isinstance(result, Failure):
            writer.write_failure(result)
            report.add_failure(result)
            outcome = result.to_dict()
        else:
            outcome = writer.write_entry(result)
            report.add_article(outcome)
        if isinstance(item, Article):
            register.add_outcome(item, outcome, failed=isinstance(result, Failure))
        yield


def _annotate_chunks(
    engine: Engine, journal: Journal, chunks: Iterable[Sequence[Article | Failure]]
) -> Iterator[tuple[Article | Failure, Entry | Failure]]:
    """Every article with its result, in order; of each chunk only what is not known is annotated."""

    def begin(
        chunk: Sequence[Article | Failure],
    ) -> tuple[Sequence[Article | Failure], list[Entry | Failure | None], Future]:
        known = journal.look_up(chunk)
        missing = [item for item, result in zip(chunk, known, strict=True) if result is None]
        return chunk, known, engine.submit(missing) if missing else do_now(list)

    for chunk, known, made in keep_order(map(begin, chunks), engine.ahead - 1, lambda begun: begun[2].done()):
        results = iter(made.result())
        for item, result in zip(chunk, known, strict=True):
            found = next(results, None) if result is None else result
            if found is None:
                raise RuntimeError(f"the annotator gave no result for {item.path or item}")
            yield item, found


def _write_repeats(register: _Register, writer: RunWriter, report: RunReport) -> None:
    for own, outcome, failed in register.find_repeats():
        if failed:
            failure = Failure(own["path"] or own["id"], outcome["stage"], outcome["message"])
            writer.write_failure(failure)
            report.add_failure(failure)
        else:
            writer.write_summary(outcome | own | {"duplicate_of": outcome["id"]})
            report.duplicates += 1


class _Register:
    """Which texts were met and what came of them, in a private file of SQLite's, so that memory stays flat.

    Values are kept as JSON in ASCII, since SQLite takes no lone surrogates.
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute("CREATE TABLE texts (sha256 TEXT PRIMARY KEY, outcome TEXT, failed INTEGER) WITHOUT ROWID")
        self._base.execute("CREATE TABLE repeats (sha256 TEXT, own TEXT)")

    def close(self) -> None:
        self._base.close()

    def add_article(self, article: Article) -> bool:
        """Whether the text is new; if it is not, the article is kept as a repeat."""
        cursor = self._base.execute("INSERT OR IGNORE INTO texts (sha256) VALUES (?)", (article.sha256,))
        if cursor.rowcount:
            return True
        own = {key: getattr(article, key) for key in ("id", "path", "outlet", "published", "title")}
        self._base.execute("INSERT INTO repeats VALUES (?, ?)", (article.sha256, json.dumps(own)))
        return False

    def add_outcome(self, article: Article, outcome: Mapping[str, Any], failed: bool) -> None:
        """Keep the summary row, or the failure, of a text."""
        values = (json.dumps(outcome), failed, article.sha256)
        self._base.execute("UPDATE texts SET outcome = ?, failed = ? WHERE sha256 = ?", values)

    def find_repeats(self) -> Iterator[tuple[dict[str, Any], dict[str, Any], bool]]:
        """Each repeat in the order of reading, with the outcome of its text and whether that is a failure."""
        query = "SELECT own, outcome, failed FROM repeats JOIN texts USING (sha256) ORDER BY repeats.rowid"
        for own, outcome, failed in self._base.execute(query):
            yield json.loads(own), json.loads(outcome), bool(failed)


def _skip_results(items: Iterable[Article | Failure], out: Path | str) -> Iterator[Article | Failure]:
    """Leave out what was read from the results themselves, where `out` lies inside a folder that is read."""
    root = f"{spell_url(out)}/" if isinstance(out, str) else os.path.realpath(out) + os.sep
    for item in items:
        place = item.path or ""
        if place and not is_url(place):
            place = os.path.realpath(place)
        if not (place.startswith(root) and _is_result(place.removeprefix(root))):
            yield item


def _is_result(place: str) -> bool:
    """Whether a place relative to `out` is one of a run's own files, or a record in one (`summary.csv:3`)."""
    return place.startswith((STAGING, *ACROSS_PREFIXES)) or any(
        place == name or place.startswith((f"{name}:", f"{name}#")) for name in (*FILES, ADMIRALTY)
    )


def _describe_settings(annotator: Annotator | Described) -> dict[str, Any]:
    """What has to be the same where results of another run are taken over."""
    model, rubric = annotator.info.to_dict(), {"sha256": annotator.rubric.sha256}
    return {
        "schema": SCHEMA,
        "version": find_version(DISTRIBUTION),
        "model": model,
        "precision": annotator.precision,
        "rubric": rubric,
    }


def _describe_run(
    report: RunReport,
    annotator: Annotator | Described,
    paths: Sequence[str],
    options: ReadOptions,
    overwrite: bool,
    started: datetime,
) -> dict[str, Any]:
    """The content of run.json."""
    counts = ("articles", "duplicates", "failures", "sentences", "claims", "sources")
    read = {
        key: sorted(value) if isinstance(value, (set, frozenset)) else value for key, value in asdict(options).items()
    }
    return {
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(report.seconds, 3),
        "articles_per_second": round(report.articles / report.seconds, 3) if report.seconds else None,
        "versions": {"python": platform.python_version(), "annotator": find_version(DISTRIBUTION)}
        | {name: find_version(name) for name in ("onnxruntime", "torch", "transformers")},
        **_describe_settings(annotator),
        "limits": list(LIMITS),
        "options": {"paths": list(paths), "out": str(report.out), "overwrite": overwrite, "read": read},
        "counts": {key: getattr(report, key) for key in counts} | {"labels": dict(report.labels)},
        "notes": report.notes,
        "notes_omitted": report.notes_omitted,
    }
