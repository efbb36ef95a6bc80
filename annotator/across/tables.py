"""Results over a whole run -> Parquet and CSV beside its files, each under a temporary name until it is whole."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from annotator.errors import ConfigError
from annotator.write import STAGING, guard_cell

Columns = tuple[tuple[str, str], ...]  # name, and Arrow alias or "list" for a list of texts


def write_result(rows: Sequence[dict[str, Any]], columns: Columns, out: Path | str, name: str) -> tuple[Path, Path]:
    """Write `name`.parquet and `name`.csv into `out`, in place of older ones. Lists are JSON in the CSV file.

    Raises ConfigError if `out` cannot be written to.
    """
    import pyarrow
    from pyarrow import parquet

    kinds = {"list": pyarrow.list_(pyarrow.string())}
    schema = pyarrow.schema([(key, kinds.get(kind) or pyarrow.type_for_alias(kind)) for key, kind in columns])
    places = Path(out) / f"{name}.parquet", Path(out) / f"{name}.csv"
    try:
        with tempfile.TemporaryDirectory(prefix=f"{STAGING}-", dir=out) as staging:
            drafts = [Path(staging) / place.name for place in places]
            parquet.write_table(pyarrow.Table.from_pylist(list(rows), schema=schema), drafts[0], compression="zstd")
            with drafts[1].open("w", encoding="utf-8", newline="") as text:
                writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
                writer.writerow([key for key, _ in columns])
                writer.writerows([_write_cell(row[key]) for key, _ in columns] for row in rows)
            for draft, place in zip(drafts, places, strict=True):
                draft.replace(place)
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written to ({error}); copy the run to a folder of your own") from error
    return places


def _write_cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else guard_cell(value)
