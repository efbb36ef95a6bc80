"""The review as a person uses it: in Chromium, with mouse or keyboard alone, over real runs and a real server."""

import json
import random

import pytest
from browser import find_barriers, needs_browser, open_page
from playwright.sync_api import expect
from reviewing import (
    BRIDGE,
    drag,
    go_to,
    make_run,
    press,
    read_label,
    read_words,
    reviewing_bridge,
    running,
    visit,
    wait_saved,
)
from tiny import make_model_folder
from typer.testing import CliRunner

from annotator import Annotator
from annotator.cli.main import app
from annotator.labelled import LabelledArticle, LabelledSentence, read_labelled, write_labelled
from annotator.labels import ANONYMOUS, ATTRIBUTED, NARRATION, QUOTE
from annotator.records import Article
from annotator.segment import segment_article

pytestmark = needs_browser


# The loop


def test_from_raw_articles_to_a_model_that_answers_otherwise(page, tmp_path):
    """Keyboard only: annotate, review every sentence, train, annotate again."""
    (tmp_path / "articles").mkdir()
    quoted, told = "“We counted {} twice.”", "The bridge {} is closed."
    for number, word in enumerate(("a", "b", "c", "d", "e", "f")):
        text = f"{told.format(word)} {quoted.format(word)} {quoted.format(number)}\n"
        (tmp_path / "articles" / f"{word}.txt").write_text(text, encoding="utf-8")
    model, out, new = make_model_folder(tmp_path / "tiny"), tmp_path / "out", tmp_path / "new"
    call("annotate", tmp_path / "articles", "-o", out, "--model", model, "--any-language", "--quiet")

    with running(out) as (address, _):
        visit(page, address)
        for _ in range(18):
            quotes = "“" in page.evaluate("document.querySelector('.sentence.current').textContent")
            press(page, "3" if quotes else "1", "Enter")
            wait_saved(page)
        assert page.inner_text("#overall").startswith("Article 6 of 6 · 18 of 18 checked (100%)")

    labels = out / "labels.jsonl"
    taught = {
        item.text[sentence.start : sentence.end]: sentence.label
        for item in read_labelled(labels)
        for sentence in item.sentences
    }
    assert len(taught) == 18 and set(taught.values()) == {NARRATION, QUOTE}
    call(
        "train", labels, "-o", new, "--base", model, "--epochs", 24, "--learning-rate", 0.01, "--validation-share", 0.3,
        "--no-augment",
    )  # fmt: skip
    assert read_answers(new, out) == taught
    assert read_answers(model, out) != taught


