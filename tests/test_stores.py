"""Articles from a store and results into one: the same as from folders. S3 is a real server on this machine."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import fsspec
import pytest
from fake_annotator import FakeAnnotator
from test_batch import OPTIONS, STORY, write_articles
from test_resume import read_files
from test_warc import RECORDS, write_archive

from annotator.batch import annotate_paths
from annotator.errors import ConfigError
from annotator.read import Meter, read_articles
from annotator.records import Article, Failure
from annotator.stores import open_store
from annotator.write import FILES, STAGING, check_out, store

pytest.importorskip("s3fs", reason="s3fs is not installed: skipped")
moto_server = pytest.importorskip("moto.server", reason="moto is not installed: skipped")


@pytest.fixture(scope="module")
def s3():
    """A server of S3 with a bucket; the environment says where it is, as it would for a store of one's own."""
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    told = {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    told["AWS_DEFAULT_REGION"] = "us-east-1"
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    fsspec.filesystem("s3").mkdir("tarn")
    yield "s3://tarn"
    for name, value in before.items():
        os.environ.pop(name)
        if value is not None:
            os.environ[name] = value
    server.stop()


@pytest.fixture(params=["s3", "memory", "file"])
def place(request, tmp_path):
    """A folder in each kind of store, of the test's own."""
    if request.param == "memory":
        return f"memory://{tmp_path.name}"
    if request.param == "file":
        return f"file://{tmp_path}/store"
    return f"{request.getfixturevalue('s3')}/{tmp_path.name}"


def put(place, folder):
    """Copy a folder into a store."""
    files, root = open_store(place)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            files.put_file(str(path), f"{root}/{path.relative_to(folder).as_posix()}")
    files.invalidate_cache()


def list_names(place):
    files, root = fsspec.core.url_to_fs(place)
    files.invalidate_cache()
    return {name.removeprefix(root).lstrip("/") for name in files.find(root)}


def read_store(place, folder):
    """All files of a run in a store, as `read_files` gives those of a folder."""
    assert not any(name.startswith(STAGING) for name in list_names(place)), "nothing hidden is left of a whole run"
    files, root = fsspec.core.url_to_fs(place)
    folder.mkdir()
    for name in list_names(place):
        files.get_file(f"{root}/{name}", str(folder / name))
    return read_files(folder)


def make_folder(root):
    """Files of every kind that is read, and some that are not."""
    write_articles(root, *(STORY.format(number) * 3 for number in range(4)))
    (root / "deep" / "er").mkdir(parents=True)
    (root / "deep" / "er" / "packed.txt.gz").write_bytes(gzip.compress(STORY.format("packed").encode()))
    (root / "deep-er.txt").write_text(STORY.format("sorted after the folder"))
    rows = [{"id": f"row-{number}", "text": STORY.format(f"row {number}")} for number in range(3)]
    (root / "deep" / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    write_archive(root / "crawl.warc.gz", RECORDS)
    (root / "zero.txt").write_bytes(b"")
    (root / "notes.docx").write_bytes(b"x")
    (root / ".hidden").mkdir()
    (root / ".hidden" / "a.txt").write_text(STORY)
    return root


def without_path(item):
    return {name: value for name, value in item.to_dict().items() if name != "path"}


def test_a_store_is_read_as_a_folder_is(place, tmp_path):
    folder = make_folder(tmp_path / "in")
    put(place, folder)
    notes, local_notes = [], []
    found = list(read_articles([place], OPTIONS, notes.append))
    wanted = list(read_articles([str(folder)], OPTIONS, local_notes.append))
    assert list(map(without_path, found)) == list(map(without_path, wanted))
    assert all(item.path.startswith(place.split(":")[0] + "://") for item in found)
    assert {note.partition(": ")[2] for note in notes} == {note.partition(": ")[2] for note in local_notes}


def test_the_meter_goes_from_nothing_to_all(place, tmp_path):
    folder = make_folder(tmp_path / "in")
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress((folder / "deep" / "rows.jsonl").read_bytes() * 40))
    (folder / "all.json").write_text(json.dumps([{"text": STORY.format(number)} for number in range(9)]))
    put(place, folder)
    for path in (place, str(folder)):
        meter = Meter([path])
        meter._thread.join()
        shares = [meter.share for _ in read_articles([path], OPTIONS, meter=meter)]
        assert shares == sorted(shares) and meter.share == 1.0
        assert len({share for share in shares if share < 1}) > 10


def test_a_file_and_a_pattern_of_a_store(place, tmp_path):
    put(place, make_folder(tmp_path / "in"))
    (one,) = read_articles([f"{place}/001.txt"], OPTIONS)
    assert isinstance(one, Article) and one.id == "001.txt"
    assert [item.id for item in read_articles([f"{place}/00*.txt"], OPTIONS)] == [f"00{n}.txt" for n in range(4)]
    assert [item.id for item in read_articles([f"{place}/**/*.jsonl"], OPTIONS)] == [f"row-{n}" for n in range(3)]


def test_what_cannot_be_read_is_told(place, tmp_path):
    put(place, make_folder(tmp_path / "in"))
    for path, words in {
        f"{place}/none": "no such file",
        f"{place}/x*.txt": "no file matches",
        f"{place}/notes.docx": "unknown kind",
        "nothing://a/b": "cannot be reached",
    }.items():
        (failure,) = read_articles([path], OPTIONS)
        assert isinstance(failure, Failure) and words in failure.message and failure.path == path


def test_results_in_a_store_are_those_of_a_folder(place, tmp_path):
    put(f"{place}/in", make_folder(tmp_path / "in"))
    annotate_paths(FakeAnnotator(), [f"{place}/in"], tmp_path / "whole", OPTIONS, export_admiralty=True)
    report = annotate_paths(FakeAnnotator(), [f"{place}/in"], f"{place}/out", OPTIONS, export_admiralty=True)
    assert report.out == f"{place}/out"
    assert read_store(f"{place}/out", tmp_path / "got") == read_files(tmp_path / "whole")


def test_a_run_into_a_store_goes_on_where_it_was(place, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "PART_SECONDS", 0)
    paths = write_articles(tmp_path / "in", *(STORY.format(number) * 2_100 for number in range(5)))

    def interrupt(done, failed, share):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        annotate_paths(FakeAnnotator(), paths, f"{place}/out", OPTIONS, progress=interrupt)
    with pytest.raises(ConfigError, match=f"{place}/out: holds a run that was stopped"):
        check_out(f"{place}/out")
    again = FakeAnnotator()
    annotate_paths(again, paths, f"{place}/out", OPTIONS, resume=True)
    assert len(again.texts) == 2
    annotate_paths(FakeAnnotator(), paths, tmp_path / "whole", OPTIONS)
    assert read_store(f"{place}/out", tmp_path / "got") == read_files(tmp_path / "whole")


def test_a_store_that_fails_at_the_end_keeps_what_is_done(tmp_path, monkeypatch):
    place = f"memory://{tmp_path.name}"
    paths = write_articles(tmp_path / "in", STORY)
    files = fsspec.filesystem("memory")
    with monkeypatch.context() as broken:
        put_file = files.put_file

        def fail(here, there, **options):
            if there.endswith("summary.csv"):
                raise ConnectionError("the line is down")
            put_file(here, there, **options)

        broken.setattr(files, "put_file", fail)
        with pytest.raises(ConfigError, match="the line is down"):
            annotate_paths(FakeAnnotator(), paths, place, OPTIONS)
    assert "run.json" not in list_names(place)
    again = FakeAnnotator()
    annotate_paths(again, paths, place, OPTIONS, resume=True)
    assert again.texts == [] and "run.json" in list_names(place)


def test_a_grown_folder_costs_only_what_is_new(place, tmp_path):
    paths = write_articles(tmp_path / "in", *(STORY.format(number) for number in range(3)))
    annotate_paths(FakeAnnotator(), paths, f"{place}/out", OPTIONS)
    files, root = fsspec.core.url_to_fs(f"{place}/out")
    files.pipe_file(f"{root}/sources_across.csv", b"of the run before")
    (tmp_path / "in" / "new.txt").write_text(STORY.format("new"))
    with pytest.raises(ConfigError, match="holds the results of a run"):
        annotate_paths(FakeAnnotator(), paths, f"{place}/out", OPTIONS)
    again = FakeAnnotator()
    annotate_paths(again, paths, f"{place}/out", OPTIONS, resume=True)
    assert again.texts == [STORY.format("new")]
    annotate_paths(FakeAnnotator(), paths, tmp_path / "whole", OPTIONS)
    assert read_store(f"{place}/out", tmp_path / "got") == read_files(tmp_path / "whole")
    fresh = FakeAnnotator()
    annotate_paths(fresh, paths, f"{place}/out", OPTIONS, overwrite=True)
    assert len(fresh.texts) == 4


def test_of_two_runs_at_one_place_the_first_stops(place, tmp_path):
    paths = write_articles(tmp_path / "in", STORY)

    def begin_another(done, failed, share):
        annotate_paths(FakeAnnotator(), paths, f"{place}/out", OPTIONS, overwrite=True)

    with pytest.raises(ConfigError, match=r"another run has begun|no such file"):
        annotate_paths(FakeAnnotator(), paths, f"{place}/out", OPTIONS, progress=begin_another)
    assert set(FILES) <= list_names(f"{place}/out")


def test_results_are_not_read_as_articles(place, tmp_path):
    paths = write_articles(tmp_path / "in", STORY)
    put(place, Path(paths[0]))
    annotate_paths(FakeAnnotator(), [place], place, OPTIONS)
    report = annotate_paths(FakeAnnotator(), [place], place, OPTIONS, resume=True)
    assert report.articles == 1 and report.failures == 0


def test_a_store_that_is_not_there_is_told(s3, tmp_path):
    paths = write_articles(tmp_path / "in", STORY)
    for out in ("s3://no-such-bucket/out", "nothing://a/out"):
        with pytest.raises(ConfigError, match=f"^{out}: "):
            annotate_paths(FakeAnnotator(), paths, out, OPTIONS)
