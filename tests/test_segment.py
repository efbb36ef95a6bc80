"""Sentences and zones: invariants on any text, then what news needs."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.labels import ZONES
from annotator.records import Article
from annotator.segment import segment_article

NOISE = st.text(st.sampled_from("\"'“”‘«»()[] \n\r\t.!?…:,-•aBc1é😀\u0301\u00a0\u2028"), max_size=150)
PARAGRAPHS = st.lists(
    st.sampled_from(
        ["He left. She stayed.", "“We won,” Roca said.", "The U.S. Senate met", "By Ines Roca", "Was it? No."]
    ),
    min_size=1,
)


def cut(text: str, title: str | None = None) -> list[str]:
    return [text[found.start : found.end] for found in segment_article(Article("a", text, title))]


def zones(text: str, title: str | None = None) -> list[str]:
    return [found.zone for found in segment_article(Article("a", text, title))]


@settings(deadline=None)
@given(NOISE | st.text(max_size=100))
def test_sentences_are_ordered_disjoint_and_worded(text: str) -> None:
    found = segment_article(Article("a", text))
    assert [one.id for one in found] == list(range(len(found)))
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert all(one.zone in ZONES for one in found)
    for words in cut(text):
        assert words == words.strip()
        assert any(map(str.isalnum, words))
    gaps = zip([0, *(one.end for one in found)], [*(one.start for one in found), len(text)], strict=True)
    assert not any(char.isalnum() for start, end in gaps for char in text[start:end])
    assert found == segment_article(Article("a", text))


@settings(deadline=None)
@given(PARAGRAPHS, PARAGRAPHS)
def test_each_paragraph_is_cut_by_itself(before: list[str], after: list[str]) -> None:
    assert cut("\n\n".join(before + after)) == cut("\n\n".join(before)) + cut("\n\n".join(after))


@pytest.mark.parametrize(
    "sentences",
    [
        ["Gen. Aas met Sen. Roca at 5 p.m. Tuesday.", "He left at 6 p.m.", "They live in the U.S.", "It rained."],
        ["U.S. Senator Aas left.", "J. K. Lind of Norlink Inc. paid $5.5 million for No. 7 St. Ives Rd. on Jan. 5."],
        ["Army Lt. Col. Dag Holm spoke.", "So did Sen. Bea Norn (D-Calif.), who had come late."],
        ['"Is it?" he asked.', '"Yes!" said Roca.'],
        ["“Is it?” Brandt asked.", "“It is.”", "She left."],
        ["“We will.” Brandt said.", "He added: “And soon.”"],
        ["He said: “We won. ”", "Then he left."],
        ['"We rowed.', "It was dark.", 'Then we landed," Lind said.'],
        ["Wait ... what?", "It was in the lead.", "Korea lost by a month.", "Then it rained."],
        ["1. First thing.", "2. Second thing."],
    ],
)
def test_sentences_of_news(sentences: list[str]) -> None:
    assert cut(" ".join(sentences)) == sentences


@pytest.mark.parametrize("marks", ["“”", '""', "«»", "„“"])
def test_quote_marks_of_every_style_are_cut_alike(marks: str) -> None:
    opening, closing = marks
    text = (
        f"{opening}We won.{closing} Then {opening}it ended{closing}. {opening}Did it?{closing} Brandt asked."
        f" {opening}Yes.{closing}"
    )
    assert len(cut(text)) == 4


@pytest.mark.parametrize("text", ["", " \n ", "“", '."', "…\n\n”"])
def test_marks_alone_are_no_sentence(text: str) -> None:
    assert cut(text) == []


def test_lines_wrapped_at_a_width_are_joined() -> None:
    text = (
        "Bridge shut\n\nThe bridge at Holm was shut on Monday after crews found a\ncrack in the main beam, said"
        " the road office. Traffic\n"
        "was sent round by Norvik. The engineer in charge is Ola\nBrandt, who lives there.\nNobody was hurt."
    )
    assert cut(text)[1:] == [
        "The bridge at Holm was shut on Monday after crews found a\ncrack in the main beam, said the road office.",
        "Traffic\nwas sent round by Norvik.",
        "The engineer in charge is Ola\nBrandt, who lives there.",
        "Nobody was hurt.",
    ]


def test_a_line_is_a_paragraph_elsewhere() -> None:
    text = "Bridge shut\r\nThe bridge was shut.\r\n• First the cars\r\n• Then the trams\r\nIt opens soon."
    assert cut(text) == [
        "Bridge shut",
        "The bridge was shut.",
        "• First the cars",
        "• Then the trams",
        "It opens soon.",
    ]
    assert all(found.opens_paragraph for found in segment_article(Article("a", text)))


def test_headline_standfirst_and_body() -> None:
    text = "Quay sold\n\nCouncil takes the third offer after a night of talks\n\nThe quay was sold. It is old."
    assert zones(text) == ["headline", "standfirst", "body", "body"]
    assert zones("The quay is sold.\n\nIt is old.", "The quay is sold") == ["headline", "body"]
    assert zones("The quay is sold.\n\nIt is old.") == ["body", "body"]


@pytest.mark.parametrize(
    "line",
    [
        "By Ines Roca",
        "Ines Roca/Reuters",
        "(AP)",
        "Photo: Dag Holm",
        "Updated at 10:20 a.m. ET",
        "Monday, May 4, 2020",
        "Read more: Quay sold to Norlink",
        "Sign up for our newsletter.",
        "Follow us on Twitter and Facebook.",
        "Correction: The quay is 90 metres long.",
        "Reporting by Ines Roca; Editing by Dag Holm",
        "© 2021 The Quay Gazette",
        "All rights reserved.",
        "https://gazette.example/quay",
        "— Ines Roca (@quayrat) May 4, 2020",
    ],
)
def test_boilerplate(line: str) -> None:
    text = f"Quay sold\n\nThe quay was sold on Monday.\n\n{line}\n\nIt is old."
    assert zones(text) == ["headline", "body", "boilerplate", "body"]


@pytest.mark.parametrize(
    "line",
    ["Photo by photo, the quay came back.", "Read the tides, he said.", "By noon it had rained.", "Police said so."],
)
def test_body_is_not_taken_for_boilerplate(line: str) -> None:
    assert zones(f"Quay sold\n\nThe quay was sold.\n\n{line}") == ["headline", "body", "body"]


def test_caption() -> None:
    assert zones("Quay sold\n\nThe quay at dawn. (Reuters)\n\nIt was sold.")[1] == "caption"
    assert zones("Quay sold\n\nFile photo: the quay at dawn.\n\nIt was sold.")[1] == "caption"


def test_interviews() -> None:
    text = (
        "Five questions\n\nQ: Did you know?\n\nA: Not then. I read it.\n\nQ: Who signed?\n\nA: I forget.\n\nThe"
        " interview was edited."
    )
    question, answer = "interview_question", "interview_answer"
    assert zones(text) == ["headline", question, answer, answer, question, answer, "body"]
    named = "Talk\n\nGazette: Did you know?\n\nBrandt: Not then.\n\nGazette: Who signed?\n\nBrandt: I forget."
    assert zones(named) == ["headline", question, answer, question, answer]
    assert zones("Talk\n\nTreasurer Jon Aas: “It pays.”\n\nThe vote is near.") == ["headline", "body", "body"]


def test_a_large_article_is_cut() -> None:
    assert len(cut("He said so. " * 3_000)) == 3_000
    assert len(cut("word " * 3_000)) == 1
