"""Check drafts: the flags of rubric R2 with their places, in the forms that editors and code hosts read."""

from annotator.check.findings import Finding, check_annotation, choose_codes, find_code
from annotator.check.formats import format_github, format_json, format_sarif, format_text

__all__ = [
    "Finding",
    "check_annotation",
    "choose_codes",
    "find_code",
    "format_github",
    "format_json",
    "format_sarif",
    "format_text",
]
