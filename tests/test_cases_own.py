"""Small invented articles, each standing for a kind of fault; format and checks as in scripts/cases.py."""

import json

import pytest
from cases import check_case, check_offsets
from conftest import ROOT, needs_model

from annotator.labels import ANONYMOUS, LABELS, NARRATION, QUOTE
from annotator.records import Annotation, Article

LINES = (ROOT / "tests" / "data" / "cases.jsonl").read_text(encoding="utf-8").split("\n")
CASES = [json.loads(line) for line in LINES if line]
LEAST_SHARE_RIGHT = 0.8  # of the cases, wholly right; raise it as the model improves, lower it only on purpose

pytestmark = needs_model


@pytest.fixture(scope="module")
def annotations(annotator) -> dict[str, Annotation]:
    results = annotator.annotate_many(Article(case["id"], case["text"]) for case in CASES)
    return {case["id"]: result for case, result in zip(CASES, results, strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_annotation_is_sound(case, annotations):
    annotation = annotations[case["id"]]
    assert isinstance(annotation, Annotation), annotation
    assert not check_offsets(annotation, case["text"])

    end = 0
    for sentence in annotation.sentences:
        assert sentence.start >= end and not has_words(case["text"][end : sentence.start]), "a gap holds words"
        assert has_words(case["text"][sentence.start : sentence.end])
        assert sentence.label in LABELS and 0 <= sentence.confidence <= 1
        assert set(sentence.probabilities) == set(LABELS)
        assert sum(sentence.probabilities.values()) == pytest.approx(1, abs=0.01)
        end = sentence.end
    assert not has_words(case["text"][end:])
    check_links(annotation)


def has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def check_links(annotation: Annotation) -> None:
    """Sentences, claims and sources point at each other, and the labels follow from the claims."""
    claims = {claim.id: claim for claim in annotation.claims}
    sources = {source.id: source for source in annotation.sources}
    assert len(claims) == len(annotation.claims) and len(sources) == len(annotation.sources)
    for claim in annotation.claims:
        assert claim.source_id is None or claim.source_id in sources
        for number in claim.sentence_ids:
            assert claim.id in annotation.sentences[number].claim_ids
    for sentence in annotation.sentences:
        here = [claims[name] for name in sentence.claim_ids]
        anonymous = any(claim.source_id and sources[claim.source_id].anonymous for claim in here)
        assert (sentence.label == ANONYMOUS) == anonymous, sentence
        assert (sentence.label == NARRATION) == (not here), sentence
        if sentence.label == QUOTE:
            assert any(claim.quote_status != "indirect" for claim in here), sentence


def test_share_of_cases_right(annotations):
    faults = {case["id"]: check_case(annotations[case["id"]], case) for case in CASES}
    wrong = {name: found for name, found in faults.items() if found}
    share = 1 - len(wrong) / len(CASES)
    assert share >= LEAST_SHARE_RIGHT, "\n".join(f"{name}: {'; '.join(found)}" for name, found in wrong.items())
