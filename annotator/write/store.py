"""One run -> one place in a store (`s3://bucket/folder`): written in a folder of this machine, put there when whole.

Stores can neither append nor rename, so what a run has annotated is put there in parts as it goes: a run that was stopped goes
on with them on any machine. run.json is the last to come and the first to go, as in a folder.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from annotator.errors import AnnotatorError, ConfigError, InputError
from annotator.stores import is_url, open_store, tell_store_errors
from annotator.write.entry import Entry
from annotator.write.folder import (
    ADMIRALTY,
    DERIVED_PREFIXES,
    FILES,
    KNOWN,
    PLAN,
    RECORDS,
    RUN,
    STAGING,
    RunWriter,
    check_folder,
)
from annotator.write.tables import Row

PART_SECONDS = 60  # of work that are lost at most when a machine is
OWNER = "owner"  # who writes there: stores know no locks


def open_writer(
    out: Path | str,
    overwrite: bool = False,
    export_admiralty: bool = False,
    settings: Mapping[str, Any] | None = None,
    resume: bool = False,
) -> RunWriter:
    """The writer for a folder or a URL."""
    kind = StoreWriter if is_url(out) else RunWriter
    return kind(out, overwrite, export_admiralty, settings, resume)


def check_out(out: Path | str, overwrite: bool = False, resume: bool = False) -> None:
    """As `check_folder`, of a folder or a URL."""
    if is_url(out):
        StoreWriter(out, overwrite, resume=resume).close()
    else:
        check_folder(out, overwrite, resume)


class StoreWriter(RunWriter):
    """A `RunWriter` whose folder is in a store. Of two runs at one place the one that began first stops."""

    def __init__(
        self,
        out: str,
        overwrite: bool = False,
        export_admiralty: bool = False,
        settings: Mapping[str, Any] | None = None,
        resume: bool = False,
    ) -> None:
        self.url = out.rstrip("/")
        self._folder = tempfile.TemporaryDirectory(prefix="annotator-")
        local = Path(self._folder.name)
        (local / STAGING).mkdir()
        with self._told():
            self._store, root = open_store(self.url)
            self._root = root.rstrip("/")
            if self._store.isfile(self._root):
                raise InputError("is a file; name a folder for the results")
            self._there = self._list()
            for name in self._there & {*FILES, f"{STAGING}/{PLAN}"}:
                (local / name).touch()  # not to be run over
            if ADMIRALTY in self._there:
                self._fetch(local, ADMIRALTY)
            super().__init__(local, overwrite, export_admiralty, settings, resume)

    def close(self) -> None:
        """Remove the folder of this machine."""
        self._folder.cleanup()

    def __enter__(self) -> Self:
        parts = sorted(name for name in self._there if name.startswith(f"{STAGING}/{KNOWN}"))
        self._parts, self._put, self._put_at, self._me = len(parts), 0, time.monotonic(), uuid.uuid4().hex
        with self._told():
            if self._resume:
                whole = (RUN, RECORDS) if RUN in self._there else ()
                self._fetch(self.out, *({f"{STAGING}/{PLAN}", *whole} & self._there), *parts)
            super().__enter__()
        try:
            with self._told():
                if not self._resume:
                    self._remove(STAGING)
                self._store.pipe_file(self._place(STAGING, OWNER), self._me.encode())
                self._store.put_file(str(self._staging / PLAN), self._place(STAGING, PLAN))
        except BaseException as error:
            super().__exit__(type(error), error, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is not None and not self._records.closed:
                with suppress(AnnotatorError):  # what is wrong has been said
                    self._put_part()
        finally:
            super().__exit__(kind, error, trace)
            self.close()

    def write_entry(self, entry: Entry) -> Row:
        """As in a folder; from time to time the records since the last time are put into the store."""
        row = super().write_entry(entry)
        if time.monotonic() - self._put_at >= PART_SECONDS:
            self._put_part()
        return row

    def finish(self, run: Mapping[str, Any]) -> None:
        """Write all files and put them into the store."""
        self._put_part()
        super().finish(run)
        with self._told():
            derived = sorted(name for name in self._list() if name.startswith(DERIVED_PREFIXES))
            for name in (RUN, ADMIRALTY, RECORDS, *derived):
                self._remove(name)
            for name in self._names:  # run.json is the last
                self._store.put_file(str(self.out / name), self._place(name))
            self._remove(STAGING)

    def _put_part(self) -> None:
        """Put the whole lines that were written since the last time."""
        end = self._records.tell()
        with self._told():
            if self._store.cat_file(self._place(STAGING, OWNER)) != self._me.encode():
                raise InputError("another run has begun here; let one of them finish")
            with (self._staging / RECORDS).open("rb") as file:
                file.seek(self._put)
                lines = file.read(end - self._put)
            if lines:
                self._store.pipe_file(self._place(STAGING, f"{KNOWN}{self._parts}.jsonl"), lines)
                self._parts += 1
        self._put, self._put_at = end, time.monotonic()

    def _fetch(self, folder: Path, *names: str) -> None:
        for name in names:
            self._store.get_file(self._place(name), str(folder / name))

    def _list(self) -> set[str]:
        """The files of the store, by their path below the URL."""
        self._store.invalidate_cache()
        return {name.removeprefix(self._root).lstrip("/") for name in self._store.find(self._root)}

    def _place(self, *names: str) -> str:
        return "/".join((self._root, *names))

    def _remove(self, name: str) -> None:
        if self._store.exists(self._place(name)):
            self._store.rm(self._place(name), recursive=True)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the store name the URL, and so do those of the folder."""
        try:
            with tell_store_errors():
                yield
        except ConfigError as error:
            raise ConfigError(str(error).replace(self._folder.name, self.url)) from error
        except InputError as error:
            raise ConfigError(f"{self.url}: {error}") from error
