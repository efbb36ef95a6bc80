from __future__ import annotations

import io
import unicodedata

from fake_annotator import make_annotation
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.labels import LABELS
from annotator.records import Article
from annotator.render import LABEL_STYLES, PLAIN_WIDTH, escape_controls, make_console, print_annotation

TEXT = "Ilse Varga said the mole would hold. Others doubt it, one of them loudly."
STEERING = {"Cc", "Cs", "Zl", "Zp"}
TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def render(text, **settings):
    stream = io.StringIO()
    print_annotation(make_annotation(Article("a", text)), make_console(file=stream, **settings))
    return stream.getvalue()


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None), max_size=80))
def test_any_article_is_shown_without_steering_characters(text):
    shown = render(text)
    for character in set(shown) - {"\n"}:
        assert unicodedata.category(character) not in STEERING
        assert unicodedata.bidirectional(character) not in TURNS


def test_escapes_are_visible_and_words_stay():
    assert escape_controls("a\x1b[31mb\u202ec\r\n d\ud800") == "a\\x1b[31mb\\u202ec d\\ud800"
    assert escape_controls("naïve 🧑‍🚒 “quoted”") == "naïve 🧑‍🚒 “quoted”"


def test_markup_and_emoji_codes_in_the_text_are_only_text():
    text = (
        "[bold red]Not red[/bold red], :smile: says [link=http://x.invalid]the board[/link]. And [/] ends it all here."
    )
    shown = "".join(render(text).split())
    assert ":smile:" in shown
    assert "[/]" in shown


def test_plain_output_fits_the_width_and_marks_source_and_cue():
    shown = render(TEXT * 5)
    assert "\x1b" not in shown
    assert all(line == line.rstrip() for line in shown.splitlines())
    assert max(map(len, shown.splitlines())) <= PLAIN_WIDTH
    assert "[Ilse Varga said" in shown
    assert "<" in shown


def test_every_part_is_shown():
    shown = render(TEXT)
    for part in ("Sources (2)", "Claims (2)", "Profile", "attributed_claim", "anonymous_source_claim", "(headline)"):
        assert part in shown
    for part in (
        "Ilse Varga",
        "substantial 6/10",
        "identity 4  named person: “Ilse Varga",
        "not_gradable",
        "c1",
        "bare_source",
    ):
        assert part in shown
    for part in ("mean_T", "3 of 6", "95% 0.20-0.80", "mean 4.2", "low_evidence", "to check. They"):
        assert part in shown


def test_a_terminal_gets_colours():
    assert "\x1b[" in render(TEXT, force_terminal=True, color_system="standard", width=80)


def test_every_label_has_a_style():
    assert set(LABEL_STYLES) == set(LABELS)


def test_a_very_long_word_is_folded():
    assert max(map(len, render("x" * 3000).splitlines())) <= PLAIN_WIDTH
