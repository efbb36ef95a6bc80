"""A real Ray on this machine gives what one process gives, also where a worker is killed at its work."""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import replace

import pytest
from test_batch import OPTIONS
from test_resume import describe, read_files

from annotator.batch import annotate_paths
from annotator.engines import Loading, RayEngine
from annotator.errors import AnnotatorError, ConfigError, InputError
from annotator.read.html import extract_page

ray = pytest.importorskip("ray", reason="Ray is not installed: skipped")


@pytest.fixture(scope="module")
def cluster():
    """A Ray of this machine that all tests share."""
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    yield
    ray.shutdown()


def make_engine(root, workers=2):
    described = describe(root / "model")
    return described, RayEngine(workers, described.info, Loading(root / "model", precision=described.precision))


def test_ray_gives_the_same_files_though_a_worker_is_killed(many, cluster, tmp_path):
    root, paths = many
    described, engine = make_engine(root)
    killed = []

    def kill(done, failed):
        if done == 20:
            killed.append(engine.processes()[0])
            os.kill(killed[0], signal.SIGKILL)

    annotate_paths(described, paths, tmp_path / "out", OPTIONS, engine=engine, progress=kill)
    assert killed
    found, wanted = read_files(tmp_path / "out"), read_files(root / "whole")
    assert {name for name in wanted if found[name] != wanted[name]} == set()


def test_an_error_of_the_work_comes_back_as_it_is(many, cluster):
    _, engine = make_engine(many[0], 1)
    with engine:
        assert engine.work(len, "four").result() == 4
        with pytest.raises(InputError, match=r"^no article found"):
            engine.work(extract_page, b"<html></html>").result()


def test_what_kills_every_worker_ends_the_run(many, cluster):
    _, engine = make_engine(many[0], 1)
    with pytest.raises(AnnotatorError, match="a worker process died"), engine:
        engine.work(os._exit, 1).result()


def test_a_cluster_that_is_too_small_is_told(many, cluster):
    _, engine = make_engine(many[0], 3)
    with pytest.raises(ConfigError, match=r"--workers 3: .* cluster has 2"), engine:
        pass


def test_another_model_on_a_machine_is_told(many, cluster):
    described, _ = make_engine(many[0])
    other = replace(described.info, sha256="1" * 64)
    with pytest.raises(ConfigError, match="same version"), RayEngine(1, other, Loading(many[0] / "model")):
        pass


def test_an_address_where_nothing_answers_is_told_at_once(many):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    described, _ = make_engine(many[0])
    with pytest.raises(ConfigError, match="nothing answers"), RayEngine(1, described.info, Loading(), address):
        pass
