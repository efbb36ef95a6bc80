"""Annotations -> files: JSON Lines exactly as schema.json says, and the same content flattened to Parquet and CSV."""

from annotator.write.folder import FILES, STAGING_PREFIX, RunWriter, check_folder
from annotator.write.tables import INDICATORS, SHARES

__all__ = ["FILES", "INDICATORS", "SHARES", "STAGING_PREFIX", "RunWriter", "check_folder"]
