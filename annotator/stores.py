"""Places outside this machine's folders: `s3://`, `gs://`, `memory://` and whatever else fsspec opens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from annotator.errors import AnnotatorError, InputError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_url(path: object) -> bool:
    """Whether a path names a place in a store: `s3://bucket/folder`."""
    return isinstance(path, str) and bool(_URL.match(path))


def open_store(url: str) -> tuple[AbstractFileSystem, str]:
    """The file system of a URL, and the path in it. Raises InputError where there is no access to such a store."""
    import fsspec

    options = {"auto_mkdir": True} if url.lower().startswith(("file:", "local:")) else {}
    with tell_store_errors():
        return fsspec.core.url_to_fs(url, **options)


def spell_url(url: str) -> str:
    """A URL as the store itself writes it, without a slash at the end. Raises as `open_store` does."""
    store, path = open_store(url)
    return store.unstrip_protocol(path).rstrip("/")


@contextmanager
def tell_store_errors() -> Iterator[None]:
    """Whatever a store raises becomes an InputError: each has errors of its own, those of its network and its keys among them."""
    try:
        yield
    except (AnnotatorError, BrokenExecutor):
        raise
    except FileNotFoundError as error:
        raise InputError("no such file or folder; check the spelling") from error
    except ImportError as error:
        raise InputError(f"{error}; for s3:// that is: pip install 'claim-annotator[s3]'") from error
    except Exception as error:
        words = str(error) or type(error).__name__
        raise InputError(f"cannot be reached ({words}); check address, keys and connection") from error
