"""Which files there are to read, and their bytes."""

from __future__ import annotations

import glob
import gzip
import io
import os
import shutil
import stat
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from annotator.errors import InputError
from annotator.records import Failure
from annotator.stores import is_url, open_store, tell_store_errors

KINDS = {"txt": "text", "md": "text", "html": "html", "htm": "html"} | {
    kind: kind for kind in ("json", "jsonl", "csv", "parquet", "warc")
}
SUPPORTED = " ".join(f".{suffix}" for suffix in KINDS) + ", each also with .gz, or - for standard input"
READ_ERRORS = (OSError, EOFError, zlib.error, UnicodeError)  # what reading a broken or vanished file can raise
STDIN = "-"

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read: `path` as given or found, `id` the posix path below the folder given, `kind` a value of KINDS, `size`
    in bytes as it lies there."""

    path: str
    id: str
    kind: str
    gzipped: bool = False
    size: int = 0

    @property
    def shown(self) -> str:
        """The path as it can be written."""
        return show_path(self.path)


def show_path(path: str) -> str:
    """A path as valid Unicode: file names may hold bytes that are not UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def list_inputs(paths: Iterable[str | Path], report: Report | None = None) -> Iterator[Input | Failure]:
    """The files behind files, folders (recursive, sorted), globs and `-`, in the order given.

    A path that does not exist, matches nothing, cannot be listed, or is a named file of an unknown kind is a Failure.
    Files of other kinds inside a folder, and hidden ones, are skipped; `report` is told how many.
    """
    for path in map(os.fspath, paths):
        if path == STDIN:
            yield Input(STDIN, "stdin", "stdin")
        elif is_url(path):
            yield from _list_url(path, report)
        elif os.path.lexists(path):
            yield from _list_path(path, Path(path).name, report)
        elif glob.has_magic(path):
            yield from _list_glob(path, report)
        else:
            yield Failure(show_path(path), "read", "no such file or folder; check the spelling")


def _list_url(url: str, report: Report | None) -> Iterator[Input | Failure]:
    """The files behind a URL: a file, a folder or a glob of a store."""
    try:
        store, path = open_store(url)
        with tell_store_errors():
            store.invalidate_cache()
            root = path.rstrip("/")
            if glob.has_magic(path):
                root = _find_fixed_root(path).as_posix()
                found = {
                    name: about for name, about in store.glob(path, detail=True).items() if about["type"] == "file"
                }
                if not found:
                    raise InputError("no file matches this pattern")
            elif store.isfile(path):
                root, found = root.rpartition("/")[0], {path: store.info(path)}
            else:
                found = store.find(path, detail=True)
                if not found:
                    raise FileNotFoundError
    except InputError as error:
        yield Failure(url, "read", str(error))
        return
    skipped: Counter[str] = Counter()
    for name in sorted(found, key=lambda name: name.split("/")):  # the order in which folders are walked
        below = name.removeprefix(root).lstrip("/")
        if any(part.startswith(".") for part in below.split("/")):
            skipped["hidden"] += 1
        elif item := make_input(store.unstrip_protocol(name), below, found[name].get("size") or 0):
            yield item
        elif [*found] == [path]:
            yield Failure(url, "read", f"unknown kind of file; supported: {SUPPORTED}")
        else:
            skipped[Path(name).suffix.lower() or "no suffix"] += 1
    _report_skipped(url, skipped, report)


def _list_glob(pattern: str, report: Report | None) -> Iterator[Input | Failure]:
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - Path.glob refuses absolute patterns
    if not found:
        yield Failure(show_path(pattern), "read", "no file matches this pattern")
    for path in found:
        if "**" in pattern and Path(path).is_dir():
            continue  # the pattern lists what lies in it as well
        yield from _list_path(path, str(Path(path).relative_to(_find_fixed_root(pattern))), report)


def _find_fixed_root(pattern: str) -> Path:
    """The folders of a pattern before its first wildcard."""
    parts = Path(pattern).parts
    first = next(i for i, part in enumerate(parts) if glob.has_magic(part))
    return Path(*parts[:first])


def _list_path(path: str, name: str, report: Report | None) -> Iterator[Input | Failure]:
    if Path(path).is_dir():
        skipped: Counter[str] = Counter()
        yield from _walk_folder(Path(path), "", set(), skipped)
        _report_skipped(path, skipped, report)
    elif item := make_input(path, name):
        yield item
    else:
        yield Failure(show_path(path), "read", f"unknown kind of file; supported: {SUPPORTED}")


def _report_skipped(path: str, skipped: Counter[str], report: Report | None) -> None:
    if skipped and report:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(skipped.items()))
        report(f"{show_path(path)}: skipped {skipped.total()} (kind and number: {show_path(kinds)})")


def _walk_folder(folder: Path, prefix: str, seen: set[str], skipped: Counter[str]) -> Iterator[Input | Failure]:
    """Files below a folder in sorted order. Each real folder is entered once, so that links to a parent end."""
    real = os.path.realpath(folder)
    if real in seen:
        skipped["folder seen before"] += 1
        return
    seen.add(real)
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield Failure(show_path(str(folder)), "read", f"cannot list the folder: {error.strerror}")
        return
    for entry in entries:
        if entry.name.startswith("."):
            skipped["hidden"] += 1
        elif entry.is_dir():
            yield from _walk_folder(entry, f"{prefix}{entry.name}/", seen, skipped)
        elif item := make_input(str(entry), prefix + entry.name):
            yield item
        else:
            skipped[entry.suffix.lower() or "no suffix"] += 1


def make_input(path: str, name: str, size: int | None = None) -> Input | None:
    """The Input for a file, None where its suffix is not supported. Its size is looked up where it is not given."""
    file = Path(path)
    gzipped = file.suffix.lower() == ".gz"
    kind = KINDS.get((file.with_suffix("") if gzipped else file).suffix.lower().lstrip("."))
    if kind is None:
        return None
    if size is None:
        try:
            size = file.stat().st_size
        except OSError:  # it will be told when it is read
            size = 0
    return Input(path, show_path(Path(name).as_posix()), kind, gzipped, size)


def open_input(item: Input) -> BinaryIO:
    """Open the unpacked bytes of a file. Raises InputError for what is no regular file: a pipe would block."""
    if is_url(item.path):
        store, place = open_store(item.path)
        with tell_store_errors():
            stream = store.open(place, "rb")
        return gzip.open(stream, "rb") if item.gzipped else io.BufferedReader(stream)
    path = Path(item.path)
    if not stat.S_ISREG(path.stat().st_mode):
        raise InputError("not a regular file; pipe it in with -")
    return gzip.open(path, "rb") if item.gzipped else path.open("rb")


def read_bytes(item: Input, limit: int) -> bytes:
    """All bytes of a file, unpacked. Raises InputError beyond `limit` bytes, and unpacks no further."""
    with open_input(item) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise InputError(describe_excess(limit))
    return data


def describe_excess(limit: int) -> str:
    """The message for something larger than `limit` bytes."""
    return f"larger than the limit of {limit:,} bytes; raise max_bytes or split it"


def copy_limited(stream: BinaryIO, limit: int) -> BinaryIO:
    """Copy a stream that cannot seek to a temporary file. Raises InputError beyond `limit` bytes."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        shutil.copyfileobj(_Limited(stream, limit), copy)
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy


class _Limited:
    """Reads from a stream and raises InputError once more than `limit` bytes came."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self.stream, self.left, self.limit = stream, limit, limit

    def read(self, size: int) -> bytes:
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise InputError(describe_excess(self.limit))
        return data
