import json
from dataclasses import replace

import jsonschema
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import make_model_folder

from annotator import Annotation, Annotator, Article, Failure
from annotator.errors import ConfigError, InputError
from annotator.labels import ANONYMOUS, LABELS, NARRATION

MARKS = "ab .,\"'“”‘’«»„\n\r\t:—-Q:A😀é\u0301\u200b\u202e\x00\x1b\ufeff\u00a0"
HARD = st.lists(st.sampled_from([*MARKS, "said ", "Brandt ", "\n\n"]), max_size=300).map("".join)
WORDS = st.text(max_size=200)
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "annotator" / "schema.json").read_text(encoding="utf-8"))
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Random weights: any claim, source or label may come out, which is what the invariants want."""
    return Annotator.load(make_model_folder(tmp_path_factory.mktemp("tiny")))


def check_annotation(annotation: Annotation) -> None:
    text = annotation.article.text
    record = json.loads(json.dumps(annotation.to_dict()))
    if len(text) < 5000:
        VALIDATOR.validate(record)
    ends = 0
    for sentence in annotation.sentences:
        words = text[sentence.start : sentence.end]
        assert ends <= sentence.start < sentence.end
        assert words == words.strip() and any(c.isalnum() or not c.isascii() for c in words)
        ends = sentence.end
        assert set(sentence.probabilities) == set(LABELS)
        assert sum(sentence.probabilities.values()) == pytest.approx(1, abs=1e-3)
        assert bool(sentence.claim_ids) == (sentence.label != NARRATION)
    sources = {source.id: source for source in annotation.sources}
    for claim in annotation.claims:
        assert claim.source_id is None or claim.source_id in sources
        for span in (claim.source, claim.cue, *claim.content, *claim.quotes):
            assert span is None or 0 <= span.start < span.end <= len(text)
        for number in claim.sentence_ids:
            assert claim.id in annotation.sentences[number].claim_ids
    for sentence in annotation.sentences:
        own = [claim for claim in annotation.claims if claim.id in sentence.claim_ids]
        unnamed = any(sources[claim.source_id].anonymous for claim in own if claim.source_id)
        assert (sentence.label == ANONYMOUS) == unnamed
    for source in annotation.sources:
        assert source.anonymous == (source.anonymous_probability > 0.5)
        for span in source.mentions:
            assert 0 <= span.start < span.end <= len(text)
    assert record["schema"] == "annotator/1"


@settings(max_examples=60)
@given(st.one_of(HARD, WORDS))
def test_any_text_gives_a_valid_annotation(tiny, text):
    check_annotation(tiny.annotate(text))


@pytest.mark.parametrize(
    "text",
    ["", "word", '""=', "“", "\n\n\n", "\r\n", 'Bob.\n\n"What."', "word " * 3000, "“" * 4000, "a" * 100_000],
    ids=["empty", "word", "marks", "one mark", "newlines", "crlf", "short lines", "long sentence", "quotes", "letters"],
)
def test_odd_texts(tiny, text):
    check_annotation(tiny.annotate(text))


def test_two_megabytes(tiny):
    paragraph = (
        "“We counted twice,” engineer Ola Brandt said. Two officials said the bolts had failed. Nobody knew.\n\n"
    )
    text = paragraph * (2_000_000 // len(paragraph))
    annotation = tiny.annotate(text)
    assert len(annotation.sentences) == 3 * text.count("\n\n")
    assert annotation.sentences[-1].end == len(text.rstrip())


def test_the_same_answer_alone_and_in_company(tiny):
    texts = ["The dam held. " * n + "“We counted twice,” he said.\n\nWho signed?" for n in (1, 30, 4, 90, 2)]
    articles = [Article(f"a{i}", text) for i, text in enumerate(texts)]
    together = list(tiny.annotate_many(articles))
    alone = [tiny.annotate(article) for article in articles]
    assert [item.article.id for item in together] == [article.id for article in articles]
    for one, two in zip(together, alone, strict=True):
        assert [s.label for s in one.sentences] == [s.label for s in two.sentences]
        for a, b in zip(one.sentences, two.sentences, strict=True):
            assert a.probabilities == pytest.approx(b.probabilities, abs=2e-4)
        assert [replace(claim, scores=None) for claim in one.claims] == [
            replace(claim, scores=None) for claim in two.claims
        ]


def test_failures_pass_through_in_order(tiny):
    failure = Failure("gone.txt", "read", "no such file")
    items = ["One.", failure, Article("b", "Two.")]
    out = list(tiny.annotate_many(items))
    assert out[1] is failure
    assert [item.article.id for item in (out[0], out[2])] == ["text-1", "b"]


def test_an_article_that_cannot_be_annotated_does_not_take_others_with_it(tiny, monkeypatch):
    import annotator.pipeline as pipeline

    segment = pipeline.segment_article

    def refuse(article):
        if article.id == "bad":
            raise InputError("bad: cannot be segmented; mend it")
        return segment(article)

    monkeypatch.setattr(pipeline, "segment_article", refuse)
    out = list(tiny.annotate_many([Article("good", "One."), Article("bad", "Two."), Article("fine", "Three.")]))
    assert [type(item).__name__ for item in out] == ["Annotation", "Failure", "Annotation"]
    assert "mend it" in out[1].message


def test_datasets_map_adds_the_labels_of_each_row(tiny):
    from datasets import Dataset

    texts = ["Brandt said the dam held.", "", "“It held,” Brandt said.\r\nIt rained 🦆."]
    data = Dataset.from_dict({"body": texts, "title": ["Dam holds", None, "Rain"]})
    mapped = data.map(tiny.annotate_batch, batched=True, batch_size=2, fn_kwargs={"column": "body"})
    assert mapped["body"] == texts and mapped["failure"] == [None] * 3
    for text, title, row in zip(texts, data["title"], mapped, strict=True):
        alone = tiny.annotate(Article("row", text, title=title))
        assert row["labels"] == [sentence.label for sentence in alone.sentences]
        assert [text[a:b] for a, b in zip(row["starts"], row["ends"], strict=True)] == [
            text[sentence.start : sentence.end] for sentence in alone.sentences
        ]
        assert json.loads(row["annotation"])["profile"]["band"] == row["band"]
    with pytest.raises(ConfigError, match="no column 'text'"):
        tiny.annotate_batch({"body": texts})
