from __future__ import annotations

import csv
import json
from dataclasses import replace
from importlib import resources

import pyarrow.parquet as parquet
import pytest
from fake_annotator import make_annotation
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from annotator import labels
from annotator.errors import ConfigError
from annotator.records import Article, Failure, Profile
from annotator.write import FILES, INDICATORS, RunWriter

SCHEMA = json.loads(resources.files("annotator").joinpath("schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
TEXT = "Ilse Varga said the mole would hold. Others doubt it, one of them loudly."


def write_run(out, *texts, overwrite=False):
    with RunWriter(out, overwrite) as writer:
        for number, text in enumerate(texts):
            writer.write_annotation(make_annotation(Article(f"a{number}", text)))
        writer.write_failure(Failure("b.txt", "read", "is empty"))
        writer.finish({"counts": {}})


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def read_cell(cell, like):
    if like is None or isinstance(like, bool):
        return {"": None, "true": True, "false": False}[cell]
    return type(like)(cell)


def test_a_record_with_every_field_fits_the_schema():
    Draft202012Validator.check_schema(SCHEMA)
    VALIDATOR.validate(json.loads(json.dumps(make_annotation(Article("a", TEXT)).to_dict())))


def test_an_empty_profile_of_nulls_fits_the_schema():
    indicators = {name: None for name, _ in INDICATORS} | {"fully_identified_class": "0"}
    nothing = Profile(0, 0, 0, "not_gradable", indicators)
    empty = replace(make_annotation(Article("a", "")), sentences=(), claims=(), sources=(), profile=nothing)
    VALIDATOR.validate(empty.to_dict())


@pytest.mark.parametrize("part", ["article", "sentences", "claims", "sources", "attitudes"])
def test_the_schema_refuses_a_missing_and_an_unknown_field(part):
    for change in (lambda record: record.pop("id"), lambda record: record.update(extra=1)):
        whole = json.loads(json.dumps(make_annotation(Article("a", TEXT)).to_dict()))
        change(whole[part] if part == "article" else whole[part][0])
        assert not VALIDATOR.is_valid(whole)


def test_the_schema_refuses_a_profile_without_an_indicator():
    for name, _ in INDICATORS:
        whole = make_annotation(Article("a", TEXT)).to_dict()
        del whole["profile"][name]
        assert not VALIDATOR.is_valid(whole), name


def test_schema_enums_are_the_labels_of_the_package():
    parts = SCHEMA["$defs"]
    expected = {
        ("sentence", "label"): labels.LABELS,
        ("sentence", "zone"): labels.ZONES,
        ("claim", "quote_status"): labels.QUOTE_STATUSES,
        ("claim", "link"): labels.LINKS,
        ("claim", "kind"): (*labels.CLAIM_KINDS, None),
        ("claim", "support"): (*labels.SUPPORTS, None),
        ("source", "type"): labels.SOURCE_TYPES,
        ("source", "anonymity_type"): labels.ANONYMITY_TYPES,
        ("reliability", "band"): (*labels.BANDS, labels.NOT_GRADABLE),
        ("profile", "band"): (*labels.BANDS, labels.NOT_GRADABLE),
    }
    for (part, name), values in expected.items():
        assert tuple(parts[part]["properties"][name]["enum"]) == tuple(values), (part, name)
    assert tuple(parts["claim"]["properties"]["flags"]["items"]["enum"]) == labels.FLAGS
    assert tuple(parts["sentence"]["properties"]["probabilities"]["required"]) == labels.LABELS


def test_parquet_and_csv_hold_the_same_rows(tmp_path):
    write_run(tmp_path, TEXT, TEXT + " More.")
    for name, rows in {"sentences": 4, "claims": 4, "sources": 4, "summary": 2}.items():
        table = parquet.read_table(tmp_path / f"{name}.parquet")
        flat = read_csv(tmp_path / f"{name}.csv")
        assert table.num_rows == len(flat) == rows
        assert table.column_names == list(flat[0])
        for exact, cells in zip(table.to_pylist(), flat, strict=True):
            for key, value in exact.items():
                assert read_cell(cells[key], value) == value, key


def test_tables_without_rows_keep_their_columns(tmp_path):
    write_run(tmp_path)
    write_run(tmp_path / "full", TEXT)
    for name in ("sentences", "claims", "sources", "summary"):
        empty, full = (parquet.read_table(folder / f"{name}.parquet") for folder in (tmp_path, tmp_path / "full"))
        assert empty.num_rows == 0
        assert empty.schema == full.schema


def test_summary_holds_indicators_counts_and_intervals(tmp_path):
    write_run(tmp_path, TEXT)
    row = parquet.read_table(tmp_path / "summary.parquet").to_pylist()[0]
    assert {name for name, _ in INDICATORS} <= row.keys()
    assert row["n_attributed_claim"] == row["n_anonymous_source_claim"] == 1
    assert row["n_direct_quote"] == row["n_narration"] == 0
    assert row["evenness"] is None
    assert (row["anonymity_explained_k"], row["anonymity_explained_n"]) == (3, 6)
    assert (row["anonymity_explained_low"], row["anonymity_explained_high"]) == (0.2, 0.8)
    assert row["duplicate_of"] is None


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_is_written_and_read_back(tmp_path_factory, text):
    """Code points are kept one for one: exactly in JSON, with U+FFFD for lone surrogates in the tables."""
    out = tmp_path_factory.mktemp("run")
    write_run(out, text)
    line = (out / "annotations.jsonl").read_bytes()
    assert line.count(b"\n") == 1
    read = json.loads(line.decode("utf-8"))["article"]["text"]
    # JSON cannot tell two lone surrogates in a row from the character they would make.
    assert read.encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")
    sentences = parquet.read_table(out / "sentences.parquet").to_pylist()
    assert "".join(row["text"] for row in sentences) == "".join(
        "\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text
    )
    for cells, row in zip(read_csv(out / "sentences.csv"), sentences, strict=True):
        assert cells["text"] in (row["text"], "'" + row["text"])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_csv_cell_begins_like_a_formula(tmp_path, start):
    write_run(tmp_path, start + "1+1 is what it costs, the board says")
    cell = read_csv(tmp_path / "sentences.csv")[0]["text"]
    assert cell.startswith("'" + start)
    assert parquet.read_table(tmp_path / "sentences.parquet")["text"][0].as_py() == cell[1:]


def test_nothing_has_its_name_before_the_end(tmp_path):
    out = tmp_path / "out"
    with RunWriter(out) as writer:
        writer.write_annotation(make_annotation(Article("a", TEXT)))
        assert not [path for path in out.iterdir() if path.name in FILES]
        writer.finish({})
        assert {path.name for path in out.iterdir() if path.is_file()} == set(FILES)
    assert {path.name for path in out.iterdir()} == set(FILES)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interrupted_run_leaves_no_trace(tmp_path, error):
    for out in (tmp_path / "new", tmp_path):
        with pytest.raises(error), RunWriter(out) as writer:
            writer.write_annotation(make_annotation(Article("a", TEXT)))
            raise error
        assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_leaves_the_one_before(tmp_path):
    write_run(tmp_path, TEXT)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(KeyboardInterrupt), RunWriter(tmp_path, overwrite=True):
        raise KeyboardInterrupt
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_results_are_replaced_only_when_asked_and_other_files_never(tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    write_run(tmp_path, TEXT)
    with pytest.raises(ConfigError, match="--overwrite"):
        write_run(tmp_path, TEXT, TEXT)
    assert parquet.read_table(tmp_path / "summary.parquet").num_rows == 1
    write_run(tmp_path, TEXT, TEXT, overwrite=True)
    assert parquet.read_table(tmp_path / "summary.parquet").num_rows == 2
    assert other.read_text() == "mine"


def test_a_file_is_no_folder_for_results(tmp_path):
    place = tmp_path / "file"
    place.write_text("x")
    with pytest.raises(ConfigError, match="is a file"):
        RunWriter(place, overwrite=True)


def test_many_rows_go_to_several_row_groups(tmp_path, monkeypatch):
    monkeypatch.setattr("annotator.write.folder.ROWS_PER_GROUP", 3)
    write_run(tmp_path, *[TEXT] * 5)
    file = parquet.ParquetFile(tmp_path / "sentences.parquet")
    assert file.metadata.num_rows == 10
    assert file.num_row_groups > 2
