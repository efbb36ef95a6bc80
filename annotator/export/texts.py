"""The texts with which a file is made and tried: the invented articles of `examples/`, which come with the package."""

from __future__ import annotations

from pathlib import Path

from annotator.errors import CheckpointError

_PACKAGE = Path(__file__).parent.parent
_PLACES = (_PACKAGE / "data" / "articles", _PACKAGE.parent / "examples" / "articles")  # installed, checkout


def read_texts() -> list[str]:
    """All of them, in the order of their names. Raises CheckpointError where they are missing."""
    for folder in _PLACES:
        texts = [path.read_bytes().decode("utf-8") for path in sorted(folder.glob("*.txt"))]
        if texts:
            return texts
    raise CheckpointError(f"{_PLACES[0]} holds no articles; install claim-annotator again")
