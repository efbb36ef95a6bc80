"""Claims of different articles that say the same thing, and how many independent sources carry each.

embed (texts -> vectors) -> match (pairs) -> group -> weigh (sources, support) -> report. Facts holds the rules that a
pair must pass, statements reads the claims of a run.
"""

from annotator.corroborate.embed import TextEncoder, load_encoder
from annotator.corroborate.report import Report, corroborate_run

__all__ = ["Report", "TextEncoder", "corroborate_run", "load_encoder"]
