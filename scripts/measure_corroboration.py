"""How well pairs of claims are matched, on the half of the labelled set that the threshold is not fitted on.

python scripts/measure_corroboration.py [FOLDER ...] [--errors]

FOLDER is a model folder or a Hugging Face encoder; without one the default encoder of `annotator corroborate` is
measured. Prints precision, recall and F1 (95% intervals: Wilson for the shares, bootstrap over pairs for F1) with the
rules and without, and how many pairs of each kind are called the same. `--errors` lists errors of the tuning half.

The pairs are invented and half of them are hard on purpose (one number, name or negation differs). In a folder most
pairs have nothing to do with each other, so precision there is another one; the figures compare encoders and rules.
"""

from __future__ import annotations

import argparse
from collections import Counter

import numpy as np

from annotator.corroborate.embed import TextEncoder, load_encoder
from annotator.corroborate.facts import find_conflict, read_facts
from annotator.corroborate.match import fit_threshold, load_pairs, score_pairs, score_unrelated
from annotator.grade.stats import wilson_interval

ROUNDS = 2000


def measure_f1(found: np.ndarray, same: np.ndarray) -> float:
    return 2 * (found & same).sum() / max(1, found.sum() + same.sum())


def bound_f1(found: np.ndarray, same: np.ndarray) -> tuple[float, float]:
    draws = np.random.default_rng(0).integers(0, len(same), (ROUNDS, len(same)))
    return tuple(np.quantile([measure_f1(found[draw], same[draw]) for draw in draws], (0.025, 0.975)))


def show_share(k: int, n: int) -> str:
    low, high = wilson_interval(k, n) if n else (0.0, 1.0)
    return f"{k / max(1, n):.3f} [{low:.3f}, {high:.3f}] ({k} of {n})"


def print_figures(name: str, found: np.ndarray, same: np.ndarray) -> None:
    low, high = bound_f1(found, same)
    right = int((found & same).sum())
    print(f"  {name}: precision {show_share(right, int(found.sum()))}, recall {show_share(right, int(same.sum()))}")
    print(f"  {name}: F1 {measure_f1(found, same):.3f} [{low:.3f}, {high:.3f}]")


def measure_encoder(name: str, encoder: TextEncoder, errors: bool) -> None:
    threshold = fit_threshold(encoder).threshold
    pairs = load_pairs()
    cosines, agree = score_pairs(encoder, pairs)
    same = np.asarray([pair.same for pair in pairs])
    test = np.asarray([not pair.tuning for pair in pairs])
    kinds = np.asarray([pair.kind for pair in pairs])
    near = cosines >= threshold
    found = near & agree
    print(f"{name}: threshold {threshold:.3f}, {(~test).sum()} pairs to tune, {test.sum()} to test")
    wins = cosines[same & test][:, None] > cosines[test & (kinds == "unrelated")]
    print(f"  same against unrelated pairs, by the cosine alone: area under the curve {wins.mean():.3f}")
    others = score_unrelated(encoder, [pair for pair in pairs if not pair.tuning])
    print(
        f"  texts of different pairs without a common word: {(others >= threshold).sum()} of {len(others)} called the same"
    )
    print_figures("cosine alone", near[test], same[test])
    print_figures("with the rules", found[test], same[test])
    called = {
        kind: f"{(found & test & (kinds == kind)).sum()} of {(test & (kinds == kind)).sum()}" for kind in Counter(kinds)
    }
    print("  called the same:", ", ".join(f"{kind} {count}" for kind, count in called.items()))
    for pair, cosine, wrong in zip(pairs, cosines, found != same, strict=True):
        if errors and pair.tuning and wrong:
            conflict = find_conflict(read_facts(pair.a), read_facts(pair.b))
            print(f"    {pair.kind} {cosine:.3f} {conflict}: {pair.a} | {pair.b}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    for folder in options.folders or [None]:
        measure_encoder(folder or "default encoder", load_encoder(folder), options.errors)


if __name__ == "__main__":
    main()
