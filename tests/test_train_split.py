"""The validation part: whole articles, every class on both sides where that can be, and no article on two sides."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from annotator.labelled import LabelledArticle, LabelledSentence, LabelledSpan
from annotator.labels import LABELS
from annotator.training.split import count_labels, keep_labels, part_articles

labels = st.lists(st.sampled_from([*LABELS, None]), max_size=12)


def make(number, names) -> LabelledArticle:
    sentences = tuple(LabelledSentence(10 * place, 10 * place + 9, name) for place, name in enumerate(names))
    return LabelledArticle(f"a{number}", "It held .\n" * len(names), sentences)


def count(articles) -> Counter:
    return sum((count_labels(article) for article in articles), Counter())


@given(st.lists(labels, min_size=2, max_size=30), st.sampled_from([None, 0.05, 0.2, 0.5]))
def test_articles_are_parted_whole(texts, share):
    articles = [make(number, names) for number, names in enumerate(texts)]
    if sum(map(bool, map(count_labels, articles))) < 2:
        return
    parted = part_articles(articles, share)
    assert [part.train or part.held for part in parted] == articles
    assert all((part.train is None) != (part.held is None) for part in parted)
    train, held = (count(filter(None, side)) for side in zip(*((p.train, p.held) for p in parted), strict=True))
    total = count(articles)
    assert train + held == total and train and held
    in_articles = Counter(name for article in articles for name in count_labels(article))
    if held.total() >= (share or 0.2) * total.total() / 2 and len(articles) == 2:
        assert set(train) | set(held) == set(in_articles)


@given(st.lists(st.permutations(LABELS), min_size=4, max_size=20), st.sampled_from([None, 0.1, 0.3]))
def test_every_class_is_on_both_sides_where_all_articles_have_it(texts, share):
    parted = part_articles([make(number, names) for number, names in enumerate(texts)], share)
    for side in ("train", "held"):
        assert set(count(filter(None, (getattr(part, side) for part in parted)))) == set(LABELS)


def test_a_rare_class_is_moved_to_validation_but_not_all_of_it():
    common, rare = ["narration"] * 5, ["narration", "direct_quote"]
    texts = [common] * 10 + [rare] * 2
    parted = part_articles([make(number, names) for number, names in enumerate(texts)])
    train = count(part.train for part in parted if part.train)
    held = count(part.held for part in parted if part.held)
    assert train["direct_quote"] == held["direct_quote"] == 1
    only = part_articles([make(number, names) for number, names in enumerate(texts[:11])])
    assert count(part.train for part in only if part.train)["direct_quote"] == 1


def test_one_sentence_a_row_is_split_about_as_asked():
    articles = [make(number, [LABELS[number % 4]]) for number in range(400)]
    assert 50 <= sum(part.held is not None for part in part_articles(articles)) <= 110


@given(st.lists(st.sampled_from([*LABELS, None]), min_size=2, max_size=30))
def test_a_single_article_is_cut_in_two(names):
    article = make(0, names)
    if count_labels(article).total() < 2:
        return
    parted = part_articles([make(1, [None]), article])
    assert parted[0].held is None
    train, held = parted[1].train, parted[1].held
    assert train.text == held.text == article.text
    assert count_labels(train) + count_labels(held) == count_labels(article)
    last = max(place for place, sentence in enumerate(train.sentences) if sentence.label)
    first = min(place for place, sentence in enumerate(held.sentences) if sentence.label)
    assert last < first


def test_labels_are_dropped_with_their_spans():
    article = make(0, LABELS)
    spans = (LabelledSpan(0, 2, "source"), LabelledSpan(10, 12, "source"))
    kept = keep_labels(LabelledArticle(article.id, article.text, article.sentences, spans), {1})
    assert [sentence.label for sentence in kept.sentences] == [None, LABELS[1], None, None]
    assert kept.spans == spans[1:]
