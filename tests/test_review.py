"""The review without a browser: codings, the log of decisions, and two coders."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fake_annotator import make_annotation
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from annotator.cli.main import app
from annotator.errors import ConfigError, InputError
from annotator.labelled import read_labelled
from annotator.labels import ANONYMITY_TYPES, ANONYMOUS, ATTRIBUTED, LABELS, NARRATION, QUOTE, SOURCE_TYPES
from annotator.records import Article, Span
from annotator.review import LabelLog, PairShelf, RunShelf, Session
from annotator.review.coding import CodedClaim, CodedSource, Coding, Place, parse_coding
from annotator.review.compare import find_differences, merge_codings
from annotator.review.labelling import label_article, read_coding
from annotator.tokens import Tokenizer
from annotator.write.entry import encode_line

TEXT = "“It held,” said Ola Brandt. Two aides said it had not. Rust was everywhere."
CUTS = ((0, 27), (28, 54), (55, 75))
PLACES = tuple(Place(*cut) for cut in CUTS)
BRANDT = CodedSource("s1", "Ola Brandt", "named_person", "none")
AIDES = CodedSource("s2", "Two aides", "unnamed_group", "veiled")
CLAIMS = (
    CodedClaim("c1", (0,), Span(16, 26), Span(11, 15), (Span(0, 10),), "direct", "s1"),
    CodedClaim("c2", (1,), Span(28, 37), Span(38, 42), (Span(43, 53),), "indirect", "s2"),
)
CODING = Coding((QUOTE, ANONYMOUS, NARRATION), (True, True, True), CLAIMS, (BRANDT, AIDES))
ARTICLE = Article("a1", TEXT, outlet="The Dorn Courier")


def test_places_of_the_example():
    assert [TEXT[place.start : place.end][-6:] for place in PLACES] == ["randt.", "d not.", "where."]
    words = [TEXT[span.start : span.end] for claim in CLAIMS for _, span in claim.spans]
    assert words == ["Ola Brandt", "said", "“It held,”", "Two aides", "said", "it had not"]


def check(coding, *sentences):
    """The coding with only some sentences checked."""
    checked = tuple(number in sentences for number in range(len(coding.labels)))
    return Coding(coding.labels, checked, coding.claims, coding.sources)


# Coding and labelled article


def test_checked_sentences_and_only_those_are_labelled():
    labelled = label_article(ARTICLE, PLACES, check(CODING, 0), {"revision": 1})

    first, second, third = labelled.sentences
    assert (first.label, first.source_name, first.source_type, first.quote_status) == (
        QUOTE,
        "Ola Brandt",
        "named_person",
        "direct",
    )
    assert TEXT[first.source.start : first.source.end] == "Ola Brandt"
    assert second.label is third.label is second.source is second.source_name is None
    assert {span.claim for span in labelled.spans} == {"c1"}
    assert labelled.meta["outlet"] == "The Dorn Courier"


def test_narration_and_undecided_sentences_keep_no_claims():
    coding = Coding((NARRATION, None, NARRATION), (True,) * 3, CLAIMS, (BRANDT, AIDES))
    labelled = label_article(ARTICLE, PLACES, coding, {})
    assert not labelled.spans
    assert [sentence.source_name for sentence in labelled.sentences] == [None] * 3


def test_of_two_claims_the_one_that_fits_the_label_gives_the_source():
    both = (CLAIMS[0], CodedClaim("c2", (0,), None, None, (Span(11, 15),), "indirect", "s2"))
    for label, name in ((ANONYMOUS, "Two aides"), (ATTRIBUTED, "Ola Brandt")):
        coding = Coding((label, None, None), (True, False, False), both, (BRANDT, AIDES))
        assert label_article(ARTICLE, PLACES, coding, {}).sentences[0].source_name == name


def test_content_over_two_sentences_is_one_span_where_both_are_checked():
    claim = CodedClaim("c1", (1, 2), content=(Span(43, 75),), source_id="s2")
    for sentences, spans in (((1, 2), [(43, 75)]), ((1,), [(43, 54)]), ((2,), [(55, 75)])):
        coding = check(Coding((NARRATION, ANONYMOUS, ANONYMOUS), (), (claim,), (AIDES,)), *sentences)
        labelled = label_article(ARTICLE, PLACES, coding, {})
        assert [(span.start, span.end) for span in labelled.spans] == spans


def test_nothing_is_learned_from_what_is_not_checked():
    """Neither speech nor spans: an unchecked sentence with a claim must not pass for one without."""
    from tiny import make_tokenizer

    from annotator.config import WindowConfig
    from annotator.encode import Encoder
    from annotator.training.targets import IGNORE, build_targets, gold_sentences

    labelled = label_article(ARTICLE, PLACES, check(CODING, 0, 2), {})
    encoder = Encoder(Tokenizer.of(make_tokenizer()), WindowConfig())
    (window,) = encoder.encode_articles([(TEXT, gold_sentences(labelled))])[0]
    found = build_targets(labelled, window)
    assert (found["speech"] == IGNORE).tolist() == [False, True, False]
    starts = window.offsets[:, 0]
    for number, place in enumerate(PLACES):
        tokens = window.labelled & (starts >= place.start) & (starts < place.end)
        assert tokens.any() and (found["tags"][tokens] == IGNORE).all() == (number == 1)


def test_a_labelled_article_without_review_is_read_from_its_labels_and_spans():
    labelled = label_article(ARTICLE, PLACES, CODING, {})
    del labelled.meta["review"]
    places, coding = read_coding(labelled)
    assert [(place.start, place.end) for place in places] == list(CUTS)
    again = label_article(ARTICLE, places, coding, {})
    assert (again.sentences, again.spans) == (labelled.sentences, labelled.spans)


@st.composite
def codings(draw):
    """Any coding that fits the example, with claims over one or two sentences."""
    sources = tuple(
        CodedSource(
            f"s{number}",
            draw(st.none() | st.text(max_size=5)),
            draw(st.none() | st.sampled_from(SOURCE_TYPES)),
            draw(st.none() | st.sampled_from(ANONYMITY_TYPES)),
        )
        for number in range(draw(st.integers(0, 2)))
    )
    spans = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 20)).map(
        lambda pair: Span(pair[0], min(len(TEXT), sum(pair)))
    )
    claims = tuple(
        CodedClaim(
            f"c{number}",
            draw(st.sampled_from(((0,), (1,), (0, 1), (2,)))),
            draw(st.none() | spans),
            draw(st.none() | spans),
            tuple(draw(st.lists(spans, max_size=2))),
            draw(st.sampled_from(("direct", "mixed", "indirect"))),
            draw(st.none() | st.sampled_from([source.id for source in sources] or [None])),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    labels = tuple(draw(st.none() | st.sampled_from(LABELS)) for _ in CUTS)
    return Coding(labels, tuple(draw(st.booleans()) for _ in CUTS), claims, sources)


@given(codings())
def test_every_coding_comes_back_from_its_line(coding):
    article = label_article(ARTICLE, PLACES, coding, {"revision": 3})
    assert read_coding(article)[1] == coding
    assert parse_coding(json.loads(json.dumps(coding.to_dict())), PLACES, len(TEXT)) == coding
    for span in article.spans:
        homes = [n for n, place in enumerate(PLACES) if place.start < span.end and span.start < place.end]
        assert all(coding.checked[n] and coding.labels[n] not in (None, NARRATION) for n in homes)


@pytest.mark.parametrize(
    "change",
    [
        {"labels": [QUOTE]},
        {"labels": ["quote", None, None]},
        {"checked": [1]},
        {"claims": [CLAIMS[0].spans]},
        {"sources": []},
        {"sources": [{"id": "s1", "name": 3, "type": None, "anonymity_type": None}]},
        {"sources": [{"id": "s1", "name": "x", "type": "official", "anonymity_type": None}]},
    ],
)
def test_a_coding_that_does_not_fit_is_refused(change):
    with pytest.raises(InputError):
        parse_coding(CODING.to_dict() | change, PLACES, len(TEXT))
    with pytest.raises(InputError, match="outside"):
        parse_coding(CODING.to_dict(), PLACES, len(TEXT) - 60)


# The log


def append(path, *codings, identity="a1", text=TEXT):
    with LabelLog(path) as log:
        for number, coding in enumerate(codings, 1):
            log.append(label_article(Article(identity, text), PLACES, coding, {"revision": number}))


def test_the_last_line_of_an_article_holds(tmp_path):
    path = tmp_path / "labels.jsonl"
    append(path, check(CODING), check(CODING, 0), check(CODING, 0, 2))
    append(path, CODING, identity="a2")

    assert len(path.read_bytes().splitlines()) == 4
    first, second = read_labelled(path)
    assert [sentence.label for sentence in first.sentences] == [QUOTE, None, NARRATION]
    assert [sentence.label for sentence in second.sentences] == [QUOTE, ANONYMOUS, NARRATION]
    with LabelLog(path) as log:
        assert read_coding(log.read("a1"))[1] == check(CODING, 0, 2)


def test_a_line_cut_off_anywhere_loses_only_itself(tmp_path):
    whole = tmp_path / "whole.jsonl"
    text = TEXT.replace("Rust", "Rüst")
    append(whole, check(CODING, 0), CODING, text=text)
    first, second = whole.read_bytes().splitlines(keepends=True)
    for cut in (1, len(second) // 2, second.index("ü".encode()) + 1, len(second) - 2):
        path = tmp_path / f"{cut}.jsonl"
        path.write_bytes(first + second[:cut])
        (before,) = read_labelled(path)
        assert before.sentences[1].label is None
        with LabelLog(path) as log:
            assert log.torn == cut
            assert read_coding(log.read("a1"))[1] == check(CODING, 0)
        assert path.read_bytes() == first
        assert path.with_name(path.name + ".torn").read_bytes() == second[:cut] + b"\n"


def test_a_whole_last_line_without_its_newline_is_kept(tmp_path):
    path = tmp_path / "labels.jsonl"
    append(path, CODING)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    append(path, check(CODING, 0), identity="a2")
    assert [article.id for article in read_labelled(path)] == ["a1", "a2"]


def test_damage_elsewhere_is_an_error_with_its_line(tmp_path):
    path = tmp_path / "labels.jsonl"
    append(path, CODING)
    path.write_bytes(b'{"id": "a0", "te\n' + path.read_bytes())
    with pytest.raises(InputError, match=r"labels\.jsonl:1"):
        LabelLog(path)


def test_one_file_has_one_writer(tmp_path):
    with LabelLog(tmp_path / "labels.jsonl"), pytest.raises(ConfigError, match="another review"):
        LabelLog(tmp_path / "labels.jsonl")
    with pytest.raises(ConfigError, match="cannot be written"):
        LabelLog(tmp_path / "none" / "labels.jsonl")


def test_a_full_disk_leaves_no_part_of_a_line(tmp_path):
    """The limit on the size of a file stands in for the disk; it is set in a process of its own."""
    path = tmp_path / "labels.jsonl"
    append(path, CODING)
    before = path.read_bytes()
    code = f"""
