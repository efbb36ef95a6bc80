"""Settings of windows and training: frozen, strict about unknown keys."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar

from annotator.errors import ConfigError

T = TypeVar("T")
FORMAT = 1  # of a model folder


class Precision(StrEnum):
    """Numbers in which the model runs on a CPU."""

    auto = "auto"
    float = "float"
    int8 = "int8"


class EngineKind(StrEnum):
    """Who annotates: this machine, or the workers of a Ray cluster."""

    local = "local"
    ray = "ray"


@dataclass(frozen=True, slots=True)
class WindowConfig:
    """Size of a window in tokens, and how much of the neighbouring sentences it repeats as context."""

    tokens: int = 512
    left_sentences: int = 2
    left_tokens: int = 80
    right_sentences: int = 1
    right_tokens: int = 40
    slack: int = 30  # tokens by which windows of one article may differ in size

    def __post_init__(self) -> None:
        if self.tokens < self.left_tokens + self.right_tokens + 16:
            raise ConfigError(
                f"windows of {self.tokens} tokens leave no room beside {self.left_tokens} + {self.right_tokens} tokens of context"
            )


def config_from_dict(kind: type[T], values: dict[str, Any]) -> T:
    """Build a configuration, raising ConfigError that names unknown keys and the known ones."""
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - known)
    if unknown:
        raise ConfigError(
            f"{kind.__name__}: unknown setting {', '.join(unknown)}; known are {', '.join(sorted(known))}"
        )
    return kind(**values)


def config_to_dict(config: Any) -> dict[str, Any]:
    """The settings as a plain dict."""
    return asdict(config)
