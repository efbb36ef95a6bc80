"""The review against hostile texts, a server that is killed, and other sites open in the same browser."""

import http.server
import threading
from functools import partial

import pytest
from browser import needs_browser, open_page
from reviewing import BRIDGE, go_to, make_run, press, read_words, reviewing_bridge, running, visit, wait_saved

from annotator.labelled import read_labelled
from annotator.labels import ANONYMOUS, ATTRIBUTED, NARRATION
from annotator.records import Article
from annotator.segment import segment_article

pytestmark = needs_browser


@pytest.fixture
def bridge(tmp_path):
    with reviewing_bridge(tmp_path) as found:
        yield found


# Hostile texts

HOSTILE = (
    "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>\n\n"
    "</script></span></p><svg onload=alert(3)> said &lt;b&gt; &amp; “{{7*7}}” ${window.hacked = 4}. "
    "Ola \u202eBrandt\u202c said\u200b the \u2067dam\u2069 he\u00adld\ufeff 👩‍🚒 \x07ok. "
    "Z\u0335\u0327\u0301\u0300a\u0330\u0301l\u0353g\u0302o wrote \u05e9\u05dc\u05d5\u05dd and "
    "\u0645\u0631\u062d\u0628\u0627\r\nto them. "
    "a href=javascript:alert(5) told http://example.com/x.png so."
)


def test_hostile_texts_stay_texts_with_exact_offsets(page, tmp_path):
    out = make_run(tmp_path / "out", HOSTILE)
    with running(out) as (address, _):
        visit(page, address)
        shown = page.evaluate("[...document.querySelectorAll('.sentence')].map((item) => item.textContent)")
        assert shown == [HOSTILE[item.start : item.end] for item in segment_article(Article("", HOSTILE))]
        assert page.evaluate(
            "window.hacked === undefined && !document.querySelector('#text :is(script, img, svg, b, a)')"
        )
        assert page.locator(".hidden-character").evaluate_all("items => items.map((item) => item.dataset.name)") == [
            "RLO", "PDF", "ZWSP", "RLI", "PDI", "SHY", "BOM", "U+0007",
        ]  # fmt: skip
        go_to(page, "Ola")
        press(page, "2", *["ArrowRight"] * 2, "s", *["ArrowRight"] * 3, "c")
        press(page, *["ArrowRight"] * 4, "Shift+End", "w")
        wait_saved(page)
        press(page, "l", "Escape", "g", "Escape")
    (article,) = read_labelled(out / "labels.jsonl")
    assert article.text == HOSTILE
    assert read_words(article) == [
        ("c1", "content", "the \u2067dam\u2069 he\u00adld\ufeff 👩‍🚒 \x07ok."),
        ("c1", "cue", "said"),
        ("c1", "source", "Brandt"),
    ]


LIST_LEFTS = """() => {
  const walker = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
  const lefts = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const range = document.createRange();
    lefts.push([...node.data].map((_, at) => {
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      return range.getBoundingClientRect().left;
    }));
  }
  return lefts;
}"""


def test_text_in_a_dangerous_direction_does_not_leave_its_sentence(page, tmp_path):
    """Without isolation the override would run on and turn the next sentence about."""
    out = make_run(tmp_path / "out", "Turned \u202eabout by one mark. Straight it goes on.")
    with running(out) as (address, _):
        visit(page, address)
        lefts = page.evaluate(LIST_LEFTS)
        assert len(lefts) > 2
        assert all(one == sorted(one) for one in lefts), "letters run from left to right"


def test_a_paragraph_of_a_megabyte(page, tmp_path):
    text = "🚢 " + "The water rose in the harbour again, " * 28_000 + "said Elsbeth Crane."
    assert len(text.encode()) > 1_000_000
    out = make_run(tmp_path / "out", text.replace("Elsbeth Crane", "Crane"))
    with running(out) as (address, _):
        visit(page, address)
        last = page.locator(".sentence").last
        last.evaluate("element => element.scrollIntoView()")
        press(page, "2")
        page.evaluate(
            """() => { const node = document.querySelector(".sentence.current .piece:last-child").lastChild;
              getSelection().setBaseAndExtent(node, node.length - 6, node, node.length - 1); }"""
        )
        press(page, "s")
        wait_saved(page)
    (article,) = read_labelled(out / "labels.jsonl")
    assert ("c1", "source", "Crane") in read_words(article)


