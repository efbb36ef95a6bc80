"""Metrics against values worked out by hand, and what must hold for any counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.evaluation.align import align_sentences
from annotator.evaluation.metrics import (
    draw_weights,
    estimate_share,
    measure_calibration_error,
    score_confusions,
    score_counts,
)
from annotator.evaluation.names import match_names, match_names_loosely, split_name
from annotator.evaluation.spans import (
    TUPLE_MEASURES,
    Counts,
    JaccardSum,
    count_spans,
    count_tuples,
    join_pieces,
    sum_jaccard,
    trim_marks,
)
from annotator.records import Sentence, Span

TEXT = 'Ines Roca said "the pier is shut" today.'
#       0         10        20        30

spans_strategy = st.sets(
    st.tuples(st.integers(0, 39), st.integers(1, 12)).map(lambda pair: Span(pair[0], min(40, sum(pair)))), max_size=6
)


def confusion(rows):
    return np.array(rows)[None]


def test_confusion_by_hand():
    table = [[8, 2, 0, 0, 0], [1, 3, 0, 0, 1], [0, 0, 0, 0, 0], [0, 1, 0, 0, 0]]
    scores = score_confusions(confusion(table), draw_weights(1))
    narration, attributed = scores.labels["narration"], scores.labels["attributed_claim"]
    assert narration.precision.value == pytest.approx(8 / 9)
    assert narration.recall.value == pytest.approx(8 / 10)
    assert narration.f1.value == pytest.approx(16 / 19)
    assert (attributed.support, attributed.predicted) == (5, 6)
    assert attributed.f1.value == pytest.approx(6 / 11)
    assert scores.labels["direct_quote"].f1.value is None
    assert scores.labels["anonymous_source_claim"].f1.value == 0
    # direct_quote occurs on neither side and is left out of the mean
    assert scores.macro_f1.value == pytest.approx((16 / 19 + 6 / 11 + 0) / 3)
    assert scores.accuracy.value == pytest.approx(11 / 16)
    assert scores.confusion[1] == (1, 3, 0, 0, 1)


@given(st.lists(st.lists(st.integers(0, 9), min_size=20, max_size=20), min_size=1, max_size=5))
def test_scores_are_shares_and_lie_in_their_intervals(cells):
    tables = np.array(cells).reshape(-1, 4, 5)
    scores = score_confusions(tables, draw_weights(len(tables), resamples=50))
    for estimate in [scores.macro_f1, scores.accuracy, *(score.f1 for score in scores.labels.values())]:
        if estimate.value is not None:
            assert 0 <= estimate.value <= 1
            assert estimate.low is None or 0 <= estimate.low <= estimate.high <= 1
    assert np.array(scores.confusion).sum() == tables.sum()


def test_interval_of_equal_articles_is_a_point_and_of_unequal_ones_is_not():
    weights = draw_weights(20)
    same = estimate_share([3] * 20, [4] * 20, weights)
    assert (same.value, same.low, same.high) == (0.75, 0.75, 0.75)
    mixed = estimate_share([0] * 10 + [4] * 10, [4] * 20, weights)
    # the share of 20 draws with probability one half: a normal interval is 0.5 +- 0.219
    assert mixed.low == pytest.approx(0.281, abs=0.04)
    assert mixed.high == pytest.approx(0.719, abs=0.04)


def test_weights_are_seeded_and_keep_the_number_of_articles():
    weights = draw_weights(7, resamples=30)
    assert (weights.sum(axis=1) == 7).all()
    assert (weights == draw_weights(7, resamples=30)).all()
    assert (weights != draw_weights(7, resamples=30, seed=1)).any()


def test_undefined_and_empty_scores():
    weights = draw_weights(2)
    nothing = score_counts([0, 0], [0, 0], [0, 0], weights)
    assert nothing.precision.value is nothing.recall.value is nothing.f1.value is None
    missed = score_counts([0, 0], [0, 0], [3, 1], weights)
    assert missed.precision.value is None
    assert missed.f1.value == 0
    assert estimate_share([], [], draw_weights(0)).value is None


def test_calibration_error_by_hand():
    # bin 0.9-1.0: mean confidence .95, accuracy .5, two of three; bin 0.2-0.3: confidence .25, accuracy 0, one of three
    error = measure_calibration_error([0.95, 0.95, 0.25], [True, False, False], 10)
    assert error == pytest.approx((2 * 0.45 + 0.25) / 3)
    assert measure_calibration_error([1.0, 1.0], [True, True], 15) == 0
    assert measure_calibration_error([], [], 10) is None


def test_span_measures_by_hand():
    gold, predicted = {Span(0, 9), Span(15, 33)}, {Span(0, 9), Span(16, 28)}
    counts = count_spans(TEXT, [Span(0, 40)], gold, predicted)
    assert counts["exact"] == Counts(1, 1, 2, 2)
    assert counts["begin"] == Counts(1, 1, 2, 2)
    # gold tokens: Ines Roca + " the pier is shut " ; predicted: Ines Roca + the pier is
    assert counts["overlap"] == Counts(5, 5, 5, 8)
    assert counts["coverage_30"].hits == 2
    assert counts["coverage_80"].hits == 1
    assert sum_jaccard(gold, predicted) == JaccardSum(1 + 12 / 18, 2)
    assert sum_jaccard(gold, {Span(34, 39)}) == JaccardSum(0.0, 3)


def test_words_measure_sets_quote_marks_aside():
    counts = count_spans(TEXT, [Span(0, 40)], {Span(15, 33)}, {Span(16, 32)})
    assert counts["exact"].hits == 0
    assert counts["words"].hits == 1
    assert trim_marks(TEXT, Span(15, 33)) == Span(16, 32)
    assert trim_marks('"..."', Span(0, 5)) == Span(0, 5)


def test_sentence_measure_counts_a_long_span_once_a_sentence():
    text = "It held. It shook. It fell."
    sentences = [Span(0, 8), Span(9, 18), Span(19, 27)]
    counts = count_spans(text, sentences, {Span(0, 27)}, {Span(0, 8), Span(9, 18)})
    assert counts["sentence"] == Counts(2, 2, 2, 3)
    assert counts["exact"].hits == 0


def test_coverage_is_one_to_one():
    counts = count_spans(TEXT, [Span(0, 40)], {Span(0, 4), Span(5, 9)}, {Span(0, 40)})
    assert counts["coverage_30"] == Counts(1, 1, 1, 2)


@given(spans_strategy, spans_strategy)
def test_span_counts_never_exceed_their_totals(gold, predicted):
    for counts in count_spans(TEXT, [Span(0, 20), Span(20, 40)], gold, predicted).values():
        assert 0 <= counts.hits <= counts.predicted
        assert 0 <= counts.found <= counts.gold
    jaccard = sum_jaccard(gold, predicted)
    assert 0 <= jaccard.total <= jaccard.spans


@given(spans_strategy)
def test_spans_against_themselves_are_all_right(gold):
    gold = set(join_pieces(TEXT, gold))
    for counts in count_spans(TEXT, [Span(0, 20), Span(20, 40)], gold, gold).values():
        assert counts.hits == counts.found == counts.predicted == counts.gold
    jaccard = sum_jaccard(gold, gold)
    assert jaccard.total == jaccard.spans == len(gold)


def test_pieces_with_white_space_between_them_are_one():
    assert join_pieces("one two, three", [Span(4, 7), Span(0, 4), Span(9, 14)]) == {Span(0, 7), Span(9, 14)}
    assert join_pieces("  ", [Span(0, 2)]) == frozenset()


def make_claim(source, cue, content):
    return {name: frozenset(spans) for name, spans in (("source", source), ("cue", cue), ("content", content))}


def test_tuples_need_all_three_parts_and_answer_once():
    gold = [make_claim([Span(0, 9)], [Span(10, 14)], [Span(15, 33)])]
    quoted = make_claim([Span(0, 9)], [Span(10, 14)], [Span(16, 32)])
    bare = make_claim([], [Span(10, 14)], [Span(15, 33)])
    assert {name: c.hits for name, c in count_tuples(TEXT, gold, gold).items()} == dict.fromkeys(TUPLE_MEASURES, 1)
    assert {name: c.hits for name, c in count_tuples(TEXT, gold, [quoted]).items()} == {
        "exact": 0,
        "words": 1,
        "overlap": 1,
    }
    assert all(counts.hits == 0 for counts in count_tuples(TEXT, gold, [bare]).values())
    assert count_tuples(TEXT, gold * 2, gold)["exact"] == Counts(1, 1, 1, 2)


def test_sentences_are_aligned_by_largest_overlap():
    predicted = [Sentence(0, 0, 10), Sentence(1, 11, 30), Sentence(2, 40, 50)]
    gold = [Span(0, 10), Span(8, 20), Span(20, 30), Span(31, 39), Span(45, 60)]
    found = [sentence and sentence.id for sentence in align_sentences(gold, predicted)]
    assert found == [0, 1, 1, None, 2]


@pytest.mark.parametrize(
    ("gold", "predicted", "person", "strict", "lenient"),
    [
        ("Ola Brandt", "ola brandt", True, True, True),
        ("Mr. Brandt", "Brandt", True, True, True),
        ("Mayor Tove Lind", "Tove Lind", True, True, True),
        ("the Norlink board", "Norlink board", False, True, True),
        ("Norlink’s board", "Norlink board", False, True, True),
        ("the U.K. Harbour Office", "UK Harbour Office", False, True, True),
        ("Quay Riders for Rights (QRR)", "Quay Riders for Rights", False, True, True),
        ("Arno “Shorty” Blau", "Arno Blau", True, True, True),
        # a description before or after a person's full name
        ("Norlink engineer Ola Brandt", "Ola Brandt", True, True, True),
        ("Ola Brandt, who keeps the log", "Ola Brandt", True, True, True),
        ("the harbour's keeper, Ola Brandt", "Ola Brandt", True, True, True),
        ("Ola Brandt", "dredger Ola Brandt", True, True, True),
        # somebody else's name inside the description
        ("a cousin of Ola Brandt", "Ola Brandt", True, False, True),
        ("Tove Lind, sister of Ola Brandt", "Ola Brandt", True, False, True),
        # parts of names
        ("Ola Brandt", "Brandt", True, False, True),
        ("Ola Brandt", "Ola", True, False, False),
        ("Federation of Quay Unions", "FQU", False, False, True),
        ("two port officials", "port officials", False, False, True),
        ("Justice Ministry", "the ministry", False, False, True),
        ("Ola Brandt", "Tove Lind", True, False, False),
        ("Ola Brandt", "", True, False, False),
    ],
)
def test_names(gold, predicted, person, strict, lenient):
    assert match_names(gold, predicted, person) is strict
    assert match_names_loosely(gold, predicted, person) is lenient


@given(st.text(max_size=30), st.text(max_size=30), st.booleans())
def test_names_never_fail_and_agree_both_ways(first, second, person):
    assert match_names(first, second, person) == match_names(second, first, person)
    assert match_names(first, first, person) is bool(split_name(first, person))
    assert not match_names(first, second, person) or match_names_loosely(first, second, person)
