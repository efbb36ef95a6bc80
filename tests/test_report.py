"""The static report: nothing of the text is lost or run, pages join up, and a browser and axe find nothing wrong."""

import json
import re
from html.parser import HTMLParser

import pytest
from browser import find_barriers, needs_browser, open_page
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from annotator.across.tables import write_result
from annotator.cli.main import app
from annotator.corroborate.report import COLUMNS
from annotator.errors import ConfigError, InputError
from annotator.grade import grade_sources, judge_claims, load_rubric, profile_article
from annotator.labels import ANONYMOUS, ANONYMOUS_TYPES, ATTRIBUTED, NARRATION, QUOTE
from annotator.limits import LIMITS
from annotator.records import Annotation, Article, Attribute, Claim, Failure, ModelInfo, Sentence, Source, Span
from annotator.report import build_site
from annotator.report.marks import clean_text, mark_article
from annotator.report.plots import plot_label_shares
from annotator.write import RunWriter
from annotator.write.tables import summarize_annotation

HOSTILE = (
    "<script>alert(1)</script> </script><img src=x onerror=alert(2)>\n\n"
    "“<b onclick=alert(3)>Nobody</b> asked 🦆,” said Ola Brandt, the dike reeve.\r\n"
    "Two officials\u202e said\u200b it\x00 would {{ 7 * 7 }} rain.\n"
)
CALM = "Dike holds at Tarn\n\nOla Brandt said the dike had held.\n\nTwo officials said it had not. The rain went on."


def find(text, words, start=0):
    at = text.index(words, start)
    return Span(at, at + len(words))


def make_annotation(identity, text, outlet=None, published=None):
    """Lines are sentences; the line with "Ola Brandt" is hers, the one with "Two officials" is theirs."""
    sentences, claims, mentions = [], [], {"s1": [], "s2": []}
    for number, line in enumerate(re.finditer(r"[^\r\n]+", text)):
        label, ids = NARRATION, ()
        for source, words, found in (("s1", "Ola Brandt", ATTRIBUTED), ("s2", "Two officials", ANONYMOUS)):
            if words not in line.group():
                continue
            name = find(text, words, line.start())
            quoted = "“" in line.group()
            label, ids = QUOTE if quoted else found, (f"c{len(claims) + 1}",)
            content = Span(name.end, line.end()) if not quoted else Span(line.start(), name.start)
            mentions[source].append(name)
            claims.append(
                Claim(
                    ids[0],
                    (number,),
                    name,
                    find(text, "said", line.start()),
                    (content,),
                    quotes=(content,) if quoted else (),
                    quote_status="direct" if quoted else "indirect",
                    source_id=source,
                )
            )
        zone = "headline" if number == 0 else "body"
        chances = {NARRATION: 0.1, ATTRIBUTED: 0.1, QUOTE: 0.1, ANONYMOUS: 0.1, label: 0.7}
        sentences.append(
            Sentence(number, line.start(), line.end(), zone, True, label, 0.6, chances, number == 1, claim_ids=ids)
        )
    role = Attribute("dike reeve", mentions["s1"][0]) if mentions["s1"] else None
    sources = [
        Source("s1", "Ola <i>Brandt</i>", "named_person", tuple(mentions["s1"]), role=role),
        Source("s2", "Two officials", "unnamed_group", tuple(mentions["s2"]), True, anonymity_type="veiled"),
    ]
    rubric = load_rubric()
    graded = grade_sources([source for source in sources if source.mentions], rubric)
    profile = profile_article(sentences, claims, graded, rubric, text)
    assert all(source.anonymous == (source.type in ANONYMOUS_TYPES) for source in graded)
    article = Article(identity, text, outlet=outlet, published=published, path=f"in/{identity}")
    model = ModelInfo("told", "1", "0" * 64)
    return Annotation(article, tuple(sentences), judge_claims(claims, graded, rubric), tuple(graded), profile, model)


def make_run(folder, annotations, failures=(), repeats=()):
    with RunWriter(folder) as writer:
        for annotation in annotations:
            writer.write_annotation(annotation)
        for name in repeats:
            writer.write_summary(
                summarize_annotation(annotations[0]) | {"id": name, "duplicate_of": annotations[0].article.id}
            )
        for failure in failures:
            writer.write_failure(failure)
        model = {"name": "told", "version": "1", "sha256": "0" * 64}
        writer.finish({"started": "2031-05-01T10:00:00+00:00", "model": model, "rubric": {"sha256": "1" * 64}})
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    annotations = [
        make_annotation("hostile.txt", HOSTILE, "Tarn $Post$ <b>", "2031-04-02"),
        *(make_annotation(f"calm-{n}.txt", CALM, f"Quay Times {n % 2}", f"2031-0{1 + n % 5}-10") for n in range(5)),
        make_annotation("empty.txt", "Nothing is said here.", None, None),
    ]
    failures = [Failure("in/<broken>.pdf", "read", "no text \x1b[31m in it")]
    out = make_run(folder / "out", annotations, failures, repeats=["again.txt"])
    build_site(out, folder / "site")
    return folder / "site"


