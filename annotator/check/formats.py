"""Findings as text, JSON, SARIF 2.1.0 and GitHub workflow commands. A flag is a prompt: nothing is called an error."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from annotator.check.findings import Finding
from annotator.grade import FLAG_RULES
from annotator.labels import FLAGS
from annotator.limits import NOTE
from annotator.records import Failure
from annotator.render import STEERING, escape_controls

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def format_text(finding: Finding) -> str:
    """`path:line:col: code message`, on one line."""
    place = f"{_show_path(finding.place)}:{finding.line}:{finding.column}"
    return f"{place}: {finding.code} {finding.message}"


def format_github(finding: Finding) -> str:
    """A workflow command that shows a notice at the place; without line where that would not be one of the file."""
    properties = {"title": finding.code}
    if finding.path not in (None, "-"):
        properties = {"file": _show_path(finding.path)} | properties
    if finding.in_file:
        properties |= {"line": finding.line, "endLine": finding.end_line}
        if finding.line == finding.end_line:  # columns are for places within a line
            properties |= {"col": finding.column, "endColumn": finding.end_column}
    listed = ",".join(f"{name}={_escape_property(str(value))}" for name, value in properties.items())
    message = finding.message if finding.in_file else f"{_show_path(finding.place)}: {finding.message}"
    return f"::notice {listed}::{_escape_data(message)}"


def format_json(findings: Sequence[Finding]) -> str:
    """One JSON array in ASCII: every field of a finding, its message, and the rule's origin."""
    rows = [
        asdict(finding) | {"message": finding.message, "origin": FLAG_RULES[finding.code].origin}
        for finding in findings
    ]
    return json.dumps(rows, indent=2)


def format_sarif(findings: Sequence[Finding], failures: Sequence[Failure] = (), version: str | None = None) -> str:
    """A SARIF 2.1.0 log in ASCII with one run: all rules, a result for each finding, a notification for each failure."""
    driver = {
        "name": "annotator",
        "fullDescription": {"text": NOTE},
        "rules": [_make_rule(code) for code in FLAGS],
    }
    if version:
        driver["version"] = version
    invocation = {
        "executionSuccessful": not failures,
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": escape_controls(f"{item.path}: {item.message} ({item.stage})")}}
            for item in failures
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": [_make_result(finding) for finding in findings],
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _make_rule(code: str) -> dict[str, Any]:
    rule = FLAG_RULES[code]
    return {
        "id": code,
        "shortDescription": {"text": rule.message},
        "fullDescription": {"text": f"Set when {rule.when}."},
        "help": {"text": f"Origin: {rule.origin}. A flag is a prompt for an editor, not a finding of fault."},
        "defaultConfiguration": {"level": "note"},
    }


def _make_result(finding: Finding) -> dict[str, Any]:
    known = ("article_id", "claims", "source_id", "source", "band", "score")
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": FLAGS.index(finding.code),
        "level": "note",
        "message": {"text": finding.message},
        "properties": {key: value for key, value in asdict(finding).items() if key in known},
    }
    if finding.path not in (None, "-"):
        location: dict[str, Any] = {"artifactLocation": {"uri": _make_uri(finding.path)}}
        if finding.in_file:
            location["region"] = {
                "startLine": finding.line,
                "startColumn": finding.column,
                "endLine": finding.end_line,
                "endColumn": finding.end_column,
            }
        result["locations"] = [{"physicalLocation": location}]
    return result


def _make_uri(path: str) -> str:
    """A URI reference: absolute paths as file URIs, others relative to the folder the command ran in."""
    return Path(path).as_uri() if Path(path).is_absolute() else quote(Path(path).as_posix())


def _show_path(path: str) -> str:
    """A path on one line that steers no terminal; blanks are kept, so that it still names the file."""
    return STEERING.sub(lambda match: match[0].encode("unicode_escape").decode(), path)


def _escape_data(text: str) -> str:
    """As the runner of GitHub reads the message of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    """As the runner of GitHub reads a property of a command."""
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
