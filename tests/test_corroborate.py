"""Claims that several articles make: rules, neighbours, groups, sources, command."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file
from tiny import make_encoder_folder, make_model_folder
from told_annotator import Said, make_source
from typer.testing import CliRunner

from annotator.cli.main import app
from annotator.corroborate import corroborate_run, embed, load_encoder
from annotator.corroborate import match as matching
from annotator.corroborate.facts import find_conflict, read_facts
from annotator.corroborate.group import group_matches
from annotator.corroborate.match import Match, find_neighbours, fit_threshold, load_pairs, measure_fit
from annotator.corroborate.report import COLUMNS, write_report
from annotator.corroborate.statements import _find_words as find_words
from annotator.errors import CheckpointError, InputError
from annotator.grade import grade_sources, judge_claims, load_rubric, profile_article
from annotator.records import Annotation, Article, Claim, ModelInfo, Sentence, Span
from annotator.write import RunWriter
from annotator.write.tables import summarize_annotation

OLA = Said("named_person", "Ola Brandt", "engineer", "Norlink")
INES = Said("named_person", "Ines Roca", "harbour master", "Port of Tarn")
NOBODY = Said("unnamed_person", role="official", anonymity="veiled")
OTHERS = Said("unnamed_group", role="diplomats", affiliation="Veyra", anonymity="veiled")
BOLTS = "the bolts on the north gate had rusted through"
RUST = "rusted through had the bolts on the north gate"


class WordEncoder:
    """Texts with the same words are near: stands in where what is near must be known beforehand."""

    def embed(self, texts, progress=None):
        vectors = np.zeros((len(texts), 256), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, zlib.crc32(word.encode()) % 256] += 1
        if progress:
            progress(len(texts))
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


@dataclass(frozen=True)
class Story:
    outlet: str | None
    claims: tuple[tuple[Said | None, str], ...]
    repeats: tuple[str, ...] = ()  # outlets with the same text


def annotate_story(name: str, story: Story) -> Annotation:
    text, sentences, claims, places = "", [], [], {}
    for number, (said, words) in enumerate(story.claims):
        span = Span(len(text), len(text) + len(words))
        text += words + "\n"
        claim = f"c{number + 1}"
        sentences.append(Sentence(number, span.start, span.end, said.zone if said else "body", claim_ids=(claim,)))
        source = None
        if said:
            places.setdefault(said.source, []).append(span)
            source = f"s{list(places).index(said.source) + 1}"
        claims.append(Claim(claim, (number,), content=(span,), kind=said and said.kind, source_id=source))
    rubric = load_rubric()
    sources = grade_sources(
        [make_source(f"s{i}", said, spans) for i, (said, spans) in enumerate(places.items(), 1)], rubric
    )
    profile = profile_article(sentences, claims, sources, rubric)
    article = Article(name, text, outlet=story.outlet)
    judged = judge_claims(claims, sources, rubric)
    return Annotation(article, tuple(sentences), judged, sources, profile, ModelInfo("told", "1", "0" * 64))


def make_run(folder: Path, *stories: Story) -> Path:
    with RunWriter(folder / "out") as writer:
        for number, story in enumerate(stories):
            annotation = annotate_story(f"a{number}", story)
            writer.write_annotation(annotation)
            for outlet in story.repeats:
                own = {"id": f"a{number}-{outlet}", "outlet": outlet, "duplicate_of": f"a{number}"}
                writer.write_summary(summarize_annotation(annotation) | own)
        writer.finish({})
    return folder / "out"


def find_shared(folder: Path, *stories: Story, **options):
    return corroborate_run(make_run(folder, *stories), WordEncoder(), **options).shared


def tell(*claims: tuple[str | None, Said | None, str]) -> list[Story]:
    """One article for each claim."""
    return [Story(outlet, ((said, words),)) for outlet, said, words in claims]


# --- rules


@pytest.mark.parametrize(
    ("first", "second", "conflict"),
    [
        ("two boats sank", "three boats sank", "number"),
        ("two boats sank", "2 boats went down", None),
        ("1.2 million crowns were lost", "1,200,000 crowns went missing", None),
        ("about 1,200 homes were dark", "1,187 homes were dark", None),
        ("1,200 homes were dark", "1,187 homes were dark", "number"),
        ("twenty five masks came back", "25 masks came back", None),
        ("the pier shuts on Friday", "the pier shuts on Monday", "day"),
        ("the pier shuts on Friday", "the pier shuts", None),
        ("the tunnel opens in May", "the tunnel opens in June", "day"),
        ("Norlink cut the checks", "Brenna Rail cut the checks", "name"),
        ("Ola Brandt saw the crack", "the crack was seen by Brandt", None),
        ("the Tarn Fire Service came late", "the TFS came late", None),
        ("a report by the Harbour Board", "a report by the harbour board", None),
        ("the dam held", "the dam did not hold", "polarity"),
        ("the dam held", "the dam didn’t hold", "polarity"),
        ("rents have risen", "rents have fallen", "polarity"),
        ("rents have not risen", "rents have fallen", None),
        ("not only the dam held", "the dam held", None),
        ("it will not be done before noon", "it will be done at noon", None),
        ("she would resign", "he would resign", "gender"),
        ("it may sell the line", "it sells the line", "certainty"),
        ("the harbour will be dredged", "the harbour was dredged", "tense"),
    ],
)
def test_what_must_agree(first, second, conflict):
    assert find_conflict(read_facts(first), read_facts(second)) == conflict


def test_a_denied_claim_is_its_opposite():
    denied, negated = read_facts("she had seen the memo", denied=True), read_facts("she had never seen the memo")
    assert find_conflict(denied, negated) is None
    assert find_conflict(denied, read_facts("she had seen the memo")) == "polarity"


def test_we_is_the_speaker():
    norlink = read_facts("we will appeal", speaker="Norlink")
    assert find_conflict(norlink, read_facts("we will appeal", speaker="Brenna Rail")) == "name"
    assert find_conflict(norlink, read_facts("Norlink will appeal")) is None


TEXTS = st.one_of(st.text(max_size=80), st.sampled_from([pair.a for pair in load_pairs()]))


@given(TEXTS, TEXTS)
def test_rules_take_any_text_and_are_symmetric(first, second):
    one, other = read_facts(first), read_facts(second)
    assert find_conflict(one, one) is None
    assert find_conflict(one, other) == find_conflict(other, one)


# --- the labelled set and the threshold


def test_labelled_set_is_split_without_a_shared_text():
    pairs = load_pairs()
    assert len({pair.id for pair in pairs}) == len(pairs) >= 120
    tuning, test = ({pair.a for pair in pairs if pair.tuning is half} for half in (True, False))
    assert not tuning & test
    for half in (True, False):
        assert {pair.kind for pair in pairs if pair.tuning is half} == {pair.kind for pair in pairs}
    assert all(pair.same == (pair.kind == "same") for pair in pairs)


def test_threshold_is_the_best_cut_above_unrelated_texts():
    encoder = WordEncoder()
    pairs = [pair for pair in load_pairs() if pair.tuning]
    cosines, agree = matching.score_pairs(encoder, pairs)
    same = np.asarray([pair.same for pair in pairs])
    unrelated = matching.score_unrelated(encoder, pairs)
    threshold = fit_threshold(encoder).threshold
    floor = max(unrelated.max(), min(matching.find_chance_level(unrelated), np.median(cosines[same])))
    assert threshold >= floor > unrelated.min()
    best = measure_fit(agree & (cosines >= threshold), same)
    assert all(best >= measure_fit(agree & (cosines >= cut), same) for cut in np.linspace(floor + 0.001, 1, 201))


# --- neighbours and groups


@settings(max_examples=40)
@given(st.integers(0, 30), st.integers(1, 6), st.integers(0, 2**16), st.sampled_from([1, 7, 1 << 24]))
def test_neighbours_are_all_near_pairs_of_different_articles(total, articles, seed, cells):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(total, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    owners = rng.integers(0, articles, total)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "BLOCK_CELLS", cells * max(1, total))
        found = [(match.first, match.second) for match in find_neighbours(vectors, owners, 0.6)]
    products = vectors @ vectors.T
    wanted = {(i, j) for i in range(total) for j in range(i + 1, total) if owners[i] != owners[j]}
    sure = {(i, j) for i, j in wanted if products[i, j] >= 0.6 + 1e-5}
    assert len(found) == len(set(found))
    assert sure <= set(found) <= {(i, j) for i, j in wanted if products[i, j] >= 0.6 - 1e-5}


def test_neighbours_of_one_text_are_limited(monkeypatch):
    monkeypatch.setattr(matching, "NEIGHBOURS", 3)
    vectors = np.ones((40, 1), dtype=np.float32)
    assert len(list(find_neighbours(vectors, np.arange(40), 0.5))) <= 3 * 40


@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] < pair[1])))
def test_every_member_matches_the_middle_one(pairs):
    groups = group_matches([Match(*pair, 0.9) for pair in sorted(pairs)])
    members = [text for group in groups for text in group.members]
    assert len(members) == len(set(members))
    for group in groups:
        assert group.medoid in group.members and len(group.members) >= 2
        assert all(other == group.medoid or tuple(sorted((other, group.medoid))) in pairs for other in group.members)
    left = {text for pair in pairs for text in pair} - set(members)
    assert not any(first in left and second in left for first, second in pairs)


def test_a_chain_is_cut():
    groups = group_matches([Match(0, 1, 0.9), Match(1, 2, 0.9), Match(2, 3, 0.95), Match(3, 4, 0.9)])
    assert all(len(group.members) < 5 for group in groups)


# --- a run


def test_two_sources_that_are_independent_corroborate(tmp_path):
    (shared,) = find_shared(tmp_path, *tell(("Tarn Post", OLA, BOLTS), ("Quay Times", INES, RUST)))
    assert shared.support == "corroborated"
    assert (shared.independent, shared.outlets, shared.articles) == ((2, 2), ("Quay Times", "Tarn Post"), 2)
    assert not (shared.anonymous_only or shared.relayed or any(m.verbatim_copy for m in shared.members))


@pytest.mark.parametrize(
    ("first", "second", "support", "independent", "anonymous"),
    [
        (OLA, OLA, "single_identified", (1, 1), False),
        (OLA, replace(OLA, name="Mr. Brandt"), "single_identified", (1, 1), False),
        (OLA, replace(INES, affiliation="Norlink"), "single_identified", (1, 2), False),
        (OLA, NOBODY, "single_identified", (1, 2), False),
        (OLA, OTHERS, "corroborated", (2, 2), False),
        (OLA, None, "single_identified", (1, 1), False),
        (NOBODY, NOBODY, "multi_anonymous", (1, 2), True),
        (NOBODY, None, "single_anonymous", (1, 1), True),
        (Said("unspecified"), Said("unspecified"), "single_anonymous", (1, 2), True),
        (None, None, "unresolved", (0, 0), False),
    ],
)
def test_support_and_independence(tmp_path, first, second, support, independent, anonymous):
    (shared,) = find_shared(tmp_path, *tell(("Tarn Post", first, BOLTS), ("Quay Times", second, RUST)))
    assert (shared.support, shared.independent, shared.anonymous_only) == (support, independent, anonymous)


def test_the_same_words_in_two_outlets_are_one_origin(tmp_path):
    (shared,) = find_shared(tmp_path, *tell(("Tarn Post", NOBODY, BOLTS), ("Quay Times", OTHERS, f"“{BOLTS}”")))
    assert all(member.verbatim_copy for member in shared.members)
    assert shared.support == "single_anonymous"
    assert shared.independent[0] == 1


def test_an_outlet_that_repeats_another_adds_no_source(tmp_path):
    gazette = Said("media_outlet", "the Quay Times")
    (shared,) = find_shared(tmp_path, *tell(("Tarn Post", gazette, BOLTS), ("Quay Times", INES, RUST)))
    assert (shared.support, shared.independent, shared.relayed) == ("single_identified", (1, 1), True)
    assert [member.relays for member in shared.members] == ["Quay Times", None]


def test_repeats_of_an_article_add_outlets_and_no_source(tmp_path):
    stories = [Story("Tarn Post", ((OLA, BOLTS),), repeats=("Holm Echo",)), Story("Quay Times", ((OLA, RUST),))]
    (shared,) = find_shared(tmp_path, *stories)
    assert shared.outlets == ("Holm Echo", "Quay Times", "Tarn Post")
    assert (shared.articles, shared.independent) == (2, (1, 1))


@pytest.mark.parametrize(
    "stories",
    [
        (),
        [Story("Tarn Post", ((OLA, BOLTS), (INES, RUST)))],
        tell(("Tarn Post", OLA, "two boats sank off the pier"), ("Quay Times", INES, "three boats sank off the pier")),
        tell(("Tarn Post", replace(OLA, kind="no_comment"), BOLTS), ("Quay Times", INES, RUST)),
        tell(("Tarn Post", replace(OLA, zone="headline"), BOLTS), ("Quay Times", INES, RUST)),
        tell(("Tarn Post", replace(OLA, kind="denial"), BOLTS), ("Quay Times", INES, RUST)),
    ],
    ids=["no article", "one article", "numbers differ", "no comment", "headline", "denied"],
)
def test_nothing_is_shared(tmp_path, stories):
    assert find_shared(tmp_path, *stories) == ()


@pytest.mark.parametrize(
    ("values", "text", "denied"),
    [
        ({"content_text": ", the old bolts failed"}, "the old bolts failed", True),
        ({}, "that the old bolts failed.", True),
        ({"cue_text": None}, "denied that the old bolts failed.", False),
        ({"content_text": "it"}, "Norlink denied that the old bolts failed.", False),
        ({"sentence_text": "Norlink denied it."}, "Norlink denied it.", False),
    ],
)
def test_what_is_compared(values, text, denied):
    row = {"content_text": None, "source_text": "Norlink", "cue_text": "denied"}
    row |= {"sentence_text": "Norlink denied that the old bolts failed."} | values
    assert find_words(row) == (text, denied)


def test_fewer_outlets_are_left_out(tmp_path):
    stories = tell(("Tarn Post", OLA, BOLTS), ("Tarn Post", INES, RUST))
    assert len(find_shared(tmp_path, *stories, min_outlets=1)) == 1
    assert find_shared(tmp_path / "again", *stories, min_outlets=2) == ()


def test_files_hold_every_claim_and_no_formula(tmp_path):
    out = make_run(tmp_path, *tell(("=Tarn", OLA, "=" + BOLTS), ("Quay Times", INES, RUST)))
    report = corroborate_run(out, WordEncoder())
    write_report(report, out)
    table = parquet.read_table(out / "corroboration.parquet")
    assert table.column_names == [name for name, _ in COLUMNS]
    rows = table.to_pylist()
    assert rows == report.to_rows()
    assert [(row["group"], row["article_id"], row["claim_id"]) for row in rows] == [(1, "a0", "c1"), (1, "a1", "c1")]
    assert {row["support"] for row in rows} == {"corroborated"}
    assert "\"'=the bolts" in (out / "corroboration.csv").read_text(encoding="utf-8")
    assert json.loads(json.dumps(report.to_dict()))["groups"][0]["claims"][0]["source"] == "Ola Brandt"


# --- encoders and the command


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_model_folder(tmp_path_factory.mktemp("model"))


def test_encoder_gives_unit_vectors_whatever_the_batch(model):
    encoder = load_encoder(model)
    vectors = encoder.embed(["the dam held", "two officials said the bolts had failed " * 60, "é \x00", ""])
    assert np.allclose(np.linalg.norm(vectors[:3], axis=1), 1, atol=1e-5)
    assert np.isfinite(vectors).all()
    assert np.allclose(vectors[0], encoder.embed(["“the dam held”"])[0], atol=1e-5)
    assert encoder.embed([]).shape == (0, 32)


def test_a_plain_encoder_and_no_encoder(tmp_path):
    assert load_encoder(make_encoder_folder(tmp_path / "plain")).embed(["the dam held"]).shape == (1, 32)
    with pytest.raises(CheckpointError, match="not a model folder"):
        load_encoder(tmp_path)


def test_a_map_is_used_where_the_model_has_one(tmp_path):
    folder = make_model_folder(tmp_path / "model")
    plain = load_encoder(folder)
    means = plain.average(["the dam held", "two bolts failed"], every_layer=True)
    weight = np.random.default_rng(0).normal(size=(means.shape[1], 5)).astype(np.float32)
    save_file({"weight": weight, "bias": np.ones(5, np.float32)}, folder / embed.SIMILARITY)
    mapped = load_encoder(folder).embed(["the dam held", "two bolts failed"])
    expected = means @ weight + 1
    assert np.allclose(mapped, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-5)
    assert np.allclose(means[:1, -32:], plain.average(["the dam held"]), atol=1e-5)
    (folder / embed.SIMILARITY).write_bytes(b"no tensors")
    with pytest.raises(CheckpointError, match="cannot be read"):
        load_encoder(folder)


def test_command(tmp_path, model):
    out = make_run(tmp_path, *tell(("Tarn\x1b[31m Post", OLA, BOLTS), ("Quay Times", OLA, BOLTS)))
    result = CliRunner().invoke(app, ["corroborate", str(out), "--model", str(model)])
    assert result.exit_code == 0, result.output
    assert "1 shared claims; 2 claims compared" in result.stdout
    assert "verbatim copy" in result.stdout and "single_identified" in result.stdout
    assert "\x1b" not in result.output
    assert "corroboration.csv" in result.stderr
    shown = CliRunner().invoke(app, ["corroborate", str(out), "--model", str(model), "--json", "--min-outlets", "3"])
    assert json.loads(shown.stdout)["groups"] == []


def test_a_folder_without_a_run_is_wrong_use(tmp_path):
    result = CliRunner().invoke(app, ["corroborate", str(tmp_path)])
    assert result.exit_code == 2
    assert "annotator annotate" in result.stderr
    with pytest.raises(InputError):
        corroborate_run(tmp_path, WordEncoder())


def test_chance_level_lies_where_few_unrelated_pairs_would():
    cosines = np.random.default_rng(0).exponential(0.05, 200_000)
    level = matching.find_chance_level(cosines[:5000])
    assert level == pytest.approx(0.05 * np.log(1e5), rel=0.15)
    assert matching.find_chance_level(np.zeros(10)) == 0
    assert matching.find_chance_level(np.linspace(0.9, 1, 100)) == 1
