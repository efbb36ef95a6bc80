"""Everything the package raises on purpose.

AnnotatorError
+-- InputError       an article, a folder or a labelled file cannot be used
+-- ConfigError      an option or a configuration value cannot be used
+-- CheckpointError  a model folder cannot be used

Messages say what, where and what to do. Only `annotator.cli` prints them and exits.
"""


class AnnotatorError(Exception):
    """Base of all errors raised on purpose."""


class InputError(AnnotatorError):
    """An article, a folder or a labelled file cannot be used."""


class ConfigError(AnnotatorError):
    """An option or a configuration value cannot be used."""


class CheckpointError(AnnotatorError):
    """A model folder cannot be used."""
