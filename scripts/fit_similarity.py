"""Fit the map by which `annotator corroborate` compares claims: from all layers of a model to the encoder it was made from.

python scripts/fit_similarity.py models/default BASE ../shared/data/news/train.jsonl ../shared/data/polnear/train.jsonl

BASE is the folder of the base encoder (scripts/train_default says which). The sentences of the labelled files are run through
both; ridge regression from the means of the model's layers to the base's unit vectors is written to the model folder. A
twentieth of the sentences is kept apart: the mean cosine there is printed. scripts/measure_corroboration.py measures the use.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from annotator.corroborate.embed import SIMILARITY, SimilarityMap, TextEncoder, load_encoder
from annotator.labelled import read_labelled

RIDGE = 1e-4  # of the mean variance of a feature
SHORTEST, LONGEST = 20, 400  # characters of a sentence that is used
BATCH = 2000


def list_sentences(paths: list[Path]) -> list[str]:
    """The sentences of labelled files, each once, in an order that does not depend on the files."""
    found = set()
    for path in paths:
        for article in read_labelled(path):
            found.update(" ".join(article.text[item.start : item.end].split()) for item in article.sentences)
    kept = [text for text in found if SHORTEST < len(text) < LONGEST]
    return sorted(kept, key=lambda text: hashlib.sha256(text.encode()).digest())


def fit_map(means: np.ndarray, wanted: np.ndarray) -> SimilarityMap:
    """Ridge regression (n, F) -> (n, D), both centred: weight = (X'X + ridge I)^-1 X'Y."""
    centre, goal = means.mean(0), wanted.mean(0)
    centred = (means - centre).astype(np.float64)
    squares = centred.T @ centred / len(means)
    ridge = RIDGE * np.trace(squares) / len(squares)
    products = centred.T @ (wanted - goal) / len(means)
    weight = np.linalg.solve(squares + ridge * np.eye(len(squares)), products)
    return SimilarityMap(weight.astype(np.float32), (goal - centre @ weight).astype(np.float32))


def run(model: TextEncoder, base: TextEncoder, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Means of the model's layers and the base's vectors of all texts."""
    means, vectors = [], []
    for start in range(0, len(texts), BATCH):
        part = texts[start : start + BATCH]
        means.append(model.average(part, every_layer=True))
        vectors.append(base.embed(part))
        print(f"\r{start + len(part)} of {len(texts)}", end="", flush=True)
    print()
    return np.concatenate(means), np.concatenate(vectors)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("base", type=Path)
    parser.add_argument("data", type=Path, nargs="+")
    options = parser.parse_args()
    texts = list_sentences(options.data)
    means, vectors = run(load_encoder(options.model), load_encoder(options.base), texts)
    apart = len(texts) // 20
    likeness = fit_map(means[apart:], vectors[apart:])
    guessed = likeness.apply(means[:apart])
    cosines = (guessed * vectors[:apart]).sum(1) / np.linalg.norm(guessed, axis=1)
    print(f"{len(texts) - apart} sentences; mean cosine on {apart} others {cosines.mean():.3f}")
    tensors = {"weight": likeness.weight.astype(np.float16), "bias": likeness.bias.astype(np.float16)}
    save_file(tensors, options.model / SIMILARITY)


if __name__ == "__main__":
    main()