class Text(HTMLParser):
    """The text of the <article> of a page, without what only tells a label."""

    def __init__(self, page):
        super().__init__()
        self.depth, self.text, self.tags = 0, "", []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.depth += tag == "article"

    def handle_endtag(self, tag):
        self.depth -= tag == "article"

    def handle_data(self, data):
        self.text += data if self.depth else ""


def squeeze(text):
    return "".join(text.split())


# --- marks


SPANS = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)


@given(st.text(min_size=1, max_size=40), st.lists(SPANS, max_size=4), st.lists(SPANS, max_size=3), st.integers(0, 40))
def test_pieces_are_the_text_whatever_overlaps(text, spans, cuts, anchor):
    size = len(text)
    places = [{"start": min(a, size), "end": min(b, size)} for a, b in spans]
    claims = [
        {"id": f"c{n}", "source_id": "s1", "source": place, "cue": None, "content": places[:n], "quotes": [place]}
        for n, place in enumerate(places)
    ]
    bounds = sorted({0, size, *(min(place, size) for cut in cuts for place in cut)})
    sentences = [
        {"id": n, "start": a, "end": b, "zone": "body", "label": NARRATION, "confidence": 1.0, "needs_review": False}
        | {"claim_ids": [claim["id"] for claim in claims]}
        for n, (a, b) in enumerate(zip(bounds[::2], bounds[1::2], strict=False))
    ]
    evidence = [{"start": min(anchor, size), "end": size}]
    sources = [{"id": "s1", "reliability": {"evidence": evidence}}]
    record = {"article": {"text": text}, "sentences": sentences, "claims": claims, "sources": sources}
    pieces = [p for paragraph in mark_article(record) for sentence in paragraph.sentences for p in sentence.pieces]
    assert "".join(piece.text for piece in pieces) == clean_text(text)
    for piece in pieces:
        assert clean_text(text[piece.start :]).startswith(piece.text)
        for claim in claims:
            inside = claim["source"]["start"] <= piece.start and piece.start + len(piece.text) <= claim["source"]["end"]
            if inside and piece.text and piece.roles:
                assert claim["id"] in piece.claims


def test_evidence_points_to_a_piece_of_its_own(site):
    page = Text(site / "articles" / "00002.html")
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a" and attrs["href"].startswith("#")]
    assert any(link.startswith("#at-") for link in links)
    assert {link[1:] for link in links} <= ids


# --- the site


def test_text_is_whole_and_nothing_of_it_runs(site):
    page = site / "articles" / "00001.html"
    assert squeeze(Text(page).text) == squeeze(clean_text(HOSTILE))
    html = page.read_text(encoding="utf-8")
    tags = Text(page).tags
    assert [attrs["src"] for tag, attrs in tags if tag == "script"] == ["../static/report.js"]
    assert not any(tag == "img" or key.startswith("on") for tag, attrs in tags for key in attrs)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "{{ 7 * 7 }}" in html


