"""Token precision, recall and F1 of the article body that `read` takes from saved web pages.

    scripts/measure_extraction.py [../shared/data/html]

The folder holds `manifest.jsonl` (file, body). Figures are means over the pages; tokens are runs of letters and digits.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path

from annotator.errors import InputError
from annotator.read.html import extract_page


def count_tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


def score_tokens(found: str, gold: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of the tokens of `found`, as bags."""
    found_tokens, gold_tokens = count_tokens(found), count_tokens(gold)
    shared = (found_tokens & gold_tokens).total()
    precision = shared / max(1, found_tokens.total())
    recall = shared / max(1, gold_tokens.total())
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main(folder: Path) -> None:
    scores = []
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        try:
            text = extract_page(gzip.decompress((folder / page["file"]).read_bytes())).text
        except InputError as error:
            print(f"{page['file']}: {error}")
            text = ""
        scores.append(score_tokens(text, page["body"]))
        print(page["file"], *(f"{value:.3f}" for value in scores[-1]))
    means = [sum(column) / len(scores) for column in zip(*scores, strict=True)]
    print(f"{len(scores)} pages: precision {means[0]:.4f}, recall {means[1]:.4f}, F1 {means[2]:.4f}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/html"))
