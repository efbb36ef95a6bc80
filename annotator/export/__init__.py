"""A model folder -> the ONNX files that the CPU runs. Imports torch when a file is made, not before."""

from annotator.export.find import cached_graph, find_graph, folder_graph, make_cached_graph, make_graph

__all__ = ["cached_graph", "find_graph", "folder_graph", "make_cached_graph", "make_graph"]
