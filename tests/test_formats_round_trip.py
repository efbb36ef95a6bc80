"""What goes to a tool and comes back is what went, but for what is said to be lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from labelled_strategies import articles, texts

from annotator.errors import ConfigError, InputError
from annotator.formats import WRITERS, read_data, write_data
from annotator.formats.offsets import measure
from annotator.formats.sentences import guard, unguard
from annotator.formats.tokens import cut_tokens
from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan, read_labelled, write_labelled
from annotator.records import Span

NOTES = {"source name", "source type", "anonymity type", "quote status", "source names", "source types"}
NO_SPANS = "notes that an article was searched for spans and has none"
# All that a format may lose. Sentence labels are in none of them.
MAY_LOSE = {
    "jsonl": set(),
    "label-studio": set(),
    "prodigy": set(),
    "doccano": NOTES,
    "csv": {
        *("texts exactly as they were", "articles", "metadata of articles", "places of the source of a sentence"),
        *("spans", "claims that hold spans together", "source names", "source types", NO_SPANS),
    },
    "brat": {"metadata of articles", "source names", "source types", "source name"},
    "conll": {
        *("metadata of articles", "places of the source of a sentence", "spans", "claims that hold spans together"),
        *("source names", "source types", NO_SPANS),
    },
}


def round_trip(items, to):
    with tempfile.TemporaryDirectory() as folder:
        written = write_data(items, Path(folder) / "out", to)
        return written.losses, read_data(Path(folder) / "out")


@pytest.mark.parametrize("to", ["jsonl", "label-studio", "prodigy"])
@settings(max_examples=60)
@given(article=articles())
def test_nothing_is_lost_where_a_format_can_carry_all(to, article):
    losses, reading = round_trip([article], to)
    assert not losses
    assert reading.is_whole and not reading.snapped
    (back,) = reading.articles
    assert (back.id, back.text, back.meta, back.spans_known) == (
        article.id,
        article.text,
        article.meta,
        article.spans_known,
    )
    assert back.sentences == article.sentences
    assert {(s.start, s.end, s.label) for s in back.spans} == {(s.start, s.end, s.label) for s in article.spans}


@pytest.mark.parametrize("to", ["doccano", "csv", "conll"])
@settings(max_examples=60)
@given(article=articles())
def test_only_what_is_said_is_lost(to, article):
    losses, reading = round_trip([article], to)
    assert losses.keys() <= MAY_LOSE[to]
    labels = [item.label for item in sorted(article.sentences, key=lambda item: item.start)]
    assert [item.label for back in reading.articles for item in back.sentences] == labels
    if to != "csv":
        assert [back.text for back in reading.articles] == [article.text]


@settings(max_examples=60)
@given(article=articles(tame=True))
def test_brat_gives_back_sentences_cut_by_us(article):
    # Without any cue or content, marks of sources are taken for the sources of sentences.
    assume(not article.spans or any(span.label != "source" for span in article.spans))
    losses, reading = round_trip([article], "brat")
    assert losses.keys() <= MAY_LOSE["brat"]
    (back,) = reading.articles
    assert (back.text, back.id) == (article.text, article.id)
    assert [(s.start, s.end, s.label, s.source) for s in back.sentences] == [
        (s.start, s.end, s.label, s.source) for s in article.sentences
    ]
    assert {(s.start, s.end, s.label) for s in back.spans} == {(s.start, s.end, s.label) for s in article.spans}


@settings(max_examples=60)
@given(article=articles())
def test_our_own_lines_are_read_as_by_read_labelled(article):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labels.jsonl"
        write_labelled([article], path)
        assert list(read_data(path).articles) == read_labelled(path) == [article]


@pytest.mark.parametrize("to", WRITERS)
def test_articles_come_back_in_number_and_with_their_ids(to):
    names = ["news/one.txt", "two 2", "=3", ".hidden", "é", "a%20b", "x" * 300, "con"]
    items = [
        LabelledArticle(name, f"Item {n} froze.", (LabelledSentence(0, 13, "narration"),))
        for n, name in enumerate(names)
    ]
    losses, reading = round_trip(items, to)
    assert losses.keys() <= ({"article ids"} if to == "brat" else set())
    assert losses["article ids"] <= 1
    assert sorted(item.text for item in reading.articles) == sorted(item.text for item in items)


@pytest.mark.parametrize("to", WRITERS)
def test_half_a_surrogate_pair_does_no_harm(to):
    text = "The \ud83d lamp froze."
    article = LabelledArticle("s", text, (LabelledSentence(0, len(text), "narration"),), (LabelledSpan(4, 10, "cue"),))
    losses, reading = round_trip([article], to)
    (back,) = reading.articles
    assert len(back.text) == len(text) and back.sentences == article.sentences
    assert ("texts exactly as they were" in losses) == (to in ("csv", "brat", "conll"))


@given(text=texts(), cell=st.text(st.sampled_from("'=+-@a\t"), max_size=5))
def test_guarded_cells_are_no_formulas_and_come_back(text, cell):
    for value in (text, cell):
        assert unguard(guard(value)) == value
        assert not guard(value).startswith(("=", "+", "-", "@", "\t"))


@given(text=texts())
def test_rulers_measure_what_encoders_say(text):
    assert measure(text, "UTF-16 units")[-1] == len(text.encode("utf-16-le")) // 2
    assert measure(text, "UTF-8 bytes")[-1] == len(text.encode())
    assert measure(text, "CRLF as one")[-1] == len(text.replace("\r\n", "\n"))
    assert all(len(measure(text, unit)) == len(text) + 1 for unit in ("code points", "white space as one"))


@given(text=texts(), cuts=st.lists(st.integers(0, 60), max_size=4))
def test_tokens_hold_all_but_white_space_and_respect_cuts(text, cuts):
    tokens = cut_tokens(text, cuts)
    assert "".join(text[a:b] for a, b in tokens) == "".join(text.split())
    assert not any(a < cut < b for a, b in tokens for cut in cuts)


def test_a_source_is_linked_even_where_two_claims_share_it():
    text = "Ada Quill said it froze and warned that it would thaw."
    source, said, warned = (0, 9), (10, 14), (28, 34)
    spans = [LabelledSpan(*source, "source", "c1"), LabelledSpan(*said, "cue", "c1")]
    spans += [LabelledSpan(*source, "source", "c2"), LabelledSpan(*warned, "cue", "c2")]
    sentence = LabelledSentence(0, len(text), "attributed_claim", Span(*source), "Ada Quill")
    for to in ("label-studio", "prodigy", "doccano", "brat"):
        losses, reading = round_trip([LabelledArticle("a", text, (sentence,), tuple(spans))], to)
        assert losses.keys() <= MAY_LOSE[to]
        (back,) = reading.articles
        claims = {}
        for span in back.spans:
            claims.setdefault(span.claim, set()).add((span.start, span.label))
        assert sorted(map(sorted, claims.values())) == [[(0, "source"), (10, "cue")], [(0, "source"), (28, "cue")]]


def test_nothing_is_replaced_unasked_and_nothing_half_written_stays(tmp_path):
    article = LabelledArticle("a", "It froze.", (LabelledSentence(0, 9, "narration"),))
    out = tmp_path / "out.json"
    write_data([article], out, "label-studio")
    before = out.read_bytes()
    with pytest.raises(ConfigError, match="is there already"):
        write_data([article], out, "label-studio")
    with pytest.raises(ConfigError, match="is there already"):
        write_data([article], tmp_path / "out.config.xml", "jsonl")
    with pytest.raises(ConfigError, match="writes a folder"):
        write_data([article], out, "brat", overwrite=True)
    with pytest.raises(InputError, match="no articles"):
        write_data([], out, "label-studio", overwrite=True)
    with pytest.raises(ConfigError, match="unknown format"):
        write_data([article], tmp_path / "x", "xlsx")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("mine")
    with pytest.raises(ConfigError, match="other files"):
        write_data([article], tmp_path / "mine", "brat", overwrite=True)
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "out.config.xml", "out.json"]
