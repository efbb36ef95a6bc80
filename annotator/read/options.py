"""What the reader may be told."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.errors import ConfigError

CONTAINER_FACTOR = 50  # a JSON file, a gzipped Parquet file and standard input may be this many times `max_bytes`
LINE_FACTOR = 8  # a line of JSONL or CSV: other fields, and JSON escapes of six bytes a character


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How articles are read.

    The `*_field` options name the columns of JSON, JSONL, CSV and Parquet; None means guess and report the guess.
    `max_bytes` is the largest article text, and the largest `.txt`, `.md` or `.html` file, in bytes after unpacking.
    `languages` are the ISO 639-1 codes let through; None lets every language through.
    """

    text_field: str | None = None
    title_field: str | None = None
    id_field: str | None = None
    outlet_field: str | None = None
    url_field: str | None = None
    date_field: str | None = None
    max_bytes: int = 10_000_000
    languages: tuple[str, ...] | None = ("en",)

    def __post_init__(self) -> None:
        if self.max_bytes < 1:
            raise ConfigError(f"max_bytes is {self.max_bytes}; give a number of bytes above 0")

    @property
    def container_bytes(self) -> int:
        """Largest file, in bytes, that has to be unpacked or parsed as a whole."""
        return self.max_bytes * CONTAINER_FACTOR

    @property
    def line_bytes(self) -> int:
        """Longest line of JSONL or CSV in bytes."""
        return self.max_bytes * LINE_FACTOR
