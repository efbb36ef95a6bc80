"""The folder of a new model while it is made: what may stand in it, a stopped run, and the move of the finished files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotator.errors import ConfigError

_NOT_COMPARED = frozenset({"versions"})


class NewModel:
    """A model folder in the making. Checkpoints lie in `checkpoints`, the files of the model in `staging` until all are whole.

    config.json, by which a folder counts as a model, is moved last.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.checkpoints = out / "checkpoints"
        self.staging = out / ".partial"
        self._run = self.checkpoints / "run.json"

    def check(self, resume: bool) -> None:
        """Raise ConfigError where the folder holds a model, files of others, or a stopped run and not `resume`."""
        if (self.out / "config.json").exists():
            raise ConfigError(f"{self.out}: holds a model already; name another folder")
        if self._run.is_file():
            if not resume:
                raise ConfigError(
                    f"{self.out}: holds a run that was stopped; go on with --resume, or remove the folder"
                )
        elif strangers := sorted(path.name for path in self.out.glob("*")):
            raise ConfigError(f"{self.out}: is not empty ({', '.join(strangers[:3])}); name a new folder")

    def open(self, record: Mapping[str, Any]) -> bool:
        """Make the folder, or go on with the run in it; whether there is one.

        Raises ConfigError where the stopped run has another record.
        """
        if self._run.is_file():
            before = json.loads(self._run.read_text(encoding="utf-8"))
            _compare(before, json.loads(json.dumps(record)), self.out)
            return True
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        partial = self._run.with_suffix(".partial")
        partial.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        partial.replace(self._run)
        return False

    def stage(self) -> Path:
        """An empty folder for the files of the model."""
        shutil.rmtree(self.staging, ignore_errors=True)
        self.staging.mkdir(parents=True)
        return self.staging

    def finish(self) -> None:
        """Move the files into place and remove what the run needed."""
        for path in sorted(self.staging.iterdir(), key=lambda path: path.name == "config.json"):
            path.replace(self.out / path.name)
        self.staging.rmdir()
        shutil.rmtree(self.checkpoints)


def _compare(before: Mapping[str, Any], now: Mapping[str, Any], out: Path) -> None:
    """Raise ConfigError that names what differs between the stopped run and this one."""
    keys = [key for key in {**before, **now} if key not in _NOT_COMPARED and before.get(key) != now.get(key)]
    changes = [
        f"{key} was {_show(before.get(key), now.get(key))}, is now {_show(now.get(key), before.get(key))}"
        for key in keys
    ]
    if changes:
        raise ConfigError(
            f"{out}: the stopped run differs: {'; '.join(changes)}; give the same command, or name a new folder"
        )


def _show(value: Any, other: Any) -> str:
    """The value, of a mapping only what differs from the other."""
    if isinstance(value, dict) and isinstance(other, dict):
        value = {key: item for key, item in value.items() if other.get(key) != item}
    return json.dumps(value, ensure_ascii=False)