import resource, signal, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_review import *
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 100},) * 2)
try:
    append({str(path)!r}, CODING)
except OSError as error:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n", done.stderr
    assert path.read_bytes() == before


def test_lone_surrogates_survive(tmp_path):
    text = TEXT.replace("held", "h\ud800ld")
    append(tmp_path / "labels.jsonl", CODING, text=text)
    (article,) = read_labelled(tmp_path / "labels.jsonl")
    assert article.text == text


# Two coders


def test_coders_differ_in_what_they_say_not_in_punctuation():
    closer = CodedClaim("x", (0,), Span(16, 26), Span(11, 15), (Span(1, 8),), "direct", "s1")
    other = Coding(CODING.labels, CODING.checked, (closer, CLAIMS[1]), CODING.sources)
    assert find_differences(TEXT, PLACES, CODING, other) == {}

    renamed = CodedSource("s1", "Ole Brand", "role_identified_person", "none")
    other = Coding((QUOTE, NARRATION, NARRATION), CODING.checked, CLAIMS, (renamed, AIDES))
    assert find_differences(TEXT, PLACES, CODING, other) == {0: ("source name", "source type"), 1: ("label",)}
    assert find_differences(TEXT, PLACES, CODING, check(other, 2)) == {}


@given(codings(), codings())
def test_merging_keeps_what_only_one_has_and_opens_what_differs(a, b):
    differences = find_differences(TEXT, PLACES, a, b)
    merged = merge_codings(PLACES, a, b, differences)
    assert parse_coding(merged.to_dict(), PLACES, len(TEXT)) == merged
    for number in range(len(PLACES)):
        assert merged.checked[number] == ((a.checked[number] or b.checked[number]) and number not in differences)
        only_b = b.checked[number] and not a.checked[number]
        assert merged.labels[number] == (b if only_b else a).labels[number]
        assert len(merged.index_claims().get(number, ())) == len((b if only_b else a).index_claims().get(number, ()))


