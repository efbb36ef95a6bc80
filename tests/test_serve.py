"""The HTTP service: a real server and a real client, schemathesis, limits, back-pressure, and a stop in good order."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from conftest import ROOT
from fake_annotator import FakeAnnotator
from starlette.testclient import TestClient
from tiny import make_model_folder

from annotator import Annotator
from annotator.errors import ConfigError
from annotator.records import Article
from annotator.serve import Limits, make_app, run_service
from annotator.serve.desk import Desk
from annotator.serve.requests import BadRequest, parse_request

TEXT = "Dike holds 🦆\n\n“It held,” said Ola Brandt, the dike reeve.\r\nTwo officials said it had not."
WORDS = "The dike held, Ola Brandt said. " * 9
PAGE = f"<html><head><title>Dike</title></head><body><article><h1>Dike</h1><p>{WORDS}</p></article></body></html>"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_model_folder(tmp_path_factory.mktemp("model"))


def start(model, *options):
    command = [sys.executable, "-m", "annotator", "serve", "--port", "0", "--model", str(model), *options]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return server, server.stdout.readline().strip().removeprefix("serving: ")


@pytest.fixture(scope="module")
def address(model):
    server, address = start(model, "--max-body", "20000", "--max-articles", "5")
    yield address
    server.terminate()
    assert server.wait(30) == 0


def post(address, value, **headers):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    request = Request(f"{address}/annotate", body, {"Content-Type": "application/json", **headers})
    try:
        with urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def test_answers_are_those_of_the_library(address, model):
    status, answer = post(address, {"text": TEXT, "title": "Dike", "id": "d1", "outlet": "Tarn Post"})
    expected = Annotator.load(model).annotate(Article("d1", TEXT, title="Dike", outlet="Tarn Post")).to_dict()
    assert (status, answer["results"]) == (200, [json.loads(json.dumps(expected))])


def test_a_batch_keeps_its_order_and_a_page_without_article_is_a_failure(address):
    items = [{"text": TEXT, "id": "a"}, {"html": "<p>menu</p>", "id": "b"}, {"html": PAGE, "id": "c"}, {"text": ""}]
    status, answer = post(address, {"articles": items})
    first, second, third, fourth = answer["results"]
    assert status == 200 and first["article"]["id"] == "a" and fourth["article"]["id"] == "text-4"
    assert second["failure"]["path"] == "b" and "no article" in second["failure"]["message"]
    assert third["article"]["title"] == "Dike" and "Ola Brandt" in third["article"]["text"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{", 400, "no JSON"),
        (b"\xff\xfe", 400, "no JSON"),
        ([], 400, "send an object"),
        ({}, 400, 'give "text" or "html"'),
        ({"text": "a", "html": "b"}, 400, 'give "text" or "html"'),
        ({"text": 5}, 400, "object of strings"),
        ({"text": "a", "titel": "b"}, 400, "unknown fields titel"),
        ({"articles": []}, 400, "one object or more"),
        ({"articles": [{"text": "a"}], "text": "b"}, 400, "stand alone"),
        ({"articles": [{"text": "a"}] * 6}, 400, "send 5 at most"),
        ({"text": "a" * 20_001}, 413, "larger than 20000"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(address, body, status, words):
    code, answer = post(address, body)
    assert code == status and words in answer["error"]


def test_other_types_paths_and_methods_are_refused(address):
    assert post(address, {"text": "a"}, **{"Content-Type": "text/plain"})[0] == 415
    for path, method, code in (("/annotate", "GET", 405), ("/", "GET", 404), ("/healthz", "POST", 405)):
        with pytest.raises(HTTPError) as caught:
            urlopen(Request(address + path, method=method), timeout=30)
        assert caught.value.code == code


def test_health_tells_the_model(address):
    with urlopen(f"{address}/healthz", timeout=30) as answer:
        health = json.load(answer)
    assert health["status"] == "ok" and health["waiting"] == 0 and len(health["model"]["sha256"]) == 64


def test_the_service_is_as_its_description_says(address):
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "run",
        f"{address}/openapi.json",
        "--max-examples",
        "25",
    ]
    command += ["--seed", "1", "--no-color", "--generation-deterministic", "--exclude-checks", "unsupported_method"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert result.returncode == 0, result.stdout[-4000:]


class Slow:
    """An annotator that is held until it is let go."""

    def __init__(self):
        self.go = threading.Event()

    def annotate_many(self, articles):
        self.go.wait(30)
        return iter([])


def test_requests_beyond_the_line_are_told_to_come_back():
    slow = Slow()
    desk = Desk(slow, 1)
    with TestClient(make_app(desk, Limits(waiting=1), "1")) as client:
        answers = []
        threads = [
            threading.Thread(target=lambda: answers.append(client.post("/annotate", json={"text": "a"})))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        while desk.present < 2:
            time.sleep(0.01)
        refused = client.post("/annotate", json={"text": "a"})
        slow.go.set()
        for thread in threads:
            thread.join()
    assert refused.status_code == 503 and int(refused.headers["retry-after"]) > 0
    assert [answer.status_code for answer in answers] == [200, 200] and desk.present == 0


def test_a_request_at_work_is_finished_when_the_service_is_stopped(model):
    server, address = start(model)
    answers = []
    text = "\n\n".join(f"The dike number {n} held, Ola Brandt said on the wall." for n in range(400))
    thread = threading.Thread(target=lambda: answers.append(post(address, {"text": text})))
    thread.start()
    while True:
        with urlopen(f"{address}/healthz", timeout=30) as answer:
            if json.load(answer)["waiting"] or answers:
                break
    server.send_signal(signal.SIGTERM)
    thread.join()
    assert server.wait(60) == 0
    assert answers[0][0] == 200 and len(answers[0][1]["results"][0]["sentences"]) == 400


def test_a_taken_port_is_said():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigError, match="choose another port"):
        run_service(FakeAnnotator(), "127.0.0.1", taken.getsockname()[1], Limits(), "1", print)


def test_surrogates_in_a_request_break_nothing(address):
    status, answer = post(address, b'{"text": "Dike \\ud800 holds, Ola said.", "\\ud800": "x"}')
    assert status == 400 and "unknown fields" in answer["error"]
    with pytest.raises(BadRequest):
        parse_request(b'"\\ud800"', 5)