# The server goes away, and strangers


def test_a_killed_server_loses_no_decision(page, watched, tmp_path):
    out = make_run(tmp_path / "out", BRIDGE)
    _, problems = watched
    with running(out) as (address, process):
        visit(page, address)
        press(page, "1", "j", "2", "j", "4")
        wait_saved(page)
        process.kill()
        process.wait()
        press(page, "j", "3")
        page.wait_for_selector("#saved.trouble")
        assert "1 decision not saved: annotator review is not running" in page.inner_text("#saved")
    assert all("ERR_CONNECTION_REFUSED" in text or "Failed to load" in text for text in problems)
    (article,) = read_labelled(out / "labels.jsonl")
    assert [sentence.label for sentence in article.sentences] == [NARRATION, ATTRIBUTED, ANONYMOUS, None]
    with (out / "labels.jsonl").open("ab") as torn:
        torn.write(b'{"id": "a0", "text": "Brid')
    with running(out) as (address, _):
        page.on("dialog", lambda dialog: dialog.accept())  # leaving with something unsaved is asked about
        visit(page, address)
        assert "3 of 4 sentences checked" in page.inner_text("#progress-text")
        assert "1911" in page.inner_text(".sentence.current")
    problems.clear()


def test_two_windows_do_not_overwrite_each_other(page, watched, chromium, bridge):
    address, labels, _ = bridge
    visit(page, address)
    with open_page(chromium) as (other, _):
        visit(other, address)
        press(other, "1")
        wait_saved(other)
    press(page, "4")
    page.wait_for_selector("#saved.trouble")
    assert "another window" in page.inner_text("#saved")
    (article,) = read_labelled(labels)
    assert article.sentences[0].label == NARRATION
    watched[1].clear()  # the browser logs the answer 409


ATTACK = """async ([target, token]) => {
  const body = JSON.stringify({ revision: 0, decision: "check", sentence: 0, coding: {} });
  const headers = { Authorization: `Bearer ${token}` };
  const frame = document.createElement("iframe");
  const tries = [
    () => fetch(`${target}/api/session`),
    () => fetch(`${target}/api/session`, { headers }),
    () => fetch(`${target}/api/articles/0`, { method: "POST", body, headers }),
    () => fetch(`${target}/api/articles/0`, { method: "POST", body, mode: "no-cors" }),
    () => import(`${target}/static/points.js`),
    async () => {
      frame.src = target;
      document.body.append(frame);
      await new Promise((resolve) => (frame.onload = resolve));
      return frame.contentWindow.document.title;
    },
  ];
  return Promise.all(tries.map((attempt) => attempt().then(() => "in", () => "out")));
}"""


def test_another_site_can_neither_read_nor_change(page, watched, bridge, tmp_path):
    address, labels, _ = bridge
    target, token = address.split("/#token=")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<!doctype html><title>evil</title>")
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path / "site")
    handler.log_message = lambda *_: None
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        page.goto(f"http://localhost:{site.server_port}/index.html")
        outcomes = page.evaluate(ATTACK, [target, token])
    finally:
        site.shutdown()
        site.server_close()
    assert outcomes == ["out"] * 6
    assert labels.read_bytes() == b""
    watched[1].clear()  # the browser logs what it refused


def test_without_the_token_the_page_says_what_to_do(page, bridge):
    page.goto(bridge[0].split("#")[0])
    assert "Open the address that annotator review printed" in page.inner_text("#trouble")


def test_the_token_leaves_the_address_and_a_reload_works(page, bridge):
    visit(page, bridge[0])
    assert "token" not in page.url
    page.reload()
    page.wait_for_selector("body.ready")
