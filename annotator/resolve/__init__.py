"""Resolve: one record for each person, body or item that answers for claims, over the whole article.

Pure rules over text and spans; where the model's scores are given (`Claim.scores`) they are weighed in. Knows nothing
of torch.
"""

from annotator.resolve.keys import name_key
from annotator.resolve.sources import resolve_sources

__all__ = ["name_key", "resolve_sources"]
