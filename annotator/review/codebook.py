"""docs/codebook.md -> the rules that stand beside each choice. The document is the one place where they are written."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from annotator.errors import ConfigError
from annotator.labels import ANONYMOUS, ATTRIBUTED, NARRATION, QUOTE

SHORT_FORMS = {"NAR": NARRATION, "AC": ATTRIBUTED, "DQ": QUOTE, "ANON": ANONYMOUS}
_PACKAGE = Path(__file__).parent.parent
_PLACES = (_PACKAGE / "data" / "codebook.md", _PACKAGE.parent / "docs" / "codebook.md")  # installed, checkout
_HEADING = re.compile(r"^#{2,} (\d+(?:\.\d+)?)\.? ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """A hard case: what it is about, an example, and the decision in the short forms of the codebook."""

    case: str
    example: str
    decision: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Codebook:
    """The rules by what they decide. Texts hold the simple marks of Markdown: `code` and *emphasis*."""

    labels: dict[str, str]
    questions: tuple[str, ...]
    cases: tuple[Case, ...]
    types: dict[str, str]
    anonymity: dict[str, str]
    quote_status: str
    spillover: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def load_codebook() -> Codebook:
    """The codebook that comes with the program. Raises ConfigError where it is missing."""
    path = next((path for path in _PLACES if path.is_file()), None)
    if path is None:
        raise ConfigError(f"{_PLACES[0]}: the codebook is missing; install claim-annotator again")
    return parse_codebook(path.read_text(encoding="utf-8"))


def parse_codebook(text: str) -> Codebook:
    """Read the numbered sections that the review shows."""
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    sections = {
        heading[1]: text[heading.end() : end].partition("\n")[2] for heading, end in zip(headings, ends, strict=True)
    }
    fields = _read_table(sections["3"])
    return Codebook(
        labels={_strip_code(row[0]): row[1] for row in _read_table(sections["1.2"])},
        questions=tuple(_read_list(sections["1.3"])),
        cases=tuple(Case(*row, labels=_find_labels(row[2])) for row in _read_table(sections["1.4"])),
        types={_strip_code(row[0]): row[1] for row in _read_table(sections["2.1"])},
        anonymity={_strip_code(row[0]): row[1] for row in _read_table(sections["2.2"])},
        quote_status=next(row[1] for row in fields if row[0] == "`quote_status`"),
        spillover=" ".join(sections["1.5"].split()),
    )


def _read_table(section: str) -> list[list[str]]:
    """The cells of a Markdown table, heading and rule left out."""
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def _read_list(section: str) -> list[str]:
    """The items of a numbered list, each on one line."""
    items = re.split(r"^\d+\. ", section, flags=re.MULTILINE)[1:]
    return [" ".join(item.split("\n\n")[0].split()) for item in items]


def _strip_code(cell: str) -> str:
    return cell.strip("`")


def _find_labels(decision: str) -> tuple[str, ...]:
    """The labels that a decision names, in its order."""
    found = re.findall(rf"\b({'|'.join(SHORT_FORMS)})\b", decision)
    return tuple(dict.fromkeys(SHORT_FORMS[name] for name in found))
