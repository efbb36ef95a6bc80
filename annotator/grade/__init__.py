"""Grade how well a reader can see who says so: sources, claims and articles. Pure functions over records; no model."""

from annotator.grade.claims import judge_claims
from annotator.grade.flags import FLAG_RULES, FlagRule
from annotator.grade.points import grade_source, grade_sources, is_anonymous
from annotator.grade.profile import profile_article
from annotator.grade.rubric import Rubric, load_rubric
from annotator.grade.sensitivity import BandChange, band_sensitivity, describe_sensitivity

__all__ = [
    "FLAG_RULES",
    "BandChange",
    "FlagRule",
    "Rubric",
    "band_sensitivity",
    "describe_sensitivity",
    "grade_source",
    "grade_sources",
    "is_anonymous",
    "judge_claims",
    "load_rubric",
    "profile_article",
]