def write_pair(folder):
    append(folder / "ana.jsonl", CODING)
    other = Coding((ATTRIBUTED, ANONYMOUS, NARRATION), (True, True, False), CLAIMS, (BRANDT, AIDES))
    append(folder / "ben.jsonl", other)
    append(folder / "more.jsonl", CODING, identity="a2")
    with (folder / "ben.jsonl").open("ab") as out:
        out.write((folder / "more.jsonl").read_bytes())
    return PairShelf(folder / "ana.jsonl", folder / "ben.jsonl")


def test_adjudication_starts_from_what_both_agree_on(tmp_path):
    shelf = write_pair(tmp_path)
    with LabelLog(tmp_path / "both.jsonl") as log:
        session = Session(shelf, log, is_adjudication=True)
        article = session.open_article(0)
        assert article["differences"] == {"0": ["label"]}
        assert [rival["name"] for rival in article["rivals"]] == ["ana", "ben"]
    first, second = read_labelled(tmp_path / "both.jsonl")
    assert [sentence.label for sentence in first.sentences] == [None, ANONYMOUS, NARRATION]
    assert [sentence.label for sentence in second.sentences] == list(CODING.labels)


def test_codings_of_different_texts_are_not_compared(tmp_path):
    append(tmp_path / "ana.jsonl", CODING)
    append(tmp_path / "ben.jsonl", CODING, text=TEXT.replace("Rust", "Dust"))
    with pytest.raises(InputError, match="different texts"):
        PairShelf(tmp_path / "ana.jsonl", tmp_path / "ben.jsonl")


