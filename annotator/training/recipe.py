"""What a run does where the user does not say: by the kind of base and the number of labelled sentences."""

from __future__ import annotations

from dataclasses import replace

from annotator.training.loop import TrainConfig

_KEPT = 0.5  # of the base's weights: loses least of its old skills at the same gain
_PATIENCE = 5  # evaluations
_MANY = 2000  # labelled sentences from which the whole network is trained, and all epochs are run
_FROZEN = 0.5  # of the layers on fewer: a third of the time at the same figures


def choose_config(
    is_model: bool,
    sentences: int,
    *,
    epochs: int | None = None,
    learning_rate: float | None = None,
    distill: float | None = None,
    keep: float | None = None,
    augment: bool | None = None,
    layers: int = 0,
    own_labels: tuple[str, ...] = (),
    seed: int = 1,
) -> TrainConfig:
    """Options of a run on so many labelled sentences from a trained model (`is_model`) or from a bare encoder.

    Chosen by measuring: models/README.md. A head for labels of the user's is new and fits the tuned encoder alone, so that no
    weights of the base are kept beside it, nor layers.
    """
    config = TrainConfig(own_labels=own_labels, seed=seed)
    if is_model:
        config = replace(config, epochs=6, learning_rate=1e-4, warmup=0.1, distill=1.0, augment=False)
        config = replace(config, keep=0.0 if own_labels else _KEPT)
        if sentences < _MANY:
            config = replace(config, patience=_PATIENCE)
            if not own_labels:
                config = replace(config, frozen=_FROZEN, head_scale=1.0)
        else:
            config = replace(config, epochs=3)
    if layers:  # the network learns anew what it knew, on as much text as there is
        config = replace(
            config, layers=layers, epochs=3, learning_rate=2e-4, frozen=0.0, patience=0, keep=0.0, augment=True
        )
    given = {"epochs": epochs, "learning_rate": learning_rate, "distill": distill, "keep": keep, "augment": augment}
    return replace(config, **{name: value for name, value in given.items() if value is not None})
