"""A real Ray on this machine gives what one process gives, also where a worker is killed at its work."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from importlib.util import find_spec

import pytest
from test_batch import OPTIONS
from test_resume import describe, read_files

from annotator.batch import annotate_paths
from annotator.engines import Loading, RayEngine
from annotator.errors import AnnotatorError, ConfigError, InputError
from annotator.read.html import extract_page

# Ray reads its environment when it is imported: `cluster` has to come first.
pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: skipped")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a Ray cluster of two cores on this machine, which all tests share."""
    token = tmp_path_factory.mktemp("ray") / "token"
    token.write_text(secrets.token_hex(32))
    os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(token)}  # asked of whoever connects
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", "--num-cpus=2"]
    command += [f"--port={address.partition(':')[2]}", "--include-dashboard=false", "--disable-usage-stats"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as head:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(address.partition(":")[2]))) == 0:
                    break
            time.sleep(0.1)
        yield address
        head.terminate()


def make_engine(root, address, workers=2):
    described = describe(root / "own")
    loading = Loading(root / "own", precision=described.precision)
    return described, RayEngine(workers, described.info, loading, address)


def test_ray_gives_the_same_files_though_a_worker_is_killed(many, cluster, tmp_path):
    root, paths = many
    described, engine = make_engine(root, cluster)
    killed = []

    def kill(done, failed, share):
        if done == 20:
            killed.append(engine.processes()[0])
            os.kill(killed[0], signal.SIGKILL)

    annotate_paths(described, paths, tmp_path / "out", OPTIONS, engine=engine, progress=kill)
    assert killed
    found, wanted = read_files(tmp_path / "out"), read_files(root / "whole")
    assert {name for name in wanted if found[name] != wanted[name]} == set()


def test_an_error_of_the_work_comes_back_as_it_is(many, cluster):
    _, engine = make_engine(many[0], cluster, 1)
    with engine:
        assert engine.work(len, "four").result() == 4
        with pytest.raises(InputError, match=r"^no article found"):
            engine.work(extract_page, b"<html></html>").result()


def test_what_kills_every_worker_ends_the_run(many, cluster):
    _, engine = make_engine(many[0], cluster, 1)
    with pytest.raises(AnnotatorError, match="a worker process died"), engine:
        engine.work(os._exit, 1).result()


def test_a_cluster_that_is_too_small_is_told(many, cluster):
    _, engine = make_engine(many[0], cluster, 3)
    with pytest.raises(ConfigError, match=r"--workers 3: .* cluster has 2"), engine:
        pass


def test_another_model_on_a_machine_is_told(many, cluster):
    other = replace(describe(many[0] / "own").info, sha256="1" * 64)
    with pytest.raises(ConfigError, match="same version"), RayEngine(1, other, Loading(many[0] / "own"), cluster):
        pass


def test_an_address_where_nothing_answers_is_told_at_once(many, cluster):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    _, engine = make_engine(many[0], address)
    with pytest.raises(ConfigError, match="nothing answers"), engine:
        pass


@pytest.mark.parametrize("where", ["a cluster", "a Ray of the run's own"])
def test_the_command_gives_the_same_files(many, cluster, tmp_path, where):
    root, paths = many
    command = [sys.executable, "-m", "annotator", "annotate", *paths, "-o", tmp_path / "out", "--any-language"]
    command += ["--model", root / "own", "--workers", "2", "--engine", "ray"]
    command += ["--ray-address", cluster] if where == "a cluster" else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ray" not in done.stdout.lower()
    found, wanted = read_files(tmp_path / "out"), read_files(root / "whole")
    assert {name for name in wanted if found[name] != wanted[name]} == set()


def test_an_address_without_the_engine_is_wrong_use(many, tmp_path):
    command = [sys.executable, "-m", "annotator", "annotate", *many[1], "-o", tmp_path / "out"]
    done = subprocess.run([*command, "--ray-address", "x:1"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "--engine ray" in done.stderr
