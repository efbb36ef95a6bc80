"""The server of the review: what it serves, with which rules, to whom, and what it refuses."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from reviewing import BRIDGE, make_run

from annotator.labels import ANONYMITY_TYPES, LABELS, SOURCE_TYPES
from annotator.review.codebook import load_codebook


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A real review of one article: its address and token."""
    folder = tmp_path_factory.mktemp("server")
    out = make_run(folder / "out", BRIDGE)
    command = [sys.executable, "-m", "annotator", "review", str(out), "--no-open"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    address, token = process.stdout.readline().removeprefix("review: ").strip().split("/#token=")
    yield address, token, process
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    process.stdout.close()


def ask(server, path, body=None, **headers):
    """Status, headers and body of a request; headers of None are left out, underscores stand for dashes."""
    address, token, _ = server
    given = {"Host": address.removeprefix("http://"), "Authorization": f"Bearer {token}", "Origin": address}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(
        address + path,
        None if body is None else json.dumps(body).encode(),
        {name: value for name, value in given.items() if value is not None},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def test_our_own_page_is_served_and_nothing_else(server):
    status, headers, page = ask(server, "/", Authorization=None, Origin=None)
    assert status == 200 and "<title>Review</title>" in page
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert ask(server, "/api/session")[0] == 200
    assert ask(server, "/static/../app.py")[0] == 404
    assert ask(server, "/static/%2e%2e/app.py")[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": None},
        {"Authorization": "Bearer x"},
        {"Authorization": "Bearer ü"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_strangers_are_refused_and_change_nothing(server, headers):
    message = {"revision": 0, "decision": "check", "sentence": 0, "coding": {}}
    assert ask(server, "/api/articles/0", **headers)[0] == 403
    assert ask(server, "/api/articles/0", message, **headers)[0] == 403
    assert ask(server, "/api/articles/0", message, Origin=None)[0] == 403
    assert json.loads(ask(server, "/api/articles/0")[2])["revision"] == 0


def test_wrong_messages_are_answered_with_a_reason(server):
    article = json.loads(ask(server, "/api/articles/0")[2])
    good = {"revision": 0, "decision": "check", "sentence": 0, "coding": article["coding"]}
    for body, status in (([], 400), ({}, 400), (good | {"coding": {}}, 400), (good | {"revision": 7}, 409)):
        answer = ask(server, "/api/articles/0", body)
        assert answer[0] == status and json.loads(answer[2])["error"]
    assert ask(server, "/api/articles/5", good)[0] == 400
    assert json.loads(ask(server, "/api/articles/0")[2])["revision"] == 0


def test_every_choice_has_its_rule():
    codebook = load_codebook()
    assert set(codebook.labels) == set(LABELS)
    assert set(codebook.types) == set(SOURCE_TYPES)
    assert set(codebook.anonymity) == set(ANONYMITY_TYPES)
    assert len(codebook.questions) == 6
    assert {label for case in codebook.cases for label in case.labels} == set(LABELS)
    assert all(codebook.labels.values()) and codebook.quote_status and codebook.spillover
