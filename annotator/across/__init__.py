"""Across a folder: what the results of one run say together. DuckDB joins and counts over its Parquet files."""

from annotator.across.groups import GroupBy
from annotator.across.profile import profile_run
from annotator.across.run import open_run
from annotator.across.sources import collect_sources
from annotator.across.trace import trace_indicator

__all__ = ["GroupBy", "collect_sources", "open_run", "profile_run", "trace_indicator"]
