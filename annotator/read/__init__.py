"""Files, folders, globs and standard input -> articles, or the reason why something is no article."""

from annotator.read.articles import read_articles
from annotator.read.files import Input, list_inputs
from annotator.read.meter import Meter
from annotator.read.options import ReadOptions

__all__ = ["Input", "Meter", "ReadOptions", "list_inputs", "read_articles"]
