"""Annotations -> files: JSON Lines exactly as schema.json says, and the same content flattened to Parquet and CSV."""

from annotator.write.entry import Entry, guard_cell, make_entries, make_entry
from annotator.write.folder import (
    ACROSS_PREFIXES,
    ADMIRALTY,
    FILES,
    STAGING,
    RunWriter,
    check_folder,
)
from annotator.write.store import check_out, open_writer
from annotator.write.tables import INDICATORS, SHARES

__all__ = [
    "ACROSS_PREFIXES",
    "ADMIRALTY",
    "FILES",
    "INDICATORS",
    "SHARES",
    "STAGING",
    "Entry",
    "RunWriter",
    "check_folder",
    "check_out",
    "guard_cell",
    "make_entries",
    "make_entry",
    "open_writer",
]
