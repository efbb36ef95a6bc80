"""PolNeAR's layout to labelled articles, on an invented split; the real one where it is at hand."""

import runpy
import sys
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from annotator.errors import InputError
from annotator.labelled import read_labelled
from annotator.labels import ANONYMOUS, ATTRIBUTED, LABELS, NARRATION, QUOTE
from annotator.records import Span

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
sys.path.insert(0, str(SCRIPTS))
import polnear  # noqa: E402

DATA = SCRIPTS.parent.parent / "shared" / "data" / "polnear"
LEXICON = polnear.Lexicon(
    {"said": "as", "wants": "in", "reportedly": "he", "believe": "be"},
    {"Ines Roca": "named_person", "two divers": "unnamed_group", "the mayor": "anaphor", "I": "author"},
)


def attribute(text, content, cue="", source="", at=0):
    """An attribution whose parts are found in the text by their words, the source from `at` on."""

    def find(words, start=0):
        begin = text.index(words, start)
        return (Span(begin, begin + len(words)),)

    spans = {
        "content": find(content),
        "cue": find(cue) if cue else (),
        "source": find(source, at) if source else (),
    }
    return polnear.Attribution(spans, cue, source)


def convert(text, *attributions):
    return polnear.convert_article("a", text, attributions, LEXICON)


def label_of(text, *attributions):
    return convert(text, *attributions).sentences[0].label


@pytest.mark.parametrize(
    ("text", "parts", "label"),
    [
        ("Ines Roca said the pier was shut.", ("the pier was shut", "said", "Ines Roca"), ATTRIBUTED),
        ("Two boats sank, two divers said.", ("Two boats sank", "said", "two divers"), ANONYMOUS),
        ("Ines Roca wants the pier shut.", ("the pier shut", "wants", "Ines Roca"), NARRATION),
        ("The log was reportedly lost.", ("The log was lost"[:7], "reportedly"), ANONYMOUS),
        ("“The pier is shut,” Ines Roca said.", ("“The pier is shut,”", "said", "Ines Roca"), QUOTE),
        ("The pier was “old”, Ines Roca said.", ("The pier was “old”", "said", "Ines Roca"), ATTRIBUTED),
        ("Ines Roca said the pier was shut.", ("the", "said", "Ines Roca"), NARRATION),
        ("“The pier is shut for good.”", ("“The pier is shut for good.”",), QUOTE),
        ("The pier is shut for good.", ("The pier is shut for good.",), NARRATION),
        ("I said the pier was shut.", ("the pier was shut", "said", "I"), NARRATION),
        ("Ines Roca wants “the pier that leaks” shut.", ("“the pier that leaks”", "wants", "Ines Roca"), QUOTE),
    ],
)
def test_labels_of_one_sentence(text, parts, label):
    assert label_of(text, attribute(text, *parts)) == label


def test_a_finite_clause_of_a_quarter_makes_a_quotation():
    clause = "Ines Roca said the old pier at the far end “was never told shut”."
    fragment = "Ines Roca said the old pier at the far end “the low dim lamp to Tide”."
    for text, label in ((clause, QUOTE), (fragment, ATTRIBUTED)):
        content = text[text.index("the old") : -1]
        assert label_of(text, attribute(text, content, "said", "Ines Roca")) == label


def test_highest_label_wins_and_names_its_source():
    text = "Ines Roca said it held, but two divers believe it broke."
    named = attribute(text, "it held", "said", "Ines Roca")
    unnamed = attribute(text, "it broke", "believe", "two divers")
    sentence = convert(text, named, unnamed).sentences[0]
    assert (sentence.label, sentence.source_type, sentence.source_name) == (ANONYMOUS, "unnamed_group", "two divers")
    assert text[sentence.source.start : sentence.source.end] == "two divers"


def test_pronouns_take_the_source_before_them():
    text = "Two boats sank, two divers said.\nThey said it was dark.\nInes Roca said no.\nShe said it was calm."
    article = convert(
        text,
        attribute(text, "Two boats sank", "said", "two divers"),
        attribute(text, "it was dark", "said", "They"),
        attribute(text, "it was calm", "said", "She"),
    )
    labels = [sentence.label for sentence in article.sentences]
    assert labels == [ANONYMOUS, ANONYMOUS, NARRATION, ATTRIBUTED]


def test_relative_pronouns_take_the_name_or_the_people_before_them():
    text = "Tove Lind, who said it held, left.\nThe aides who said it broke stayed."
    named = attribute(text, "it held", "said", "who")
    people = attribute(text, "it broke", "said", "who", text.index("aides"))
    people = polnear.Attribution(
        {**people.spans, "cue": (Span(text.rindex("said"), text.rindex("said") + 4),)}, "said", "who"
    )
    first, second = convert(text, named, people).sentences
    assert (first.source_type, first.source_name) == ("named_person", "Tove Lind")
    assert (second.label, second.source_type) == (ANONYMOUS, "unnamed_group")


