"""What a stopped or an earlier run has annotated already, found again by its article (id, text and all else known of it)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from annotator.records import SCHEMA, Article, Failure, ModelInfo
from annotator.restore import restore_annotation
from annotator.write import Entry, make_entry

Places = dict[bytes, tuple[IO[bytes], int]]  # where in which file the record of an article begins


class Journal:
    """The records of some files by article; a context manager. Holds places in the files, not the records.

    The records of a `finished` run serve article by article. Those of a `stopped` run serve only where they hold all that is
    left of a chunk: the others of a chunk change the last digits of a score, and a run that goes on has to give what it
    would have given.
    """

    def __init__(self, stopped: Sequence[Path], finished: Path | None, model: ModelInfo) -> None:
        self._paths = stopped, finished
        self._model = model.to_dict()
        self._stopped: Places = {}
        self._finished: Places = {}

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        for path in self._paths[0]:
            self._stopped |= self._index(path)
        if self._paths[1]:
            self._finished = self._index(self._paths[1])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def look_up(self, chunk: Sequence[Article | Failure]) -> list[Entry | Failure | None]:
        """What is known of each article of a chunk, None where it is to be annotated. Failures of reading stay what they are."""
        known = [item if isinstance(item, Failure) else _read(self._finished, item) for item in chunk]
        left = [None if result else _read(self._stopped, item) for item, result in zip(chunk, known, strict=True)]
        if all(result or other for result, other in zip(known, left, strict=True)):
            return [result or other for result, other in zip(known, left, strict=True)]
        return known

    def _index(self, path: Path) -> Places:
        places: Places = {}
        file = self._stack.enter_context(path.open("rb"))
        at = 0
        for line in file:
            record = _parse(line)
            if record and record.get("model") == self._model and record.get("schema") == SCHEMA:
                places[_key(record["article"])] = file, at
            at += len(line)
        return places


def _read(places: Places, article: Article) -> Entry | None:
    found = places.get(_key(article.to_dict())) if places else None
    if found is None:
        return None
    file, at = found
    file.seek(at)
    return make_entry(restore_annotation(json.loads(file.readline())))


def _key(article: Mapping[str, Any]) -> bytes:
    """Hash of all that is known of an article, its text among it."""
    return hashlib.sha256(json.dumps(article, sort_keys=True).encode()).digest()[:16]


def _parse(line: bytes) -> dict[str, Any] | None:
    """The record of a line; None for the last one of a run that was killed while it wrote."""
    try:
        return json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
