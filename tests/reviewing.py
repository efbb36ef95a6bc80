"""What the tests of the review in the browser share: runs to review, a server, keys and mouse."""

import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

from fake_annotator import make_annotation

from annotator.labels import ANONYMOUS, ATTRIBUTED, NARRATION, QUOTE
from annotator.records import Article, Claim, Source, Span
from annotator.segment import segment_article
from annotator.write.entry import encode_line

BRIDGE = (
    "Bridge shut 🚧 again\n\n“The piles are rotten 🪵,” said Elsbeth Crane, the engineer. "
    "Two officials said repairs would take a year. The bridge was built in 1911."
)


def make_record(identity, text, doubtful=(1,)):
    """A record of a run: every sentence is narration with one doubt or none, but for the quotation in BRIDGE."""
    article = Article(identity, text)
    sentences = []
    for number, sentence in enumerate(segment_article(article)):
        doubt = number in doubtful
        confidence = 0.5 + number / 100 if doubt else 0.9
        chances = {NARRATION: confidence, ATTRIBUTED: 1 - confidence, QUOTE: 0.0, ANONYMOUS: 0.0}
        sentences.append(
            replace(
                sentence,
                label=NARRATION,
                confidence=confidence,
                probabilities=chances,
                needs_review=doubt,
                claim_ids=(),
            )
        )
    claims, sources = (), ()
    if "Elsbeth Crane" in text:
        name = find(text, "Elsbeth Crane")
        claims = (
            Claim("c1", (1,), name, find(text, "said"), (find(text, "“The piles are rotten 🪵,”"),), source_id="s1"),
        )
        sources = (Source("s1", "Elsbeth Crane", "named_person", (name,)),)
        sentences[1] = replace(sentences[1], label=QUOTE)
    return replace(make_annotation(article), sentences=tuple(sentences), claims=claims, sources=sources).to_dict()


def find(text, words):
    start = text.index(words)
    return Span(start, start + len(words))


def make_run(folder, *texts, **options):
    folder.mkdir(parents=True)
    with (folder / "annotations.jsonl").open("wb") as out:
        for number, text in enumerate(texts):
            out.write(encode_line(make_record(f"a{number}", text, **options)))
    return folder


@contextmanager
def running(*arguments):
    """`annotator review` as a process: its address and the process."""
    command = [sys.executable, "-m", "annotator", "review", "--no-open", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().removeprefix("review: ").strip(), process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)


def visit(page, address):
    page.goto(address)
    page.wait_for_selector("body.ready")


# A dialog closes in a task of its own, and nothing is taken while an article is on its way.
SETTLE = """() => new Promise((done) => {
  const look = () => document.querySelector("#text[aria-busy]") ? setTimeout(look) : done();
  setTimeout(look);
})"""


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
        page.evaluate(SETTLE)


def wait_saved(page):
    from playwright.sync_api import expect

    expect(page.locator("#saved")).to_have_text("Saved")


def go_to(page, words):
    """Make the sentence with these words the current one, with the keyboard."""
    place = "document.querySelector('.sentence.current').textContent"
    for _ in range(50):
        if words in page.evaluate(place):
            return
        press(page, "j")
    raise AssertionError(f"no sentence with {words!r}")


def read_label(page):
    return page.evaluate("document.querySelector('.sentence.current').dataset.label")


def read_words(article):
    """What is marked in a labelled article: (claim, role, words)."""
    return sorted((span.claim, span.label, article.text[span.start : span.end]) for span in article.spans)


FIND_WORDS = """([first, last]) => {
  const walker = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  const box = (words, offset) => {
    const node = nodes.find((item) => item.data.includes(words));
    const range = document.createRange();
    const at = node.data.indexOf(words) + offset;
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getBoundingClientRect();
  };
  const [one, two] = [box(first, 0), box(last, last.length - 1)];
  return [[one.left + 1, one.top + one.height / 2], [two.right - 1, two.top + two.height / 2]];
}"""


def drag(page, start, end):
    """Select with the mouse from before the words `start` to after the words `end`."""
    places = page.evaluate(FIND_WORDS, [start, end])
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=4)
    page.mouse.up()


@contextmanager
def reviewing_bridge(folder):
    """A review of BRIDGE by ana: its address, the file of labels and the process."""
    out = make_run(folder / "out", BRIDGE)
    with running(out, "--coder", "ana") as (address, process):
        yield address, out / "labels.jsonl", process
