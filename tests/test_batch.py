from __future__ import annotations

import json

import pyarrow.parquet as parquet
import pytest
from fake_annotator import FakeAnnotator
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.batch import NOTES_KEPT, RunReport, annotate_paths
from annotator.errors import ConfigError, InputError
from annotator.read import ReadOptions
from annotator.records import Failure
from annotator.write import FILES

OPTIONS = ReadOptions(languages=None)
STORY = "The harbour mole held through the night, the surveyor Ilse Varga said on Monday. Number {}."


def write_articles(folder, *texts):
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"{number:03}.txt").write_text(text, encoding="utf-8")
    return [str(folder)]


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_summary(out):
    return parquet.read_table(out / "summary.parquet").to_pylist()


def test_a_run_writes_every_file_and_counts_agree(tmp_path):
    paths = write_articles(tmp_path / "in", STORY.format(1), "", STORY.format("FAIL"), STORY.format(2))
    out = tmp_path / "out"
    report = annotate_paths(FakeAnnotator(), paths, out, OPTIONS)
    assert {path.name for path in out.iterdir()} == set(FILES)
    run = json.loads((out / "run.json").read_text())
    records, failures = read_lines(out / "annotations.jsonl"), read_lines(out / "failures.jsonl")
    assert [record["article"]["id"] for record in records] == ["000.txt", "003.txt"]
    assert [failure["stage"] for failure in failures] == ["read", "predict"]
    counts = run["counts"]
    assert (counts["articles"], counts["failures"], counts["duplicates"]) == (2, 2, 0)
    assert sum(counts["labels"].values()) == counts["sentences"] == 4
    assert counts["sentences"] == parquet.read_table(out / "sentences.parquet").num_rows
    assert counts["claims"] == parquet.read_table(out / "claims.parquet").num_rows
    assert counts["sources"] == parquet.read_table(out / "sources.parquet").num_rows
    assert run["model"] == {"name": "fake", "version": "1", "sha256": "0" * 64}
    assert run["options"]["read"]["languages"] is None
    assert run["versions"].keys() == {"python", "annotator", "onnxruntime", "torch", "transformers"}
    assert run["started"] <= run["finished"]
    assert report.reasons == [Failure(**failure) for failure in failures]


def test_repeated_texts_are_annotated_once_and_all_reported(tmp_path):
    texts = [STORY.format(number) for number in (1, 2, 1, 3, 1, 2)]
    annotator, out = FakeAnnotator(), tmp_path / "out"
    report = annotate_paths(annotator, write_articles(tmp_path / "in", *texts), out, OPTIONS)
    assert sorted(annotator.texts) == sorted(set(texts))
    assert (report.articles, report.duplicates) == (3, 3)
    rows = {row["id"]: row for row in read_summary(out)}
    assert {name: row["duplicate_of"] for name, row in rows.items()} == {
        "000.txt": None,
        "001.txt": None,
        "002.txt": "000.txt",
        "003.txt": None,
        "004.txt": "000.txt",
        "005.txt": "001.txt",
    }
    own = {"id", "path", "duplicate_of"}
    for row in rows.values():
        first = rows[row["duplicate_of"] or row["id"]]
        assert {key: row[key] for key in row.keys() - own} == {key: first[key] for key in first.keys() - own}


def test_a_repeat_of_a_failed_text_is_a_failure_too(tmp_path):
    paths = write_articles(tmp_path / "in", *[STORY.format("FAIL")] * 2, STORY)
    report = annotate_paths(FakeAnnotator(), paths, tmp_path / "out", OPTIONS)
    assert (report.articles, report.duplicates, report.failures) == (1, 0, 2)
    failures = read_lines(tmp_path / "out" / "failures.jsonl")
    assert [failure["path"][-7:] for failure in failures] == ["000.txt", "001.txt"]
    assert failures[0]["message"] == failures[1]["message"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["one", "two", "three", "FAIL", "FAIL too", ""]), min_size=1, max_size=9))
def test_every_file_is_accounted_for_once(tmp_path_factory, kinds):
    folder = tmp_path_factory.mktemp("run")
    paths = write_articles(folder / "in", *[STORY.format(kind) if kind else "" for kind in kinds])
    report = annotate_paths(FakeAnnotator(), paths, folder / "out", OPTIONS)
    failed = sum("FAIL" in kind or not kind for kind in kinds)
    assert report.failures == failed == len(read_lines(folder / "out" / "failures.jsonl"))
    assert report.articles + report.duplicates == len(kinds) - failed == len(read_summary(folder / "out"))
    assert report.articles == len(set(kinds) & {"one", "two", "three"})


def test_results_inside_the_input_are_not_read_again(tmp_path):
    paths = write_articles(tmp_path, STORY.format(1))
    out = tmp_path / "results"
    annotate_paths(FakeAnnotator(), paths, out, OPTIONS)
    report = annotate_paths(FakeAnnotator(), paths, out, OPTIONS, overwrite=True)
    assert (report.articles, report.duplicates, report.failures) == (1, 0, 0)


def test_articles_beside_the_results_are_read(tmp_path):
    paths = write_articles(tmp_path, STORY.format(1), STORY.format(2))
    annotate_paths(FakeAnnotator(), paths, tmp_path, OPTIONS)
    report = annotate_paths(FakeAnnotator(), paths, tmp_path, OPTIONS, overwrite=True)
    assert (report.articles, report.duplicates, report.failures) == (2, 0, 0)


def test_progress_counts_up(tmp_path):
    paths = write_articles(tmp_path / "in", *map(STORY.format, range(5)))
    seen = []
    annotate_paths(FakeAnnotator(), paths, tmp_path / "out", OPTIONS, progress=lambda *counts: seen.append(counts))
    assert [counts[:2] for counts in seen] == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0)]
    assert seen[-1][2] in (1.0, None)  # None where they were not counted in time


def test_nothing_to_read_and_an_old_run_are_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="nothing to annotate"):
        annotate_paths(FakeAnnotator(), [str(tmp_path / "empty")], tmp_path / "out", OPTIONS)
    assert not (tmp_path / "out").exists()
    paths = write_articles(tmp_path / "in", STORY)
    annotate_paths(FakeAnnotator(), paths, tmp_path / "out", OPTIONS)
    with pytest.raises(ConfigError, match="holds the results"):
        annotate_paths(FakeAnnotator(), paths, tmp_path / "out", OPTIONS)


def test_an_annotator_that_loses_articles_is_a_bug(tmp_path):
    class Lossy(FakeAnnotator):
        def annotate_many(self, items):
            yield from list(super().annotate_many(items))[:-1]

    with pytest.raises(RuntimeError, match=r"no result for .*000.txt"):
        annotate_paths(Lossy(), write_articles(tmp_path / "in", STORY), tmp_path / "out", OPTIONS)


def test_notes_are_kept_once_and_the_rest_counted(tmp_path):
    report = RunReport(tmp_path)
    for number in [*range(NOTES_KEPT + 3), 0]:
        report.add_note(str(number))
    assert len(report.notes) == NOTES_KEPT
    assert report.notes_omitted == 3
