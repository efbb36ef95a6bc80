import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import make_tokenizer

from annotator.config import WindowConfig
from annotator.encode import Encoder
from annotator.errors import ConfigError
from annotator.records import Article
from annotator.segment import segment_article
from annotator.tokens import Tokenizer

TOKENIZER = Tokenizer.of(make_tokenizer())
SMALL = WindowConfig(tokens=48, left_tokens=10, right_tokens=8, slack=6)
pieces = st.sampled_from(
    ["The dam held. ", "“We counted twice,” he said. ", "\n\n", "Who? ", "x" * 70, " officials ", "é😀 "]
)
texts = st.lists(pieces, max_size=40).map("".join)


def encode(text: str, config: WindowConfig = SMALL):
    sentences = segment_article(Article("a", text))
    return sentences, Encoder(TOKENIZER, config).encode_articles([(text, sentences)])[0]


@given(texts)
def test_every_token_of_a_sentence_is_labelled_once(text):
    sentences, windows = encode(text)
    places = [tuple(place) for window in windows for place in window.offsets[window.labelled]]
    ((_, expected),) = TOKENIZER.encode([text])
    inside = [tuple(place) for place in expected if any(s.start <= place[0] < s.end for s in sentences)]
    assert places == inside


@given(texts)
def test_windows_keep_the_limit_and_mark_every_sentence_in_order(text):
    sentences, windows = encode(text)
    assert all(len(window) <= SMALL.tokens for window in windows)
    marked = [int(i) for window in windows for i in window.sentence_ids]
    assert sorted(set(marked)) == [sentence.id for sentence in sentences]
    assert marked == sorted(marked)
    for window in windows:
        assert np.all(window.offsets[window.markers] == 0)
        assert len(window.markers) == len(window.sentence_ids)


def test_marker_tells_where_a_paragraph_opens():
    sentences, (window,) = encode("The dam held. Nobody knew.\n\nWho signed?")
    opened = [TOKENIZER.backend.id_to_token(int(window.token_ids[marker])) for marker in window.markers]
    assert [sentence.opens_paragraph for sentence in sentences] == [True, False, True]
    assert opened == ["[CLS]", "[SEP]", "[CLS]"]


def test_a_sentence_longer_than_a_window_is_cut_into_pieces_and_keeps_all_its_tokens():
    text = "entry " * 200 + "end."
    _, windows = encode(text)
    ((ids, _),) = TOKENIZER.encode([text])
    assert sum(int(window.labelled.sum()) for window in windows) == len(ids)
    assert {int(i) for window in windows for i in window.sentence_ids} == {0}


def test_neighbours_stand_in_a_window_without_label():
    _, windows = encode("The dam held. Nobody knew who signed. " * 12)
    second = windows[1]
    assert second.markers[0] > 0
    assert not second.labelled[: second.markers[0]].any()


def test_no_text_no_windows():
    assert encode("")[1] == []
    assert Encoder(TOKENIZER, SMALL).encode_articles([]) == []


def test_window_without_room_is_refused():
    with pytest.raises(ConfigError, match="no room"):
        WindowConfig(tokens=100, left_tokens=80, right_tokens=40)