def test_a_missing_source_is_the_one_before():
    text = "“It held all night long,” Ines Roca said.\n“It never once let go of us.”"
    article = convert(
        text,
        attribute(text, "“It held all night long,”", "said", "Ines Roca"),
        attribute(text, "“It never once let go of us.”"),
    )
    assert [(item.label, item.source_name) for item in article.sentences] == [(QUOTE, "Ines Roca")] * 2
    assert article.sentences[1].source is None


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('a "b c" d', ["b c"]),
        ("“b «c» d", ["b ", "c"]),
        ("``b'' c", ["b"]),
        ('"b\nc" d', ["b", " d"]),
        ("it's 'b' c", []),
    ],
)
def test_quoted_stretches(text, quoted):
    assert [text[span.start : span.end] for span in polnear.find_quoted(text)] == quoted


@given(st.text(alphabet="ab \"“”'`\n«».A", max_size=60))
def test_any_text_converts_to_exact_ordered_sentences(text):
    article = convert(text, polnear.Attribution({"source": (), "cue": (), "content": (Span(0, len(text)),)}, "", ""))
    at = 0
    for sentence in article.sentences:
        assert at <= sentence.start < sentence.end <= len(text)
        assert text[sentence.start : sentence.end] == text[sentence.start : sentence.end].strip()
        assert sentence.label in LABELS
        at = sentence.end


def make_split(folder):
    text = "Ines Roca said the pier was shut.\r\nGulls circled 😀."
    (folder / "text").mkdir(parents=True)
    (folder / "attributions").mkdir()
    (folder / "text" / "pier[1].txt").write_bytes(text.encode())
    (folder / "text" / "unannotated.txt").write_text("Nothing.")
    lines = [
        "T1\tSource 0 9\tInes Roca",
        "T2\tCue 10 14\tsaid",
        "T3\tContent 15 23;24 32\tthe pier was",
        "shut",
        "E1\tAttribution:T2 Source1:T1 Cue:T2 Content:T3",
        "A1\tNested E1",
    ]
    (folder / "attributions" / "pier[1]_a.ann").write_text("\n".join(lines) + "\n")
    (folder / "attributions" / "pier[1]_b.ann").write_text("")
    return text


def test_split_folder_to_file_and_check(tmp_path):
    text = make_split(tmp_path / "raw")
    (tmp_path / "cues.tsv").write_text('cue\tcount\tclass\nsaid\t2\tas\n"hm\t1\tot\n')
    (tmp_path / "sources.tsv").write_text("source\tcount\ttype\nInes Roca\t1\tnamed_person\n")
    app = typer.Typer()
    app.command()(runpy.run_path(str(SCRIPTS / "prepare_polnear"))["prepare"])
    tables = [str(tmp_path / "raw"), str(tmp_path / "cues.tsv"), str(tmp_path / "sources.tsv")]
    out = tmp_path / "out.jsonl"
    result = CliRunner().invoke(app, [*tables, "-o", str(out)])
    assert result.exit_code == 0, result.output
    (article,) = read_labelled(out)
    assert (article.id, article.text) == ("pier[1]", text)
    assert [sentence.label for sentence in article.sentences] == [ATTRIBUTED, NARRATION]
    assert [(span.start, span.end, span.label) for span in article.spans] == [
        (0, 9, "source"),
        (10, 14, "cue"),
        (15, 23, "content"),
        (24, 32, "content"),
    ]
    again = CliRunner().invoke(app, [*tables, "-o", str(out), "--check", str(out)])
    assert again.exit_code == 0
    assert "labels equal: 100.00%" in again.output
    other = tmp_path / "other.jsonl"
    other.write_text(out.read_text().replace("attributed_claim", "direct_quote"))
    assert CliRunner().invoke(app, [*tables, "-o", str(out), "--check", str(other)]).exit_code == 1


def test_folders_and_tables_that_cannot_be_used_are_refused(tmp_path):
    with pytest.raises(InputError, match="split folder"):
        list(polnear.convert_split(tmp_path, LEXICON))
    (tmp_path / "cues.tsv").write_text("cue\tcount\tclass\nsaid\n")
    with pytest.raises(InputError, match=r"cues\.tsv:2"):
        polnear.read_lexicon(tmp_path / "cues.tsv", tmp_path / "cues.tsv")


def test_the_development_part_of_the_corpus_is_reproduced():
    if not DATA.is_dir():
        pytest.skip("../shared/data/polnear is not there")
    lexicon = polnear.read_lexicon(DATA / "cues.tsv", DATA / "sources.tsv")
    articles = list(polnear.convert_split(DATA / "raw" / "dev", lexicon))
    agreement = polnear.measure_agreement(articles, read_labelled(DATA / "dev.jsonl"))
    assert agreement["labels"] >= 0.99
    assert agreement["spans"] == 1