def test_every_link_leads_to_a_page_and_nothing_to_the_network(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        for tag, attrs in Text(page).tags:
            for key in ("href", "src"):
                target = attrs.get(key)
                if target is None:
                    continue
                assert not re.match(r"[a-z]+:|//", target), f"{page}: {tag} {target}"
                path, _, fragment = target.partition("#")
                place = page if not path else (page.parent / path)
                assert place.is_file(), f"{page}: {target}"
                if fragment:
                    assert f'id="{fragment}"' in place.read_text(encoding="utf-8"), f"{page}: {target}"


def test_index_shows_figures_and_failures_and_no_texts(site):
    html = (site / "index.html").read_text(encoding="utf-8")
    assert "The rain went on" not in html and "had held" not in html
    assert "in/&lt;broken&gt;.pdf" in html and "\x1b" not in html
    assert html.count('href="articles/') == 8  # seven texts, and the repeat of one
    assert "same text as" in html
    for limit in LIMITS:
        assert limit.replace('"', "&#34;") in html
    assert (site / "plots" / "months.svg").is_file() and (site / "plots" / "outlets.svg").is_file()


def test_shared_claims_come_from_corroborate(site, tmp_path):
    html = (site / "claims.html").read_text(encoding="utf-8")
    assert "Not compared yet" in html and html.count("Two officials") >= 6
    out = make_run(tmp_path / "out", [make_annotation(f"{n}.txt", CALM, f"Post {n}") for n in range(2)])
    row = dict.fromkeys(name for name, _ in COLUMNS) | {"group": 1, "claim_id": "c1", "text": "the <dike> held"}
    row |= {
        "support": "corroborated",
        "independent_low": 2,
        "independent_high": 2,
        "group_articles": 2,
        "group_outlets": 2,
    }
    rows = [
        row | {"article_id": f"{n}.txt", "outlet": f"Post {n}", "source": "Ola", "anonymous": False} for n in range(2)
    ]
    for item in rows:
        item.update(anonymous_only=True, relayed=False, verbatim_copy=False, copy_outlets=[])
    write_result(rows, COLUMNS, out, "corroboration")
    report = build_site(out, tmp_path / "site")
    html = (tmp_path / "site" / "claims.html").read_text(encoding="utf-8")
    assert report.shared == 1 and "the &lt;dike&gt; held" in html and "anonymous sources alone" in html


def test_long_lists_turn_pages(tmp_path, monkeypatch):
    monkeypatch.setattr("annotator.report.site.CLAIMS_A_PAGE", 2)
    out = make_run(tmp_path / "out", [make_annotation(f"{n}.txt", CALM, f"Post {n}") for n in range(5)])
    build_site(out, tmp_path / "site")
    for folder, stem in ((tmp_path / "site", "claims"), (tmp_path / "site" / "sources", "00001")):
        pages = [folder / f"{stem}.html", folder / f"{stem}-2.html", folder / f"{stem}-3.html"]
        counts = [page.read_text(encoding="utf-8").count("#sentence-") for page in pages]
        assert counts == [2, 2, 1]
        assert f'href="{stem}-3.html"' in pages[0].read_text(encoding="utf-8")


def test_plots_are_the_same_every_time():
    rows = [{"name": f"2031-0{n}", NARRATION: n, ATTRIBUTED: 2, QUOTE: 0, ANONYMOUS: 1} for n in range(1, 5)]
    first, second = plot_label_shares(rows, "time"), plot_label_shares(rows, "time")
    assert first == second and "var(--anonymous)" in first and "#010206" not in first


def test_a_folder_that_is_no_report_is_not_touched(site, tmp_path):
    out = make_run(tmp_path / "out", [make_annotation("a.txt", CALM)])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear Ola", encoding="utf-8")
    with pytest.raises(ConfigError, match="no report"):
        build_site(out, tmp_path / "mine", overwrite=True)
    build_site(out, tmp_path / "site")
    (tmp_path / "site" / "old.html").write_text("old", encoding="utf-8")
    with pytest.raises(ConfigError, match="--overwrite"):
        build_site(out, tmp_path / "site")
    build_site(out, tmp_path / "site", overwrite=True)
    assert not (tmp_path / "site" / "old.html").exists()
    with pytest.raises(InputError, match="no such folder"):
        build_site(tmp_path / "nothing", tmp_path / "other")
    assert {path.name for path in tmp_path.iterdir()} == {"out", "mine", "site"}  # nothing half made is left


def test_a_broken_run_leaves_no_site(tmp_path):
    out = make_run(tmp_path / "out", [make_annotation("a.txt", CALM)])
    (out / "annotations.jsonl").write_text('{"article": \n', encoding="utf-8")
    with pytest.raises(InputError, match=r"annotations\.jsonl:1"):
        build_site(out, tmp_path / "site")
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


def test_command(tmp_path):
    out = make_run(tmp_path / "out", [make_annotation("a.txt", CALM)])
    result = CliRunner().invoke(app, ["report", str(out)])
    assert result.exit_code == 0 and result.stdout.strip() == str(out / "report" / "index.html")
    assert json.loads((out / "report" / "annotator-report.json").read_text())["articles"] == 1
    assert CliRunner().invoke(app, ["report", str(tmp_path)]).exit_code == 2


# --- in a browser


@needs_browser
def test_a_claim_and_its_source_light_up_together(site, page):
    page.goto(f"file://{site}/articles/00002.html")
    page.hover("#sentence-2")
    assert page.locator(".card.linked h3").all_inner_texts() == ["Two officials"]
    page.locator("#sentence-1 a.sign").focus()
    assert page.locator(".card.linked h3").all_inner_texts() == ["Ola <i>Brandt</i>"]
    page.keyboard.press("Enter")
    assert page.url.endswith("#s1")
    page.locator("#s1 .evidence a").first.press("Enter")
    assert page.locator(":target").inner_text() == "Ola Brandt"


@needs_browser
def test_articles_sort_and_can_be_searched(site, page):
    page.goto(f"file://{site}/index.html")
    head = page.locator("#article-table").get_by_role("button", name="Claims", exact=True)
    head.press("Enter")
    counts = [int(cell) for cell in page.locator("#article-table tbody td:nth-child(6)").all_inner_texts()]
    assert counts == sorted(counts, reverse=True) and len(set(counts)) > 1
    head.press("Enter")
    counts = [int(cell) for cell in page.locator("#article-table tbody td:nth-child(6)").all_inner_texts()]
    assert counts == sorted(counts)
    page.fill("#search", "tarn post")
    assert page.locator("#article-table tbody tr:visible").count() == 2
    assert page.locator("#found").inner_text() == "2 of 8 articles"


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["index.html", "articles/00001.html", "sources/00001.html", "claims.html"])
def test_pages_pass_axe_and_are_quiet(site, chromium, path, scheme):
    # axe writes styles of its own, which the policy of the pages forbids
    with open_page(chromium, color_scheme=scheme, bypass_csp=True) as (page, problems):
        page.goto(f"file://{site}/{path}")
        assert find_barriers(page) == []
        assert not problems
    with open_page(chromium, color_scheme=scheme, viewport={"width": 400, "height": 800}) as (page, problems):
        page.goto(f"file://{site}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        assert not problems
