"""The site: every page written to a folder of its own, which is renamed to its place when all is there."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.across.run import open_run
from annotator.across.sources import collect_sources
from annotator.errors import ConfigError, InputError
from annotator.limits import LIMITS, NOTE
from annotator.report.marks import clean_text, mark_article
from annotator.report.pages import (
    TOP_SOURCES,
    list_articles,
    list_claims,
    list_indicators,
    list_singles,
    sum_up,
)
from annotator.report.plots import plot_grades, plot_label_shares
from annotator.write.folder import FAILURES, RECORDS, RUN

if TYPE_CHECKING:
    from jinja2 import Environment

Progress = Callable[[str, int, int], None]  # what is done, how many of how many
MARK = "annotator-report.json"  # tells a folder of ours from any other, before one is replaced
CLAIMS_A_PAGE = 500
WORDS_SHOWN = 70  # characters of a claim in the card of its source
UNNAMED = {  # sources without a name, as the heading of a page
    "unnamed_person": "Unnamed persons",
    "unnamed_group": "Unnamed groups",
    "generic_collective": "Critics, experts and the like",
    "unspecified": "Hearsay",
    "unresolved": "Sources that could not be linked",
    "unidentified_document": "Unidentified documents",
    "unnamed_spokesperson": "Unnamed spokespeople",
}
_LABEL_STYLES = files("annotator") / "review" / "static" / "labels.css"


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What was written: the first page and the number of pages of each kind."""

    index: Path
    articles: int
    sources: int
    shared: int


def build_site(
    out: Path | str, site: Path | str, *, overwrite: bool = False, progress: Progress | None = None
) -> SiteReport:
    """Write the site of the run in `out` to the folder `site`, whole or not at all.

    Raises InputError if `out` holds no whole run, ConfigError if `site` is there already (and is not an earlier report that
    `overwrite` allows to replace) or cannot be written to.
    """
    out, site = Path(out), Path(site)
    _check_place(site, overwrite)
    with open_run(out) as connection:
        try:
            site.parent.mkdir(parents=True, exist_ok=True)
            staging = Path(tempfile.mkdtemp(prefix=f".{site.name}-", dir=site.parent))
        except OSError as error:
            raise ConfigError(f"{site}: cannot be written ({error.strerror}); choose another folder") from error
        try:
            report = _Writer(out, staging, connection, progress).write(site)
            if site.exists():
                shutil.rmtree(site)
            staging.chmod(0o755)
            staging.rename(site)
        except OSError as error:
            raise ConfigError(f"{site}: cannot be written ({error.strerror}); choose another folder") from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return report


def _check_place(site: Path, overwrite: bool) -> None:
    if not site.exists() or (site.is_dir() and not any(site.iterdir())):
        return
    if not (site / MARK).is_file():
        raise ConfigError(f"{site}: is there and is no report; choose another folder with -o")
    if not overwrite:
        raise ConfigError(f"{site}: holds a report already; add --overwrite or choose another folder with -o")


