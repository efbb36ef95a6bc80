"""Prints the table of sentence segmenters as Markdown: which one `annotator.segment` builds on, and why.

Needs ../shared/data. The candidates are not dependencies: pip install sentencex syntok pysbd blingfire segtok
Boundaries are ends of sentences; exact is the share of gold sentences found with both ends right. Every candidate
gets one paragraph at a time. The gold of news and PolNeAR was itself cut by nupunkt, so nupunkt's own figures there
say nothing; GUM was cut by people.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from annotator.records import Article
from annotator.segment import segment_article

Splitter = Callable[[str], list[tuple[int, int]]]
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SETS = {"GUM": "gum/sentences.jsonl", "news": "news/train.jsonl", "PolNeAR": "polnear/train.jsonl"}
ARTICLES = 300  # of each set; the slow ones take minutes for more


def align(text: str, parts: Iterable[str]) -> list[tuple[int, int]]:
    """Offsets of sentences that a library gives as strings."""
    spans, position = [], 0
    for part in parts:
        start = text.find(part.strip(), position)
        if part.strip() and start >= 0:
            position = start + len(part.strip())
            spans.append((start, position))
    return spans


def by_paragraph(split: Splitter) -> Splitter:
    def split_text(text: str) -> list[tuple[int, int]]:
        lines = re.finditer(r"\S(?:.*\S)?", text)
        return [(line.start() + start, line.start() + end) for line in lines for start, end in split(line[0])]

    return split_text


def load_candidates() -> dict[str, Splitter]:
    """Those that are installed; the others are named on stderr."""
    makers: dict[str, Callable[[object], Splitter]] = {
        "nupunkt": lambda m: lambda text: align(text, m.sent_tokenize(text)),
        "sentencex": lambda m: lambda text: align(text, m.segment("en", text)),
        "syntok.segmenter": lambda m: (
            lambda text: [(s[0].offset, s[-1].offset + len(s[-1].value)) for p in m.analyze(text) for s in p]
        ),
        "pysbd": lambda m: lambda text: align(text, m.Segmenter(language="en", clean=False).segment(text)),
        "blingfire": lambda m: lambda text: align(text, m.text_to_sentences(text).split("\n")),
        "segtok.segmenter": lambda m: lambda text: align(text, m.split_single(text)),
    }
    found = {}
    for name, make in makers.items():
        try:
            found[name.split(".")[0]] = by_paragraph(make(importlib.import_module(name)))
        except ImportError:
            print(f"{name} is not installed: left out", file=sys.stderr)
    found["segment_article"] = lambda text: [(one.start, one.end) for one in segment_article(Article("a", text))]
    return found


def score(split: Splitter, articles: list[dict]) -> str:
    """Precision, recall and F1 of boundaries, exact sentences, characters per second of processor time."""
    right = extra = missed = exact = sentences = chars = 0
    begin = time.process_time()
    results = [split(article["text"]) for article in articles]
    seconds = time.process_time() - begin
    for article, spans in zip(articles, results, strict=True):
        gold = {tuple(one.values())[:2] if isinstance(one, dict) else tuple(one) for one in article["sentences"]}
        gold_ends, ends = {end for _, end in gold}, {end for _, end in spans}
        right, extra, missed = (
            right + len(gold_ends & ends),
            extra + len(ends - gold_ends),
            missed + len(gold_ends - ends),
        )
        exact, sentences, chars = exact + len(gold & set(spans)), sentences + len(gold), chars + len(article["text"])
    precision, recall = right / max(1, right + extra), right / max(1, right + missed)
    f1 = 2 * right / max(1, 2 * right + extra + missed)
    return f"{precision:.3f} | {recall:.3f} | {f1:.3f} | {exact / sentences:.3f} | {chars / seconds / 1e6:.2f}"


def main() -> int:
    if not DATA.is_dir():
        print(f"{DATA} is missing: the gold sentences lie there", file=sys.stderr)
        return 2
    sets = {}
    for name, path in SETS.items():
        with (DATA / path).open(encoding="utf-8") as lines:
            sets[name] = [json.loads(line) for line in lines][:ARTICLES]
    print("| segmenter | set | P | R | F1 | exact | MB/s |\n|---|---|---|---|---|---|---|")
    for name, split in load_candidates().items():
        for set_name, articles in sets.items():
            print(f"| {name} | {set_name} | {score(split, articles)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
