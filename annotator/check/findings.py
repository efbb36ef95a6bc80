"""The flags of rubric R2 as findings with a place in the file, for editors, scripts and code hosts."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from annotator.errors import ConfigError
from annotator.grade import FLAG_RULES
from annotator.labels import FLAGS
from annotator.records import Annotation, Article, Claim, Source, Span
from annotator.render import escape_controls

_LINE_END = re.compile(r"\r\n|\r|\n")
_FILES_AS_READ = frozenset({".txt", ".md"})
_TABLES = frozenset({".json", ".jsonl", ".csv", ".parquet"})
_WORDS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One flag at one place. `claims` are the ids of all claims that have it there.

    Lines and columns count from 1, columns in code points; the end is exclusive. `in_file` tells whether they are those
    of the file: for `.txt` and `.md` they are; for a web page, a row of a table, a packed file and standard input they
    count in the text as it was read. `place` names the file, and the row where it has several.
    """

    place: str
    path: str | None
    line: int
    column: int
    end_line: int
    end_column: int
    in_file: bool
    code: str
    words: str
    article_id: str
    claims: tuple[str, ...]
    source_id: str | None = None
    source: str | None = None
    band: str | None = None
    score: int | None = None

    @property
    def message(self) -> str:
        """The words at the place, cut and safe to print, and what the flag tells an editor."""
        words = escape_controls(self.words).strip()
        if len(words) > _WORDS_SHOWN:
            words = words[: _WORDS_SHOWN - 1].rstrip() + "…"
        return f"“{words}”: {FLAG_RULES[self.code].message}" if words else FLAG_RULES[self.code].message


def check_annotation(annotation: Annotation, codes: Collection[str] = FLAGS) -> tuple[Finding, ...]:
    """The flags of one article that are among `codes`, in the order of the text (rubric R2).

    The place is the source of the claim in the words of the text; where it has none, the first sentence of the claim.
    """
    sources = {source.id: source for source in annotation.sources}
    sentences = {sentence.id: sentence.span for sentence in annotation.sentences}
    found: dict[tuple[Span, str], list[Claim]] = {}
    for claim in annotation.claims:
        span = claim.source or next((sentences[number] for number in claim.sentence_ids), Span(0, 0))
        for code in claim.flags:
            if code in codes:
                found.setdefault((span, code), []).append(claim)
    lines = [0, *(match.end() for match in _LINE_END.finditer(annotation.article.text))]
    ordered = sorted(found, key=lambda key: (key[0].start, key[0].end, FLAGS.index(key[1])))
    return tuple(_make_finding(annotation, span, code, found[span, code], sources, lines) for span, code in ordered)


def choose_codes(select: Iterable[str], ignore: Iterable[str]) -> tuple[str, ...]:
    """The codes to report: those selected (all where none is) without those ignored; each text may be a comma list.

    Raises ConfigError for an unknown code, and where none is left.
    """
    selected, ignored = ({find_code(code) for code in _split_list(texts)} for texts in (select, ignore))
    codes = tuple(code for code in FLAGS if code in (selected or FLAGS) and code not in ignored)
    if not codes:
        raise ConfigError("--select and --ignore leave no code to look for; drop one of them")
    return codes


def find_code(name: str, others: Iterable[str] = ()) -> str:
    """The code itself, or one of `others`. Raises ConfigError with what may have been meant."""
    known = (*FLAGS, *others)
    if name in known:
        return name
    near = difflib.get_close_matches(name.lower().replace("-", "_"), known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "annotator explain lists them"
    raise ConfigError(f"{name!r}: no such code; {hint}")


def _split_list(texts: Iterable[str]) -> list[str]:
    return [code.strip() for text in texts for code in text.split(",")]


def _make_finding(
    annotation: Annotation, span: Span, code: str, claims: list[Claim], sources: dict[str, Source], lines: list[int]
) -> Finding:
    article = annotation.article
    source = sources.get(claims[0].source_id or "")
    grade = source.grade if source else None
    (line, column), (end_line, end_column) = (_locate(offset, lines) for offset in (span.start, span.end))
    return Finding(
        place=_name_place(article),
        path=article.path,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        in_file=_find_suffix(article) in _FILES_AS_READ,
        code=code,
        words=article.text[span.start : span.end],
        article_id=article.id,
        claims=tuple(claim.id for claim in claims),
        source_id=source.id if source else None,
        source=source.name if source else None,
        band=grade.band if grade else None,
        score=grade.score if grade else None,
    )


def _locate(offset: int, lines: list[int]) -> tuple[int, int]:
    line = bisect_right(lines, offset)
    return line, offset - lines[line - 1] + 1


def _find_suffix(article: Article) -> str:
    return Path(article.path or "").suffix.lower()


def _name_place(article: Article) -> str:
    """The path, with `#` and the number or id of the row where the file is a table; the id of what has no path."""
    if article.path in (None, "-"):
        return article.id
    path = article.path
    unpacked = Path(path).with_suffix("") if _find_suffix(article) == ".gz" else Path(path)
    if unpacked.suffix.lower() not in _TABLES or path.endswith(article.id):
        return path
    name, _, row = article.id.rpartition("#")
    return f"{path}#{row}" if name and path.endswith(name) else f"{path}#{article.id}"
