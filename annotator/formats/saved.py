"""A folder that `datasets` wrote with save_to_disk: rows of any of the formats made of rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotator.errors import InputError
from annotator.formats.rows import Row

NAME = "datasets folder"
_ONE, _MANY = ("state.json", "dataset_info.json"), "dataset_dict.json"


def matches(path: Path) -> bool:
    """Whether a folder holds a Dataset or a DatasetDict."""
    return (path / _MANY).is_file() or all((path / name).is_file() for name in _ONE)


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of all splits; labels that are numbers become their names. Raises InputError for a broken folder."""
    import datasets

    try:
        found = datasets.load_from_disk(str(path))
        splits = found if isinstance(found, datasets.DatasetDict) else {"": found}
        for split, rows in splits.items():
            place = str(path / split) if split else str(path)
            for number, row in enumerate(rows, 1):
                yield Row(place, number, number, {key: _name(rows.features[key], row[key]) for key in row})
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{path}: datasets cannot read this folder ({error}); save it again with save_to_disk"
        ) from error


def _name(feature: Any, value: Any) -> Any:
    """A value with class numbers as names, at any depth, and objects in lists where they were saved as lists in an object."""
    if value is None:
        return None
    if hasattr(feature, "int2str"):
        return feature.int2str(value) if value >= 0 else None  # -1: without a label
    if hasattr(feature, "feature"):
        return [_name(feature.feature, item) for item in value]
    if isinstance(feature, dict):
        named = {key: _name(feature[key], item) for key, item in value.items()}
        if named and all(isinstance(item, list) for item in named.values()):
            return [dict(zip(named, items, strict=True)) for items in zip(*named.values(), strict=True)]
        return named
    return value
