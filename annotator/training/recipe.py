"""What a run does where the user does not say: by the kind of base and the number of labelled sentences."""

from __future__ import annotations

from dataclasses import replace

from annotator.training.loop import TrainConfig


def choose_config(
    is_model: bool,
    sentences: int,
    *,
    epochs: int | None = None,
    learning_rate: float | None = None,
    distill: float | None = None,
    keep: float | None = None,
    augment: bool | None = None,
    seed: int = 1,
) -> TrainConfig:
    """Options of a run on so many labelled sentences from a trained model (`is_model`) or from a bare encoder.

    Chosen by measuring: models/README.md.
    """
    config = TrainConfig(seed=seed)
    if is_model:
        config = replace(config, epochs=6, learning_rate=1e-4, warmup=0.1, distill=1.0, patience=5)
    given = {"epochs": epochs, "learning_rate": learning_rate, "distill": distill, "keep": keep, "augment": augment}
    return replace(config, **{name: value for name, value in given.items() if value is not None})
