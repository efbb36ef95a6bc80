"""The check set: invented articles of twelve beats, coded by the codebook, that no model is ever trained or tuned on.

`annotator train` measures old and new model on it. It was coded by one coder, a language model, sentence by sentence.
"""

from __future__ import annotations

from pathlib import Path

from annotator.labelled import LabelledArticle, read_labelled

CHECK_SET = Path(__file__).parent.parent / "data" / "check.jsonl"


def load_check_set() -> list[LabelledArticle]:
    """The articles of the check set, in a fixed order."""
    return read_labelled(CHECK_SET)
