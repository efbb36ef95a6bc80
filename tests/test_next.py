"""What to label next: what is chosen, the queue that tools read, and the command on articles and on a run."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import make_model_folder
from typer.testing import CliRunner

from annotator.choose import Candidate, choose_sentences, list_candidates, make_queue, read_queue
from annotator.cli.main import app
from annotator.errors import InputError
from annotator.formats import read_data
from annotator.labelled import read_labelled, write_labelled
from annotator.labels import LABELS

SURE, UNSURE = (0.97, 0.01, 0.01, 0.01), (0.4, 0.38, 0.11, 0.11)
TEXTS = {
    "dike.txt": "Dike holds 🦆\n\n“It held,” said Ola Brandt, the reeve. Two officials said it had not.\r\nThe rain went on.",
    "pier.txt": "Pier shut\n\nThe pier is shut, the harbour board said. Critics say it never opened. Gulls circled the pier.",
}
SHARES = st.lists(st.floats(0.01, 1), min_size=4, max_size=4).map(lambda row: tuple(x / sum(row) for x in row))
CANDIDATES = st.lists(SHARES, min_size=1, max_size=12).map(
    lambda rows: [Candidate("a", n, f"sentence number {n}", shares) for n, shares in enumerate(rows)]
)


def test_the_unsure_sentence_comes_first():
    rows = [Candidate("a", n, f"line {n}", UNSURE if n == 3 else SURE) for n in range(6)]
    first = choose_sentences(rows, 2)[0]
    assert first.candidate.sentence == 3
    assert first.why == "attributed claim 0.40 or anonymous source claim 0.38" or " or " in first.why


def test_of_equally_unsure_sentences_the_rarer_label_comes_first():
    common = [Candidate("a", n, f"line {n}", (0.55, 0.45, 0.0, 0.0)) for n in range(8)]
    rare = Candidate("a", 8, "line 8", (0.0, 0.0, 0.55, 0.45))
    assert choose_sentences([*common, rare], 1)[0].candidate is rare


def test_the_same_words_are_not_asked_for_twice_before_others():
    rows = [Candidate("a", n, "the same words", UNSURE) for n in range(3)] + [Candidate("a", 3, "other words", UNSURE)]
    assert {choice.candidate.text for choice in choose_sentences(rows, 2)} == {"the same words", "other words"}

    def embed(texts):
        return np.asarray([[1.0, 0.0] if "same" in text else [0.0, 1.0] for text in texts])

    assert {choice.candidate.text for choice in choose_sentences(rows, 2, embed)} == {"the same words", "other words"}


@given(CANDIDATES, st.integers(0, 15))
def test_as_many_as_asked_each_once_and_always_the_same(rows, count):
    chosen = choose_sentences(rows, count)
    assert len(chosen) == min(count, len(rows))
    places = [choice.candidate.sentence for choice in chosen]
    assert len(set(places)) == len(places)
    assert chosen == choose_sentences(rows, count)
    assert chosen[: count // 2] == choose_sentences(rows, count)[: count // 2]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_model_folder(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def articles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("articles")
    for name, text in TEXTS.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    return folder


def call(*arguments):
    return CliRunner().invoke(app, ["next", *map(str, arguments)])


def test_queue_holds_whole_articles_and_suggestions_for_the_chosen(articles, model, tmp_path):
    out = tmp_path / "queue.jsonl"
    result = call(articles, "-n", 3, "-o", out, "--model", model)
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(out) and "3 of" in result.stderr
    queue = read_labelled(out)
    rows = [row for article in queue for row in article.sentences]
    assert sum(row.label is not None for row in rows) == 3 and any(row.label is None for row in rows)
    for article in queue:
        assert article.text == TEXTS[article.id]
        for item in article.meta["queue"]:
            assert article.sentences[item["sentence"]].label in LABELS and " or " in item["why"]
    assert sum(map(len, read_queue(out).values())) == 3
    assert call(articles, "-n", 3, "-o", out, "--model", model).exit_code == 2  # it is there already
    again = tmp_path / "again.jsonl"
    call(articles, "-n", 3, "-o", again, "--model", model)
    assert again.read_bytes() == out.read_bytes()


def test_a_run_gives_the_same_queue_and_known_sentences_are_left_out(articles, model, tmp_path):
    run = tmp_path / "run"
    arguments = ["annotate", str(articles), "-o", str(run), "--model", str(model), "--any-language"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert call(run, "-n", 3, "-o", tmp_path / "a.jsonl").exit_code == 0
    assert call(articles, "-n", 3, "-o", tmp_path / "b.jsonl", "--model", model).exit_code == 0
    first = read_queue(tmp_path / "a.jsonl")
    assert first == read_queue(tmp_path / "b.jsonl")
    write_labelled(read_labelled(tmp_path / "a.jsonl"), tmp_path / "done.jsonl")
    assert call(run, "-n", 3, "-o", tmp_path / "c.jsonl", "--labelled", tmp_path / "done.jsonl").exit_code == 0
    second = read_queue(tmp_path / "c.jsonl")
    assert not {(a, n) for a, rows in first.items() for n in rows} & {
        (a, n) for a, rows in second.items() for n in rows
    }


@pytest.mark.parametrize("to", ["label-studio", "prodigy", "doccano", "csv", "brat", "conll"])
def test_queue_in_the_format_of_a_tool_can_be_read_back(articles, model, tmp_path, to):
    result = call(articles, "-n", 3, "-o", tmp_path / "queue", "--to", to, "--model", model)
    assert result.exit_code == 0, result.output
    labels = [row.label for article in read_data(tmp_path / "queue").articles for row in article.sentences]
    assert sum(label is not None for label in labels) == 3


def test_boilerplate_short_lines_and_broken_files(tmp_path):
    sentence = {"start": 0, "end": 9, "zone": "body", "label": LABELS[0], "probabilities": {}, "claim_ids": []}
    record = {"article": {"id": "a", "text": "Rain fell"}, "sentences": [sentence], "claims": [], "sources": []}
    assert list(list_candidates(record)) == []  # two words
    record["article"]["text"] = "So it is."
    assert [item.sentence for item in list_candidates(record)] == [0]
    assert list(list_candidates(record, {"so it is."})) == []
    sentence["zone"] = "boilerplate"
    assert list(list_candidates(record)) == []
    assert make_queue([record], []) == []
    (tmp_path / "annotations.jsonl").write_text("{", encoding="utf-8")
    assert call(tmp_path, "-o", tmp_path / "q.jsonl").exit_code == 2
    assert call(tmp_path / "nothing", "-o", tmp_path / "q.jsonl").exit_code == 2
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps({"id": "a", "text": "So.", "sentences": []}) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="no queue"):
        read_queue(path)
