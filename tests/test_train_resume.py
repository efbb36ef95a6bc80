"""A run that is interrupted and then killed goes on to the very same model, in real processes."""

import signal
import subprocess
import sys
import time

import pytest
from test_training import make_article
from tiny import make_model_folder
from typer.testing import CliRunner

from annotator.cli.main import app
from annotator.labelled import write_labelled

EPOCHS = 36


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("resume")
    write_labelled([make_article(number) for number in range(10)], folder / "gold.jsonl")
    make_model_folder(folder / "base")
    return folder


def command(work, name, *more):
    return [
        "train",
        str(work / "gold.jsonl"),
        "--base",
        str(work / "base"),
        "-o",
        str(work / name),
        "--epochs",
        str(EPOCHS),
        *more,
    ]


def stop_at_a_checkpoint(words, out, number) -> int:
    """Run the command, send it the signal when another checkpoint is whole, and return its exit code."""
    before = set(out.glob("checkpoint-*"))
    process = subprocess.Popen(
        [sys.executable, "-m", "annotator", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        while not any((folder / "trainer_state.json").is_file() for folder in set(out.glob("checkpoint-*")) - before):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.send_signal(number)
        output, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    assert "model:" not in output, "the run was over before it was stopped"
    return process.returncode


def test_interrupted_and_killed_runs_go_on_to_the_same_model(work):
    out = work / "stopped" / "checkpoints"
    assert stop_at_a_checkpoint(command(work, "stopped"), out, signal.SIGINT) == 130
    assert CliRunner().invoke(app, command(work, "stopped")).exit_code == 2, "--resume is asked for"
    assert stop_at_a_checkpoint(command(work, "stopped", "--resume"), out, signal.SIGKILL) == -signal.SIGKILL
    assert not (work / "stopped" / "config.json").exists()
    done = CliRunner().invoke(app, command(work, "stopped", "--resume"))
    assert done.exit_code == 0, done.output
    assert "going on" in done.stderr
    whole = CliRunner().invoke(app, command(work, "whole", "--resume"))
    assert whole.exit_code == 0, whole.output
    for name in ("model.safetensors", "config.json"):
        assert (work / "stopped" / name).read_bytes() == (work / "whole" / name).read_bytes(), name
    assert not list((work / "stopped").glob("checkpoint*"))
