"""`labels.jsonl`: one line of labelled data for each decision, appended and forced to disk before it counts.

The last line of an article holds. A line that a crash cut off is put aside when the file is opened again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotator.errors import ConfigError, InputError
from annotator.labelled import LabelledArticle, labelled_to_dict, parse_labelled
from annotator.write.entry import encode_line

TORN = ".torn"  # ending of the file beside the log that takes what a crash cut off


class LabelLog:
    """The open log of one coder; a context manager. Nobody else can write to it meanwhile.

    `torn` is the number of bytes put aside on opening. Raises ConfigError where the file cannot be written or another
    process holds it, InputError where it is no log of labelled articles.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.torn = 0
        self._places: dict[str, tuple[int, int]] = {}  # id -> start and length of its last line
        try:
            is_new = not self.path.exists()
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            if is_new:
                _sync_folder(self.path.parent)
        except OSError as error:
            raise ConfigError(f"{self.path}: cannot be written to ({error.strerror}); name another file") from error
        try:
            self._lock()
            self._index()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> LabelLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._file)

    def __contains__(self, identity: str) -> bool:
        return identity in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def read(self, identity: str) -> LabelledArticle:
        """The labelled article as the last decision left it."""
        start, length = self._places[identity]
        return parse_labelled(os.pread(self._file, length, start), f"{self.path}, article {identity}")

    def append(self, article: LabelledArticle) -> None:
        """Write one line and wait until the disk has it. Raises OSError, and leaves no part of the line, if it cannot."""
        line = encode_line(labelled_to_dict(article))
        start = os.fstat(self._file).st_size
        try:
            written = 0
            while written < len(line):
                written += os.write(self._file, line[written:])
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, start)
            raise
        self._places[article.id] = (start, len(line))

    def _lock(self) -> None:
        import fcntl

        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConfigError(
                f"{self.path}: another review is writing to it; stop that one or name another file"
            ) from error

    def _index(self) -> None:
        """Find the last line of each article; the file is read line by line."""
        start = number = 0
        line = b""
        with os.fdopen(os.dup(self._file), "rb") as lines:
            lines.seek(0)
            for number, line in enumerate(lines, 1):
                try:
                    if line.strip():
                        self._places[_read_id(line)] = (start, len(line))
                except (ValueError, KeyError, TypeError) as error:
                    if line.endswith(b"\n"):
                        raise InputError(
                            f"{self.path}:{number}: not a labelled article; name a file written by annotator review"
                        ) from error
                    return self._put_aside(start, line)
                start += len(line)
        if line and not line.endswith(b"\n"):
            os.write(self._file, b"\n")

    def _put_aside(self, start: int, line: bytes) -> None:
        with self.path.with_name(self.path.name + TORN).open("ab") as torn:
            torn.write(line + b"\n")
        os.ftruncate(self._file, start)
        self.torn = len(line)


def _read_id(line: bytes) -> str:
    row: Any = json.loads(line)
    row["text"], row["sentences"]
    return str(row["id"])


def _sync_folder(folder: Path) -> None:
    """A new name is on disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
