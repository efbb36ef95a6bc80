"""A run -> a static site that opens from disk: an index, a page for each article and source, and the shared claims.

marks (text -> pieces) -> pages (what a page shows) -> plots -> site (templates, files). Reads the results of a run only; knows
nothing of models.
"""

from annotator.report.site import SiteReport, build_site

__all__ = ["SiteReport", "build_site"]