class _Writer:
    """Writes the pages of one site to a staging folder."""

    def __init__(self, out: Path, staging: Path, connection, progress: Progress | None) -> None:
        self.out, self.staging, self.connection = out, staging, connection
        self.tell = progress or (lambda what, done, total: None)
        self.run = json.loads((out / RUN).read_text(encoding="utf-8"))
        self.articles = list_articles(connection)
        texts = [row["article_id"] for row in self.articles if row["duplicate_of"] is None]
        self.order = [f"articles/{number:05}.html" for number in range(1, len(texts) + 1)]
        self.pages = dict(zip(texts, self.order, strict=True))
        for row in self.articles:  # a repeat of a text has the page of the text
            self.pages.setdefault(row["article_id"], self.pages.get(row["duplicate_of"], "index.html"))
        self.table = collect_sources(out)
        self.source_pages: dict[tuple[str, str], str] = {}  # by article and claim
        for number, row in enumerate(self.table.rows, 1):
            row["page"] = f"sources/{number:05}.html"
            row["shown"] = row["name"] or f"{UNNAMED.get(row['type'], row['type'].replace('_', ' '))}, added up"
            for claim in row["claim_ids"]:
                article, _, identity = claim.rpartition(":")
                self.source_pages[article, identity] = row["page"]
        self.templates = _load_templates()

    def write(self, site: Path) -> SiteReport:
        for folder in ("articles", "sources", "static", "plots"):
            (self.staging / folder).mkdir()
        for name in ("report.css", "report.js"):
            shutil.copyfile(str(files("annotator.report") / "static" / name), self.staging / "static" / name)
        (self.staging / "static" / "labels.css").write_text(_LABEL_STYLES.read_text(encoding="utf-8"), encoding="utf-8")
        self._write_articles()
        self._write_sources()
        groups = self._write_claims()
        self._write_index(len(groups))
        record = {"run": self.run["started"], "articles": len(self.articles)}
        (self.staging / MARK).write_text(json.dumps(record) + "\n", encoding="utf-8")
        return SiteReport(site / "index.html", len(self.articles), len(self.table.rows), len(groups))

    def _page(self, path: str, template: str, **values: Any) -> None:
        up = "../" * path.count("/")
        html = self.templates.get_template(template).render(up=up, run=self.run, note=NOTE, limits=LIMITS, **values)
        (self.staging / path).write_text(html, encoding="utf-8")

    def _write_articles(self) -> None:
        rows = {row["article_id"]: row for row in self.articles}
        for number, record in enumerate(_read_records(self.out / RECORDS)):
            identity = record["article"]["id"]
            if identity not in rows:
                raise InputError(f"{self.out / RECORDS}: article {identity} is not in the tables; annotate again")
            title = _find_title(record)
            rows[identity]["title"] = rows[identity]["title"] or title
            claims: dict[str, list[dict[str, Any]]] = {}
            for claim in record["claims"]:
                claims.setdefault(claim["source_id"], []).append(claim)
            self._page(
                self.pages[identity],
                "article.html",
                title=title,
                record=record,
                row=rows[identity],
                paragraphs=mark_article(record),
                indicators=list_indicators(record["profile"]),
                claims=claims,
                source_page=lambda claim, article=identity: self.source_pages.get((article, claim)),
                words=lambda claim, text=record["article"]["text"]: _quote_claim(claim, text),
                repeated=_is_headline(record, title),
                before=self.order[number - 1] if number else None,
                after=self.order[number + 1] if number + 1 < len(self.order) else None,
            )
            self.tell("articles", number + 1, len(self.order))

    def _write_sources(self) -> None:
        said = list_claims(self.connection)
        for number, row in enumerate(self.table.rows, 1):
            claims = sorted((said[claim] for claim in row["claim_ids"]), key=lambda claim: claim["order"])
            for part in _turn_pages(row["page"], claims):
                self._page(part["here"], "source.html", title=row["shown"], source=row, pages=self.pages, **part)
            self.tell("sources", number, len(self.table.rows))

    def _write_claims(self) -> list[list[dict[str, Any]]]:
        groups = self._read_groups()
        singles = list_singles(self.connection)
        for part in _turn_pages("claims.html", singles):
            self._page(
                part["here"],
                "claims.html",
                title="Shared and single-source claims",
                groups=groups if part["first"] == 0 else None,
                measured=groups is not None,
                pages=self.pages,
                source_pages=self.source_pages,
                **part,
            )
        return groups or []

    def _read_groups(self) -> list[list[dict[str, Any]]] | None:
        """The groups of `annotator corroborate`; None where it has not been run."""
        path = self.out / "corroboration.parquet"
        if not path.is_file():
            return None
        table = self.connection.read_parquet(str(path))
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]
        groups: dict[int, list[dict[str, Any]]] = {}
        for row in rows:
            groups.setdefault(row["group"], []).append(row)
        return list(groups.values())

    def _write_index(self, shared: int) -> None:
        figures = sum_up(self.connection)
        plots = {}
        grades = [row["mean_T"] for row in self.articles if row["mean_T"] is not None and row["duplicate_of"] is None]
        if grades:
            plots["grades"] = plot_grades(grades)
        if len(figures["months"]) > 1:
            plots["months"] = plot_label_shares(figures["months"], "time")
        if len(figures["outlets"]) > 1:
            plots["outlets"] = plot_label_shares(figures["outlets"], "groups")
        for name, svg in plots.items():
            (self.staging / "plots" / f"{name}.svg").write_text(svg, encoding="utf-8")
        failures = [json.loads(line) for line in (self.out / FAILURES).read_text(encoding="utf-8").splitlines()]
        self._page(
            "index.html",
            "index.html",
            title="Who says so",
            articles=self.articles,
            pages=self.pages,
            plots=plots,
            sources=self.table.rows[:TOP_SOURCES],
            source_count=len(self.table.rows),
            failures=failures,
            shared=shared,
            **figures,
        )


def _turn_pages(name: str, claims: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A long list on several pages: `name`, and the same with -2, -3, ... before the ending."""
    parts = [claims[at : at + CLAIMS_A_PAGE] for at in range(0, len(claims), CLAIMS_A_PAGE)] or [[]]
    stem = name.removesuffix(".html")
    names = [name, *(f"{stem}-{number}.html" for number in range(2, len(parts) + 1))]
    for number, (here, part) in enumerate(zip(names, parts, strict=True)):
        yield {"here": here, "names": names, "claims": part, "first": number * CLAIMS_A_PAGE, "total": len(claims)}


def _load_templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(
        loader=PackageLoader("annotator.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["clean"] = lambda value: clean_text(str(value))
    templates.filters["words"] = lambda value: str(value).replace("_", " ")
    templates.filters["percent"] = lambda value: f"{100 * value:.0f}%"
    return templates


def _read_records(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise InputError(f"{path}:{number}: no JSON ({error}); annotate again with --overwrite") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); annotate again with --overwrite") from error


def _quote_claim(claim: dict[str, Any], text: str) -> str:
    """The first words of what a claim says; its cue where the content stands elsewhere."""
    span = (claim["content"] or claim["quotes"] or [claim["cue"] or claim["source"]])[0]
    words = " ".join(text[span["start"] : span["end"]].split()) if span else "claim"
    return words if len(words) <= WORDS_SHOWN else words[: WORDS_SHOWN - 1].rstrip() + "…"


def _is_headline(record: dict[str, Any], title: str) -> bool:
    """Whether the text itself opens with the title."""
    first = record["sentences"][:1]
    return bool(first) and record["article"]["text"][first[0]["start"] : first[0]["end"]].strip() == title


def _find_title(record: dict[str, Any]) -> str:
    """The title, else the headline, else the first words, else the id."""
    article, sentences = record["article"], record["sentences"]
    if article["title"]:
        return article["title"]
    first = next((item for item in sentences if item["zone"] == "headline"), sentences[0] if sentences else None)
    words = " ".join(article["text"][first["start"] : first["end"]].split()) if first else ""
    return (words if len(words) <= 120 else words[:119] + "…") or article["id"]
