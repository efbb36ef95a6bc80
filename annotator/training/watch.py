"""What goes on around the steps of a run: progress, checkpoints by the clock, a clean stop at an interrupt."""

from __future__ import annotations

import json
import shutil
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

_SECONDS_BETWEEN_SAVES = 120.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class TrainProgress:
    """How far a run is. `loss` and `macro_f1` (validation) are None until they are known."""

    step: int
    steps: int
    loss: float | None
    macro_f1: float | None
    seconds_left: float | None


class Watch(TrainerCallback):
    """Tells `report` of every step, with the time left at the pace so far."""

    def __init__(self, report: Callable[[TrainProgress], None]) -> None:
        self._report = report
        self._loss: float | None = None
        self._macro_f1: float | None = None

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._begun, self._first = time.monotonic(), state.global_step
        self._tell(state)

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._tell(state)

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, logs: dict, **_: Any
    ) -> None:
        self._loss = logs.get("loss", self._loss)
        self._macro_f1 = logs.get("eval_macro_f1", self._macro_f1)
        self._tell(state)

    def _tell(self, state: TrainerState) -> None:
        done, left = state.global_step - self._first, state.max_steps - state.global_step
        seconds = (time.monotonic() - self._begun) / done * left if done else None
        self._report(TrainProgress(state.global_step, state.max_steps, self._loss, self._macro_f1, seconds))


class Keeper(TrainerCallback):
    """Saves a checkpoint every two minutes, and at an interrupt before the run ends; a second interrupt ends it at once."""

    def __init__(self) -> None:
        self.interrupted = False
        self._saved = time.monotonic()
        self._before: dict[int, Any] = {}

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._saved = time.monotonic()
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._interrupt) for number in _SIGNALS}

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        if self.interrupted:
            control.should_save = control.should_training_stop = True
        elif time.monotonic() - self._saved > _SECONDS_BETWEEN_SAVES:
            control.should_save = True

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._saved = time.monotonic()

    def release(self) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self.release()
        self.interrupted = True


def find_checkpoint(work: Path) -> Path | None:
    """The last whole checkpoint in a folder; later ones, cut off while they were written, are removed."""
    folders = sorted(work.glob("checkpoint-*"), key=lambda folder: -int(folder.name.rpartition("-")[2]))
    for folder in folders:
        try:
            json.loads((folder / "trainer_state.json").read_text(encoding="utf-8"))  # the file that is written last
        except (OSError, ValueError):
            shutil.rmtree(folder)
        else:
            return folder
    return None
