"""The inputs that must work (`../shared/cases`): what an annotation of each gets wrong. Used by `check_cases`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.errors import InputError
from annotator.evaluation.names import split_name
from annotator.labels import NARRATION
from annotator.records import Annotation, Failure, Sentence, Source, Span

Annotate = Callable[[str, str], Annotation | Failure]  # (id, text) -> annotation


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case, or one sentence of the seed article, and what is wrong with it."""

    id: str
    faults: tuple[str, ...]


def run_seed(folder: Path, annotate: Annotate) -> list[Outcome]:
    """The listed sentences of the seed article, each with its label and its source."""
    with (folder / "seed_article.txt").open(encoding="utf-8", newline="") as file:
        result = annotate("seed_article", file.read())
    rows = _read_rows(folder / "seed_article.expected.jsonl")
    if isinstance(result, Failure):
        return [Outcome(row["contains"], (f"not annotated: {result.message}",)) for row in rows]
    return [Outcome(row["contains"], tuple(check_seed_row(result, row))) for row in rows]


def run_cases(folder: Path, annotate: Annotate) -> list[Outcome]:
    """The cases, each wholly right or with all its faults."""
    outcomes = []
    for case in _read_rows(folder / "cases.jsonl"):
        result = annotate(case["id"], case["text"])
        faults = [f"not annotated: {result.message}"] if isinstance(result, Failure) else check_case(result, case)
        outcomes.append(Outcome(case["id"], tuple(faults)))
    return outcomes


def check_seed_row(annotation: Annotation, row: Mapping[str, Any]) -> Iterator[str]:
    """Faults of one listed sentence. Where narration is expected there is no source to compare."""
    fault = check_label(annotation, row["contains"], row["label"])
    if fault:
        yield fault
    elif row["label"] != [NARRATION]:
        fault = check_source(annotation, row["contains"], row["source"])
        if fault:
            yield fault


def check_case(annotation: Annotation, case: Mapping[str, Any]) -> list[str]:
    """All faults of one case, by the rules of the cases' README."""
    faults = [check_label(annotation, words, labels) for words, labels in case.get("labels", ())]
    faults += [check_source(annotation, words, name) for words, name in case.get("sources", ())]
    faults += [_check_absent(annotation, name) for name in case.get("absent_sources", ())]
    quotes = {annotation.article.text[span.start : span.end] for claim in annotation.claims for span in claim.quotes}
    faults += [f"no quote span {words!r}" for words in case.get("quotes", ()) if words not in quotes]
    faults += [f"quote span {words!r}" for words in case.get("no_quotes", ()) if words in quotes]
    least = case.get("min_sentences", 1)
    if len(annotation.sentences) < least:
        faults.append(f"{len(annotation.sentences)} sentences, at least {least} expected")
    if case.get("offsets"):
        faults += check_offsets(annotation, case["text"])
    return [fault for fault in faults if fault]


def check_label(annotation: Annotation, words: str, labels: str | list[str]) -> str | None:
    """The fault where the sentence that holds the words has none of the labels."""
    accepted = [labels] if isinstance(labels, str) else labels
    sentence = find_sentence(annotation, words)
    if sentence is None:
        return f"no sentence holds {words!r}"
    if sentence.label not in accepted:
        return f"{words!r}: {sentence.label} ({sentence.confidence}), expected {' or '.join(accepted)}"
    return None


def check_source(annotation: Annotation, words: str, name: str | None) -> str | None:
    """The fault where no claim of the sentence resolves to the name (None: where one resolves to a name)."""
    sentence = find_sentence(annotation, words)
    if sentence is None:
        return f"no sentence holds {words!r}"
    sources = {source.id: source for source in annotation.sources}
    here = [claim for claim in annotation.claims if sentence.id in claim.sentence_ids]
    found = [sources[claim.source_id] for claim in here if claim.source_id in sources]
    named = [source.name for source in found if source.name is not None]
    right = not named if name is None else any(_has_name(source, name) for source in found)
    return None if right else f"{words!r}: source {' / '.join(named) or None}, expected {name}"


def check_offsets(annotation: Annotation, text: str) -> list[str]:
    """Faults where the text was altered, or a span lies outside it, holds nothing or ends in white space."""
    spans = [sentence.span for sentence in annotation.sentences]
    for claim in annotation.claims:
        spans += [span for span in (claim.source, claim.cue, *claim.content, *claim.quotes) if span]
    spans += [span for source in annotation.sources for span in source.mentions]
    faults = [] if annotation.article.text == text else ["the text was altered"]
    for span in spans:
        words = text[span.start : span.end]
        if not 0 <= span.start < span.end <= len(text) or words != words.strip():
            faults.append(f"span {span.start}-{span.end} holds {words!r}")
    return faults


def find_sentence(annotation: Annotation, words: str) -> Sentence | None:
    """The sentence that holds the words; where the splitter cut them, the one that holds most of them."""
    start = annotation.article.text.find(words)
    if start < 0:
        raise InputError(f"{annotation.article.id}: {words!r} is not in the text; mend the case")
    place = Span(start, start + len(words))
    holding = [sentence for sentence in annotation.sentences if sentence.span.overlap(place)]
    return max(holding, key=lambda sentence: sentence.span.overlap(place), default=None)


def _check_absent(annotation: Annotation, name: str) -> str | None:
    used = {claim.source_id for claim in annotation.claims}
    wrong = [source for source in annotation.sources if source.id in used and _has_name(source, name)]
    return f"{name} is the source of a claim" if wrong else None


def _has_name(source: Source, name: str) -> bool:
    """Whether the source bears the name, honorifics and a person's titles aside; a description before it is a fault."""
    person = source.type == "named_person"
    return source.name is not None and split_name(source.name, person) == split_name(name, person)


def _read_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
