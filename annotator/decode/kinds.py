"""What kind of claim a cue makes (codebook 2.2, claim.kind). None where the cue does not tell."""

from __future__ import annotations

import re

_NOT = r"\b(?:did|do|does|would|could|will) ?(?:not|n['’]t)"
_REFUSE = r"\b(?:declin|refus)\w* (?:\w+ )?"
_KINDS = {  # most telling first
    "no_comment": _REFUSE + r"(?:to (?:comment|provide|discuss|answer|elaborate|give|say|be interviewed)|comment)",
    "non_disclosure": _NOT + r" (?:say|specify|elaborate|disclose|identify|reveal|name|give)\b",
    "denial": r"\b(?:den(?:y|ies|ied|ying)|disput\w*|reject\w* (?:the )?(?:claim|charge|allegation|accusation|suggestion))",
    "question": r"\b(?:ask|wonder|question|quer)\w*\b(?! (?:for|not|to)\b)",
    "demand": r"\b(?:demand|urg|request|propos|threaten|plead)\w*|\bcall\w* (?:for|on)\b|\bask\w* (?:for|to)\b",
    "prediction": r"\b(?:predict|forecast|expect|project|anticipat)\w*",
    "allegation": r"\b(?:alleg|accus|charg)\w*",
    "opinion": r"\b(?:believ|think|thought|consider|argu|prais|critici[sz]|condemn|welcom|feel|felt)\w*|\bin \w+ view\b",
    "fact": r"\b(?:report|confirm|found|show|announc|reveal|state)\w*",
}
_PATTERNS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _KINDS.items()}


def name_kind(words: str) -> str | None:
    """Kind of claim by the words of the cue."""
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(words)), None)
