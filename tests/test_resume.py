"""A run that was stopped in any way goes on to the same files; a folder that has grown costs only what is new."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import needs_model
from fake_annotator import FakeAnnotator, make_annotation
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from test_batch import OPTIONS, STORY, write_articles

from annotator.batch import Described, annotate_paths
from annotator.engines import Loading, ProcessEngine
from annotator.errors import AnnotatorError, ConfigError
from annotator.pipeline import Annotator
from annotator.records import Article
from annotator.restore import restore_annotation
from annotator.write import FILES, STAGING

LONG = 2_100  # repeats of a story that fill a chunk
CHANGING = ("started", "finished", "seconds", "articles_per_second", "options")  # in run.json
RUN = """
import sys, time
sys.path.insert(0, {tests!r})
from fake_annotator import FakeAnnotator
from test_batch import OPTIONS
from annotator.batch import annotate_paths
class Slow(FakeAnnotator):
    def annotate_many(self, items):
        time.sleep(0.02)
        return super().annotate_many(items)
print("begin", flush=True)
annotate_paths(Slow(), [sys.argv[1]], sys.argv[2], OPTIONS, resume=True, export_admiralty=True)
"""


def read_files(out: Path) -> dict[str, object]:
    """All files of a run, run.json without what differs from run to run."""
    assert not (out / STAGING).exists(), "nothing hidden is left of a whole run"
    found: dict[str, object] = {path.name: path.read_bytes() for path in out.iterdir() if path.name != "run.json"}
    assert set(FILES) <= {*found, "run.json"}
    run = json.loads((out / "run.json").read_text())
    return found | {"run.json": {key: value for key, value in run.items() if key not in CHANGING}}


def run_until(paths, out, count, **options):
    """Annotate, and interrupt after so many articles."""

    def interrupt(done, failed, share):
        if done == count:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        annotate_paths(FakeAnnotator(), paths, out, OPTIONS, progress=interrupt, **options)


def test_a_run_killed_again_and_again_gives_the_same_files(tmp_path):
    texts = [STORY.format(number) * (1 + number % 40) for number in range(400)]
    texts[50] = texts[399] = texts[3]  # repeats within and across chunks
    texts[70] = texts[301] = "FAIL " + STORY.format("x")
    (folder,) = write_articles(tmp_path / "in", *texts)
    (tmp_path / "in" / "zero.txt").write_bytes(b"")
    annotate_paths(FakeAnnotator(), [folder], tmp_path / "whole", OPTIONS, export_admiralty=True)
    script = RUN.format(tests=str(Path(__file__).parent))
    chance, kills = random.Random(5), 0
    for _ in range(40):
        child = subprocess.Popen([sys.executable, "-c", script, folder, tmp_path / "out"], stdout=subprocess.PIPE)
        assert child.stdout is not None and child.stdout.readline() == b"begin\n"
        try:
            child.wait(timeout=chance.uniform(0.02, 0.5) if kills < 6 else None)
            break
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
            kills += 1
    assert child.returncode == 0 and kills >= 3
    assert read_files(tmp_path / "out") == read_files(tmp_path / "whole")


def test_what_was_finished_is_not_annotated_again(tmp_path):
    paths = write_articles(tmp_path / "in", *(STORY.format(number) * LONG for number in range(4)))
    run_until(paths, tmp_path / "out", 2)
    again = FakeAnnotator()
    annotate_paths(again, paths, tmp_path / "out", OPTIONS, resume=True)
    assert len(again.texts) == 2
    annotate_paths(FakeAnnotator(), paths, tmp_path / "whole", OPTIONS)
    assert read_files(tmp_path / "out") == read_files(tmp_path / "whole")


def test_a_stopped_run_is_not_run_over(tmp_path):
    paths = write_articles(tmp_path / "in", *(STORY.format(number) * LONG for number in range(3)))
    run_until(paths, tmp_path / "out", 1)
    with pytest.raises(ConfigError, match="--resume"):
        annotate_paths(FakeAnnotator(), paths, tmp_path / "out", OPTIONS)
    fresh = FakeAnnotator()
    annotate_paths(fresh, paths, tmp_path / "out", OPTIONS, overwrite=True)
    assert len(fresh.texts) == 3


def test_another_model_or_rubric_does_not_go_on(tmp_path):
    paths = write_articles(tmp_path / "in", *(STORY.format(number) * LONG for number in range(3)))
    run_until(paths, tmp_path / "out", 1)
    other = FakeAnnotator()
    other.info = replace(FakeAnnotator.info, sha256="1" * 64)
    with pytest.raises(ConfigError, match="another model"):
        annotate_paths(other, paths, tmp_path / "out", OPTIONS, resume=True)
    annotate_paths(FakeAnnotator(), paths, tmp_path / "out", OPTIONS, resume=True)
    with pytest.raises(ConfigError, match="another model"):
        annotate_paths(other, paths, tmp_path / "out", OPTIONS, resume=True)
    assert (tmp_path / "out" / "run.json").is_file()


def test_a_grown_folder_costs_only_what_is_new(tmp_path):
    paths = write_articles(tmp_path / "in", *(STORY.format(number) for number in range(5)))
    annotate_paths(FakeAnnotator(), paths, tmp_path / "out", OPTIONS)
    (tmp_path / "out" / "sources_across.csv").write_text("of the run before")
    (tmp_path / "out" / "labels.jsonl").write_text("of a person")
    (tmp_path / "in" / "002.txt").write_text(STORY.format("changed"))
    (tmp_path / "in" / "003.txt").unlink()
    (tmp_path / "in" / "0001.txt").write_text(STORY.format("new"))
    again = FakeAnnotator()
    annotate_paths(again, paths, tmp_path / "out", OPTIONS, resume=True)
    assert sorted(again.texts) == [STORY.format("changed"), STORY.format("new")]
    assert not (tmp_path / "out" / "sources_across.csv").exists(), "it told of another run"
    (tmp_path / "out" / "labels.jsonl").unlink()
    annotate_paths(FakeAnnotator(), paths, tmp_path / "whole", OPTIONS)
    assert read_files(tmp_path / "out") == read_files(tmp_path / "whole")


def test_a_grown_folder_is_stopped_and_goes_on(tmp_path):
    paths = write_articles(tmp_path / "in", *(STORY.format(number) * LONG for number in range(3)))
    annotate_paths(FakeAnnotator(), paths, tmp_path / "out", OPTIONS)
    for number in range(3, 6):
        (tmp_path / "in" / f"00{number}.txt").write_text(STORY.format(number) * LONG)
    (tmp_path / "in" / "0001.txt").write_text(STORY.format("new") * LONG)
    run_until(paths, tmp_path / "out", 2, resume=True)  # an old one and a new one
    again = FakeAnnotator()
    annotate_paths(again, paths, tmp_path / "out", OPTIONS, resume=True)
    assert len(again.texts) == 3, "neither the run before nor what the stopped one did is annotated again"
    annotate_paths(FakeAnnotator(), paths, tmp_path / "whole", OPTIONS)
    assert read_files(tmp_path / "out") == read_files(tmp_path / "whole")


def test_a_file_that_is_gone_when_the_run_goes_on_is_left_out(tmp_path):
    paths = write_articles(tmp_path / "in", *(STORY.format(number) * LONG for number in range(4)))
    run_until(paths, tmp_path / "out", 2)
    (tmp_path / "in" / "000.txt").unlink()
    annotate_paths(FakeAnnotator(), paths, tmp_path / "out", OPTIONS, resume=True)
    annotate_paths(FakeAnnotator(), paths, tmp_path / "whole", OPTIONS)
    assert read_files(tmp_path / "out") == read_files(tmp_path / "whole")


def test_two_runs_do_not_share_a_folder(tmp_path):
    paths = write_articles(tmp_path / "in", STORY)
    (tmp_path / "out" / STAGING).mkdir(parents=True)
    with (
        FileLock(tmp_path / "out" / STAGING / "lock"),
        pytest.raises(ConfigError, match="another run is at work"),
    ):
        annotate_paths(FakeAnnotator(), paths, tmp_path / "out", OPTIONS, resume=True)
    annotate_paths(FakeAnnotator(), paths, tmp_path / "out", OPTIONS, resume=True)
    assert read_files(tmp_path / "out")


def test_a_full_disk_keeps_what_is_done(tmp_path):
    (folder,) = write_articles(tmp_path / "in", *(STORY.format(number) * LONG for number in range(6)))
    script = RUN.format(tests=str(Path(__file__).parent))
    size = 700_000  # three articles and a half

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    command = [sys.executable, "-c", script, folder, tmp_path / "out"]
    done = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, check=False)
    assert "ConfigError" in done.stderr and "--resume" in done.stderr, done.stderr
    assert not (tmp_path / "out" / "run.json").exists()
    again = FakeAnnotator()
    annotate_paths(again, [folder], tmp_path / "out", OPTIONS, resume=True, export_admiralty=True)
    assert 0 < len(again.texts) < 6


@given(st.text(min_size=1))
def test_a_record_is_restored_as_it_was(text):
    record = json.loads(json.dumps(make_annotation(Article("a", text, title="t", path="p")).to_dict()))
    assert restore_annotation(record).to_dict() == record


@needs_model
def test_a_record_of_the_model_is_restored_as_it_was(annotator):
    text = "Two aides said the dam leaks. “It does not,” Ola Brandt, an engineer at Norlink, told reporters."
    record = annotator.annotate(Article("a", text)).to_dict()
    assert restore_annotation(json.loads(json.dumps(record))).to_dict() == record


def describe(model):
    annotator = Annotator.load(model)
    return Described(annotator.info, annotator.rubric, annotator.precision)


def test_workers_do_not_change_the_results(many, tmp_path):
    root, paths = many
    engine = ProcessEngine(2, Loading(root / "own"))
    described = describe(root / "own")
    annotate_paths(described, paths, tmp_path / "out", OPTIONS, engine=engine)
    found, wanted = read_files(tmp_path / "out"), read_files(root / "whole")
    assert {name for name in wanted if found[name] != wanted[name]} == set()


def test_a_lost_worker_is_told_and_the_run_goes_on_later(many, tmp_path):
    root, paths = many
    described = describe(root / "own")
    engine = ProcessEngine(1, Loading(root / "own"))

    def kill(done, failed, share):
        for process in engine.processes() if done == 1 else ():
            os.kill(process, signal.SIGKILL)

    with pytest.raises(AnnotatorError, match="worker process died"):
        annotate_paths(described, paths, tmp_path / "out", OPTIONS, engine=engine, progress=kill)
    annotate_paths(Annotator.load(root / "own"), paths, tmp_path / "out", OPTIONS, resume=True)
    assert read_files(tmp_path / "out") == read_files(root / "whole")


WORKER = """
import os
from annotator.engines import Loading, ProcessEngine
if __name__ == "__main__":
    with ProcessEngine(1, Loading()) as engine:
        print(engine._pool.submit(os.getpid).result(), flush=True)
        input()
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no /proc to see processes in: skipped")
def test_workers_end_with_a_killed_run(tmp_path):
    (tmp_path / "work.py").write_text(WORKER)
    command = [sys.executable, tmp_path / "work.py"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert is_alive(worker)
        parent.kill()
    for _ in range(600):
        if not is_alive(worker):
            return
        time.sleep(0.1)
    pytest.fail("the worker outlived its parent")


def is_alive(process: int) -> bool:
    """Whether a process runs; one that nobody has waited for yet does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return state.rsplit(")", 1)[1].split()[0] != "Z"
