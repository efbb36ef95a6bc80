"""Quote marks: invariants on any text, the same words in every style, and the marks that are no quotation."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.quotes import find_quotations, is_clause_like

NOISE = st.text(st.sampled_from("\"'“”‘’„«»‹›`‚ \n.,:aB1é😀\u0301\u00a0—("), max_size=120)
STYLES = [
    ("“", "”"),
    ('"', '"'),
    ("‘", "’"),
    ("'", "'"),
    ("«", "»"),
    ("»", "«"),
    ("„", "“"),
    ("``", "''"),
    ("''", "''"),
    ("« ", " »"),
]
WORDS = [
    "The pier held,",
    "It shouldn't have.",
    "We counted the crews' boats twice.",
    "Nobody slept, did they?",
    "a patch",
]


def quoted(text: str) -> list[str]:
    return [text[found.start : found.end] for found in find_quotations(text)]


@given(NOISE | st.text(max_size=80))
def test_quotations_are_in_order_and_inside_the_text(text: str) -> None:
    found = find_quotations(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= two.start and one.group <= two.group for one, two in pairwise(found))
    assert all(words == words.strip() and words for words in quoted(text))


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_every_style_gives_the_same_words(opening: str, closing: str) -> None:
    a, b, c, d, e = (f"{opening}{words}{closing}" for words in WORDS)
    text = (
        f"{a} engineer Ola Brandt said. {b} Then, in the '90s: {c}\n\n{d} Mira Stein’s deputy called it {e} and left."
    )
    assert quoted(text) == WORDS
    assert all(found.closed for found in find_quotations(text))


@pytest.mark.parametrize(
    "text",
    [
        "They shouldn't, and shouldn‘t have; O’Brien and O'Brien agree.",
        "Rock 'n' roll of the '90s and the class of '08, ’tis said.",
        "The dogs' tails, the boys’ hats and the workers' shed.",
        'A 27" screen stood 6\'2" high.',
        "‘Abd al-Rahman spoke for an hour.",
        '""=',
        "",
    ],
)
def test_apostrophes_and_stray_marks_open_nothing(text: str) -> None:
    assert quoted(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\"She told me 'run', and I ran,\" Brandt said.", ["She told me 'run', and I ran,"]),
        ('"She told me "run", and I ran," Brandt said. "Late."', ['She told me "run", and I ran,', "Late."]),
        ("'She told me \"run\", and I ran,' Brandt said.", ['She told me "run", and I ran,']),
        ("'She told me 'run', and I ran,' Brandt said.", ["She told me 'run', and I ran,"]),
        ("'The dogs' tails wagged,' he said. 'No.'", ["The dogs' tails wagged,", "No."]),
        ("'Tis the season,' she said.", ["Tis the season,"]),
        ('"He is 6\'2" tall," she said.', ["He is 6'2\" tall,"]),
        ('"Bob."\n\n"What."', ["Bob.", "What."]),
    ],
)
def test_nested_marks_belong_to_the_outermost_quotation(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize("mark", ['"', "“", "„", "«", "``", "'", "‘"])
def test_an_unclosed_quotation_ends_with_its_paragraph(mark: str) -> None:
    text = f"Ines Roca said: {mark}The quay is shut until noon.\n\nTwo boats lay outside."
    (found,) = find_quotations(text)
    assert text[found.start : found.end] == "The quay is shut until noon."
    assert not found.closed


@pytest.mark.parametrize(("opening", "closing"), [pair for pair in STYLES if pair[0] != "« "])
def test_pieces_reopened_in_each_paragraph_share_a_group(opening: str, closing: str) -> None:
    text = (
        f"{opening}We rowed,{closing} Lind said. {opening}It was dark.\n\n{opening}It was cold. Nobody sang.\n\n"
        f"{opening}Then we landed.{closing}\n\nThe bay is wide."
    )
    found = find_quotations(text)
    assert quoted(text) == ["We rowed,", "It was dark.", "It was cold. Nobody sang.", "Then we landed."]
    assert [one.closed for one in found] == [True, False, False, True]
    assert found[0].group != found[1].group
    assert len({one.group for one in found[1:]}) == 1


def test_a_quotation_may_close_in_a_paragraph_that_did_not_reopen_it() -> None:
    text = "“It was dark.\n\nNobody sang.\n\nThen we landed,” Lind said."
    assert quoted(text) == ["It was dark.", "Nobody sang.", "Then we landed,"]
    assert len({one.group for one in find_quotations(text)}) == 1


def test_long_runs_of_marks_are_scanned() -> None:
    assert find_quotations("“" * 20_000 + "' " * 20_000) is not None
    assert len(find_quotations("“a” " * 20_000)) == 20_000


@pytest.mark.parametrize(
    "words",
    [
        "was never told how close it came",
        "We won.",
        "Go home",
        "I don't know",
        "forged a bond",
        "It held",
        "they left us",
    ],
)
def test_clauses(words: str) -> None:
    assert is_clause_like(words)


@pytest.mark.parametrize(
    "words", ["a patch", "temporary", "Harbour Nights", "the Elbow", "deep regret", "cold and tired", ""]
)
def test_fragments(words: str) -> None:
    assert not is_clause_like(words)
