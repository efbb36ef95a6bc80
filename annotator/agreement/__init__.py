"""How far coders agree: alpha, kappa and agreement by class, spans, and the sentences in which they differ.

units (coders' files -> sentences with their values) -> alpha (pure) -> report. Reads labelled articles only.
"""

from annotator.agreement.alpha import measure_alpha, measure_kappa
from annotator.agreement.report import Agreement, Disagreement, measure_agreement

__all__ = ["Agreement", "Disagreement", "measure_agreement", "measure_alpha", "measure_kappa"]
