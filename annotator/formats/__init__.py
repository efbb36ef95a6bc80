"""Labelled data of annotation tools -> labelled articles, and back.

A module for each family of formats reads documents with marks and writes articles; `registry` tells formats apart by content;
`reading` checks labels and offsets, cuts sentences and brings repeats together; `writing` says what a format cannot carry.
"""

from annotator.formats.reading import Reading, read_data, take_checked
from annotator.formats.writing import WRITERS, Written, check_out, write_data

__all__ = ["WRITERS", "Reading", "Written", "check_out", "read_data", "take_checked", "write_data"]