def call(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output


def read_answers(model, out):
    annotator = Annotator.load(model)
    records = [json.loads(line) for line in (out / "annotations.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = [record["article"]["text"] for record in records]
    return {text[item.start : item.end]: item.label for text in texts for item in annotator.annotate(text).sentences}


# By keyboard alone


@pytest.fixture
def bridge(tmp_path):
    with reviewing_bridge(tmp_path) as found:
        yield found


def test_everything_can_be_done_without_a_mouse(page, bridge):
    address, labels, _ = bridge
    visit(page, address)
    press(page, "n")
    assert read_label(page) == QUOTE and "piles" in page.evaluate("document.activeElement.textContent")
    press(page, "Enter")
    go_to(page, "Two officials")
    press(page, "4", "ArrowRight", "Shift+ArrowRight", "s", "ArrowRight", "ArrowRight", "ArrowRight", "c")
    press(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Shift+End", "Alt+Shift+ArrowLeft", "w")
    press(page, "t")
    page.keyboard.type("unnamed gr")
    press(page, "Enter")
    wait_saved(page)

    (article,) = read_labelled(labels)
    assert read_words(article) == [
        ("c1", "content", "“The piles are rotten 🪵,”"),
        ("c1", "cue", "said"),
        ("c1", "source", "Elsbeth Crane"),
        ("c2", "content", "repairs would take a year"),
        ("c2", "cue", "said"),
        ("c2", "source", "Two officials"),
    ]
    headline, quotation, officials, built = article.sentences
    assert (headline.label, built.label) == (None, None)
    assert (quotation.label, quotation.source_name, quotation.source_type) == (QUOTE, "Elsbeth Crane", "named_person")
    assert (officials.label, officials.source_name) == (ANONYMOUS, "Two officials")
    assert (officials.source_type, officials.anonymity_type) == ("unnamed_group", "veiled")
    lines = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    assert [line["review"]["revision"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["review"]["decision"] for line in lines] == ["check", "label", "span", "span", "span", "source"]
    assert {line["review"]["coder"] for line in lines} == {"ana"}


def test_undo_and_redo_go_through_every_decision(page, bridge):
    address, labels, _ = bridge
    visit(page, address)
    states = []
    go_to(page, "Two officials")
    for keys in (
        ("4",),
        ("ArrowRight", "s"),
        ("w",),
        ("q",),
        ("m",),
        ("p",),
        ("Shift+M",),
        ("2",),
        ("1",),
        ("0",),
        ("x",),
    ):
        states.append(page.inner_text("#panel"))
        press(page, *keys)
    states.append(page.inner_text("#panel"))
    press(page, "k", "k")
    for state in states[-2::-1]:
        press(page, "u")
        assert page.inner_text("#panel") == state
    press(page, "u")
    assert page.inner_text("#message") == "There is nothing to undo."
    for state in states[1:]:
        press(page, "Shift+U")
        assert page.inner_text("#panel") == state
    press(page, "Control+z", "Control+y", "Control+z", "Control+Shift+z")
    assert page.inner_text("#panel") == states[-1]
    wait_saved(page)
    decisions = [json.loads(line)["review"]["decision"] for line in labels.read_text(encoding="utf-8").splitlines()]
    assert decisions.count("undo") == 13 and decisions.count("redo") == 13


def test_mentions_are_linked_to_one_source_and_named(page, bridge):
    address, labels, _ = bridge
    visit(page, address)
    go_to(page, "Two officials")
    press(page, "2", "ArrowRight", "Shift+ArrowRight", "s", "l")
    page.keyboard.type("elsbeth")
    press(page, "Enter", "r")
    page.keyboard.type("Dr Crane")
    press(page, "Enter", "j", "2", "p", "k", "k", "Enter")
    wait_saved(page)
    (article,) = read_labelled(labels)
    assert [sentence.source_name for sentence in article.sentences] == [None, *["Dr Crane"] * 3]

    go_to(page, "1911")
    press(page, "l")
    page.keyboard.type("somebody else")
    press(page, "Enter", "r")
    page.keyboard.type("Nobody")
    press(page, "Enter", "l")
    page.keyboard.type("crane")
    press(page, "Shift+Enter")
    wait_saved(page)
    (article,) = read_labelled(labels)
    assert [sentence.source_name for sentence in article.sentences] == [None, *["Dr Crane"] * 3]


def test_single_keys_can_be_switched_off_for_speech_input(page, bridge):
    visit(page, bridge[0])
    press(page, "?")
    page.get_by_label("Single letters and digits").uncheck()
    press(page, "Escape", "4")
    assert read_label(page) == NARRATION
    page.reload()
    page.wait_for_selector("body.ready")
    press(page, "4")
    assert read_label(page) == NARRATION


def test_the_rule_stands_beside_the_choice(page, bridge):
    visit(page, bridge[0])
    press(page, "n")
    assert "mainly in its own words" in page.inner_text("#panel")
    assert "a full name, or enough of it" in page.inner_text("#panel")
    press(page, "4")
    assert "principal source is anonymous" in page.inner_text("#panel")
    assert "can be identified" in page.inner_text(".warning")
    press(page, "t")
    assert page.get_by_role("option", name="unnamed group").inner_text().endswith("people briefed on it")
    press(page, "Escape", "v")
    assert "Is it furniture?" in page.inner_text("dialog")


def test_next_goes_to_the_least_certain_across_articles(page, tmp_path):
    lines = " ".join(f"Line {number} tells of the bridge." for number in range(6))
    out = make_run(tmp_path / "out", lines, lines, doubtful=(4, 1, 3))
    with running(out) as (address, _):
        visit(page, address)
        for words in ("Line 1", "Line 3", "Line 4", "Line 1", "Line 3", "Line 4"):
            press(page, "n")
            expect(page.locator(".sentence.current")).to_contain_text(words)
            press(page, "x")
        assert "0 in doubt" in page.inner_text("#overall")
        press(page, "n")
        assert page.inner_text("#message") == "No sentence in doubt is left."
        press(page, "g")
        page.keyboard.type("a0")
        press(page, "Enter")
        expect(page.locator("#overall")).to_contain_text("Article 1 of 2")


def test_a_queue_is_gone_through_in_its_order(page, tmp_path):
    lines = " ".join(f"Line {number} tells of the bridge." for number in range(4))
    out = make_run(tmp_path / "out", lines, lines, lines)
    places = [LabelledSentence(item.start, item.end, None) for item in segment_article(Article("", lines))]
    queue = [
        LabelledArticle(name, lines, tuple(places), meta={"queue": [{"sentence": number} for number in numbers]})
        for name, numbers in (("a2", (3, 0)), ("a0", (1,)))
    ]
    write_labelled(queue, tmp_path / "queue.jsonl")
    with running(out, "--queue", tmp_path / "queue.jsonl") as (address, _):
        visit(page, address)
        for article, words in (("a2", "Line 3"), ("a2", "Line 0"), ("a0", "Line 1")):
            expect(page.locator("#article-facts")).to_contain_text(article)
            expect(page.locator(".sentence.current")).to_contain_text(words)
            press(page, "2", "Enter")
        assert page.inner_text("#message") == "No sentence of the queue is left."
        wait_saved(page)
    assert [article.id for article in read_labelled(out / "labels.jsonl")] == ["a2", "a0"]


# By mouse, with characters of two units


def test_the_mouse_selects_words_and_the_server_gets_code_points(page, bridge):
    address, labels, _ = bridge
    visit(page, address)
    page.click("text=Two officials")
    page.click("[data-command='label-anonymous_source_claim']")
    drag(page, "Two", "officia")  # stretched to whole words
    page.click("[data-command='set-source']")
    drag(page, "epairs", "year")
    press(page, "w")
    page.click("text=The piles")
    drag(page, "piles", "🪵")
    page.click("[data-command='set-content']")
    page.click("[data-command='clear-cue']")
    wait_saved(page)
    (article,) = read_labelled(labels)
    assert read_words(article) == [
        ("c1", "content", "piles are rotten 🪵"),
        ("c1", "source", "Elsbeth Crane"),
        ("c2", "content", "repairs would take a year"),
        ("c2", "source", "Two officials"),
    ]


def test_offsets_are_converted_exactly(page, bridge):
    """Random texts: every code point offset goes to UTF-16 and back, as Python counts it."""
    visit(page, bridge[0])
    source = random.Random(7)
    signs = "ab é\n\r\u200b\u202e\u0301🪵👩‍🚒🇮🇸\ud800\udc00𐍈".replace("\ud800\udc00", "\ud800")
    texts = ["".join(source.choices(signs, k=source.randrange(30))) for _ in range(200)]
    wanted = [
        [len(text[:at].encode("utf-16-le", "surrogatepass")) // 2 for at in range(len(text) + 1)] for text in texts
    ]
    found = page.evaluate(
        """async (texts) => {
          const { Points } = await import("/static/points.js");
          return JSON.parse(texts).map(([text, size]) => {
            const points = new Points(text);
            const units = [...Array(size + 1).keys()].map((at) => points.toUnits(at));
            return [units, units.map((unit) => points.toPoints(unit))];
          });
        }""",
        json.dumps([[text, len(text)] for text in texts]),
    )
    assert found == [[units, list(range(len(units)))] for units in wanted]


# Two coders


def test_disagreements_are_settled_side_by_side(page, tmp_path):
    out = make_run(tmp_path / "out", BRIDGE)
    for coder, key in (("ana", "4"), ("ben", "2")):
        with running(out, "--labels", tmp_path / f"{coder}.jsonl", "--coder", coder) as (address, _):
            visit(page, address)
            press(page, "Enter")
            go_to(page, "piles")
            press(page, "Enter")
            go_to(page, "Two officials")
            press(page, key, "ArrowRight", "Shift+ArrowRight", "s", "j")
            if coder == "ana":
                press(page, "2")
            else:
                press(page, "1")
            wait_saved(page)
    both = tmp_path / "both.jsonl"
    with running(tmp_path / "ana.jsonl", "--against", tmp_path / "ben.jsonl", "-o", both) as (address, _):
        visit(page, address)
        assert "Two officials" in page.inner_text(".sentence.current")
        assert "2 disagreements left" in page.inner_text("#overall")
        rivals = page.inner_text(".rivals")
        assert "ana" in rivals and "ben" in rivals and "Anonymous source" in rivals and "Attributed claim" in rivals
        press(page, "b", "Enter")
        assert "1911" in page.inner_text(".sentence.current")
        press(page, "d")
        table = page.get_by_role("table")
        assert "1 of 2 disagreements settled" in page.inner_text("dialog") and table.get_by_role("row").count() == 3
        press(page, "Escape", "b")
        wait_saved(page)
        press(page, "n")
        assert page.inner_text("#message") == "No disagreement is left."
    (article,) = read_labelled(both)
    assert [sentence.label for sentence in article.sentences] == [NARRATION, QUOTE, ATTRIBUTED, NARRATION]
    assert article.sentences[2].source_name == "Two officials"


# For everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_reaches_wcag_aa(chromium, bridge, scheme):
    with open_page(chromium, color_scheme=scheme, bypass_csp=True) as (page, problems):
        visit(page, bridge[0])
        for keys in (
            ("n",),
            ("4",),
            ("t",),
            ("Escape", "l"),
            ("Escape", "y"),
            ("Escape", "v"),
            ("Escape", "?"),
            ("Escape", "g"),
        ):
            press(page, *keys)
            assert find_barriers(page) == [], keys
        assert not problems


def test_a_narrow_window_hides_nothing(chromium, bridge):
    with open_page(chromium, viewport={"width": 420, "height": 800}, bypass_csp=True) as (page, _):
        visit(page, bridge[0])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.is_visible("[data-command='label-narration']")
        assert find_barriers(page) == []
