"""The numbers of the grade: read from TOML, checked, frozen."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from annotator.errors import ConfigError
from annotator.labels import BANDS, NOT_GRADABLE

SCALE_END = 10  # T is an integer from 0 to 10 (rubric R1)

_POSITION_PAIRS = (("role", "affiliation"), ("specific_body", "unit_or_function"), ("issuer", "edition"))


@dataclass(frozen=True, slots=True)
class Rubric:
    """Weights, caps, bands and thresholds, one read-only mapping per table of the TOML file.

    `sha256` is the hash of the file they came from.
    """

    identity: Mapping[str, int]
    position: Mapping[str, int]
    access: Mapping[str, int]
    record: Mapping[str, int]
    caps: Mapping[str, int]
    bands: Mapping[str, int]
    claims: Mapping[str, int]
    profile: Mapping[str, float]
    sha256: str

    def find_band(self, score: int | None) -> str:
        """Band of a score from 0 to 10; `not_gradable` for None (rubric R1)."""
        if score is None:
            return NOT_GRADABLE
        return max((band for band, least in self.bands.items() if score >= least), key=BANDS.index, default=BANDS[0])


_TABLES = tuple(item.name for item in fields(Rubric) if item.name != "sha256")
_WEIGHTS = ("identity", "position", "access", "record", "caps")


def load_rubric(path: str | Path | None = None) -> Rubric:
    """Read a rubric, by default the one that ships with the package.

    A file must hold exactly the tables and keys of `annotator/rubric.toml`. Raises ConfigError where it cannot be read,
    has an unknown, missing or wrong value, or could give more than 10 points.
    """
    shipped = resources.files("annotator").joinpath("rubric.toml").read_bytes()
    template = tomllib.loads(shipped.decode("utf-8"))
    if path is None:
        return _make_rubric(template, shipped)
    try:
        content = Path(path).read_bytes()
        tables = tomllib.loads(content.decode("utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror}); give --rubric the path of a TOML file"
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML ({error}); start from a copy of annotator/rubric.toml") from error
    _check_keys(tables, template, f"{path}")
    for name in template:
        if not isinstance(tables[name], dict):
            raise ConfigError(f"{path}: {name} is not a table; write it as [{name}]")
        _check_keys(tables[name], template[name], f"{path}: [{name}]")
        for key, example in template[name].items():
            _check_value(tables[name][key], example, f"{path}: [{name}] {key}")
    _check_limits(tables, f"{path}")
    return _make_rubric(tables, content)


def vary_weights(rubric: Rubric) -> Iterator[tuple[str, int, Rubric]]:
    """Yield (weight, change, rubric) for every weight and cap moved up and down by one, none below 0 (rubric R1)."""
    for table in _WEIGHTS:
        weights = getattr(rubric, table)
        for key, value in weights.items():
            for change in (-1, 1):
                if value + change >= 0:
                    moved = MappingProxyType({**weights, key: value + change})
                    yield f"{table}.{key}", change, replace(rubric, **{table: moved})


def _make_rubric(tables: dict[str, dict[str, Any]], content: bytes) -> Rubric:
    frozen = {name: MappingProxyType(dict(tables[name])) for name in _TABLES}
    return Rubric(**frozen, sha256=hashlib.sha256(content).hexdigest())


def _check_keys(found: dict[str, Any], expected: dict[str, Any], place: str) -> None:
    unknown, missing = sorted(found.keys() - expected.keys()), sorted(expected.keys() - found.keys())
    if unknown:
        raise ConfigError(f"{place}: unknown {', '.join(unknown)}; remove it or choose from {', '.join(expected)}")
    if missing:
        raise ConfigError(f"{place}: {', '.join(missing)} missing; copy it from annotator/rubric.toml")


def _check_value(value: Any, example: float, place: str) -> None:
    """A whole number from 0 up where the shipped file has one, a share between 0 and 1 where it has a fraction."""
    if isinstance(example, int):
        if type(value) is not int or value < 0:
            raise ConfigError(f"{place} is {value!r}; give a whole number, 0 or more")
    elif type(value) not in (int, float) or not 0 < value < 1:
        raise ConfigError(f"{place} is {value!r}; give a number between 0 and 1")


def _check_limits(tables: dict[str, dict[str, Any]], place: str) -> None:
    position = tables["position"]
    parts = [max(tables[name].values()) for name in ("identity", "access", "record")]
    most = sum(parts) + max(position[first] + position[second] for first, second in _POSITION_PAIRS)
    if most > SCALE_END:
        raise ConfigError(
            f"{place}: a source could earn {most} points; lower the weights so that the best source gets {SCALE_END}"
        )
    if tables["record"]["occasion"] < max(tables["record"].values()):
        raise ConfigError(
            f"{place}: [record] occasion is not the highest; raise it, so that no stated occasion costs points"
        )
    least = [tables["bands"][band] for band in BANDS[1:]]
    if least[0] < 1 or least[-1] > SCALE_END or sorted(set(least)) != least:
        raise ConfigError(
            f"{place}: [bands] {least}; give rising scores from 1 to {SCALE_END} for {', '.join(BANDS[1:])}"
        )
