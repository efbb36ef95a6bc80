"""The record of a run, training.json: parent, data with hashes, options, seed, versions. A resumed run must have the same."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from annotator.checkpoint import WEIGHTS
from annotator.labelled import LabelledArticle
from annotator.labels import LABELS
from annotator.training.split import count_labels

PACKAGES = ("claim-annotator", "torch", "transformers", "datasets", "accelerate", "tokenizers")


def describe_base(base: Path | str) -> dict[str, Any]:
    """Name of the base, and for a model of ours its name and hash as the parent."""
    folder = Path(base)
    is_folder = folder.is_dir()
    name = folder.resolve().parent.name if folder.name == "model" else folder.name
    ours = (folder / "training.json").is_file()
    return {
        "parent": folder.resolve().name if ours else None,
        "parent_sha256": hash_file(folder / WEIGHTS) if is_folder and (folder / WEIGHTS).is_file() else None,
        "base": name if is_folder else str(base),
    }


def describe_file(path: Path, articles: Sequence[LabelledArticle], shares: Sequence[float] = ()) -> dict[str, Any]:
    """Name and hash of a data file, and what of it is used."""
    row = {
        "file": f"{path.resolve().parent.name}/{path.name}",
        "sha256": hash_file(path),
        "articles": len(articles),
        "sentences": count_all(articles).total(),
    }
    return row | ({"shares": list(shares)} if shares else {})


def count_all(articles: Sequence[LabelledArticle]) -> Counter[str]:
    """Labelled sentences by label."""
    return sum((count_labels(article) for article in articles), Counter())


def hash_file(path: Path) -> str:
    """SHA-256 of a file; of a folder, of the names and hashes of its files."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
        listing = "\n".join(f"{file.relative_to(path).as_posix()} {hash_file(file)}" for file in files)
        return hashlib.sha256(listing.encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_versions() -> dict[str, str | None]:
    """Versions of the packages that a result depends on."""
    return {name: find_version(name) for name in PACKAGES}


def find_version(name: str) -> str | None:
    """Version of an installed distribution, None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def describe_labels(counts: Counter[str]) -> dict[str, int]:
    """Labelled sentences of each label, those that do not occur included."""
    return {label: counts[label] for label in LABELS}