# Articles of a run


def make_run(folder, *texts):
    folder.mkdir()
    with (folder / "annotations.jsonl").open("wb") as out:
        for number, text in enumerate(texts):
            out.write(encode_line(make_annotation(Article(f"a{number}", text)).to_dict()))
    return folder


def test_a_session_counts_saves_and_goes_on(tmp_path):
    out = make_run(tmp_path / "out", TEXT, TEXT * 2)
    with LabelLog(tmp_path / "labels.jsonl") as log:
        session = Session(RunShelf(out), log, "ana")
        article = session.open_article(1)
        assert article["revision"] == 0 and article["targets"] == [1]
        assert article["coding"]["checked"] == [0, 0]
        coding = article["coding"] | {"checked": [0, 1]}
        message = {"revision": 0, "decision": "check", "sentence": 1, "coding": coding}
        assert session.save_coding(1, message) == {"revision": 1, "checked": 1, "open_targets": 0}
        for wrong in ({"revision": 0}, {"revision": 1, "sentence": 9}, {"revision": 1, "decision": "guess"}):
            with pytest.raises(InputError):
                session.save_coding(1, message | wrong)
    line = json.loads((tmp_path / "labels.jsonl").read_text())
    assert line["review"]["coder"] == "ana" and line["review"]["at"].endswith("+00:00")
    with LabelLog(tmp_path / "labels.jsonl") as log:
        session = Session(RunShelf(out), log)
        assert [progress.checked for _, progress in session.headings] == [0, 1]
        assert session.open_article(1)["coding"] == coding


def test_nothing_of_the_coder_is_written_unasked(tmp_path):
    out = make_run(tmp_path / "out", TEXT)
    with LabelLog(tmp_path / "labels.jsonl") as log:
        session = Session(RunShelf(out), log)
        coding = session.open_article(0)["coding"]
        session.save_coding(0, {"revision": 0, "decision": "check", "sentence": 0, "coding": coding})
    assert json.loads((tmp_path / "labels.jsonl").read_text())["review"].keys() == {
        "revision",
        "decision",
        "sentence",
        "coding",
    }


def test_labels_of_another_text_are_not_mixed_in(tmp_path):
    append(tmp_path / "labels.jsonl", CODING, identity="a0", text=TEXT.replace("Rust", "Dust"))
    out = make_run(tmp_path / "out", TEXT)
    with LabelLog(tmp_path / "labels.jsonl") as log, pytest.raises(InputError, match="another text"):
        Session(RunShelf(out), log)


def test_wrong_use_is_told(tmp_path):
    out = make_run(tmp_path / "out", TEXT)
    file = tmp_path / "a.jsonl"
    append(file, CODING)
    cases = (
        ([str(file)], "is a file"),
        ([str(tmp_path)], "annotations.jsonl"),
        ([str(out), "--coder", " "], "--coder"),
        ([str(out), "-o", "x.jsonl"], "--against"),
        ([str(file), "--against", str(file)], "-o"),
        ([str(file), "--against", str(file), "-o", str(file)], "file of a coder"),
        ([str(out), "--against", str(file), "-o", "x.jsonl"], "is a folder"),
    )
    for arguments, words in cases:
        result = CliRunner().invoke(app, ["review", "--no-open", *arguments])
        assert result.exit_code == 2 and words in result.stderr, (arguments, result.stderr)
