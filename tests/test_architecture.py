"""Imports point one way, and what is heavy is loaded only where it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import annotator

PACKAGE = Path(annotator.__file__).parent
# A part may import only from the lines above its own, and from itself. Stages do not import each other.
LAYERS = (
    {"errors", "labels", "limits", "records"},
    {"ahead", "chunks", "config", "labelled", "paragraphs", "restore", "stores", "tokens", "windows"},
    {"quotes", "zones"},
    {"read", "segment", "encode", "network", "decode", "resolve", "grade", "write", "render", "card"},
    {"checkpoint"},
    {"predict"},
    {"export"},
    {"runtime"},
    {"pipeline"},
    {"engines", "journal"},
    {"across", "batch", "check", "evaluation"},
    {"agreement", "corroborate", "formats", "report", "review", "serve"},
    {"choose"},
    {"training"},
    {"cli"},
    {"__main__"},
)
RANKS = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}
HEAVY = (
    "torch",
    "transformers",
    "datasets",
    "pyarrow",
    "trafilatura",
    "numpy",
    "onnx",
    "onnxruntime",
    "tokenizers",
    "nupunkt",
    "charset_normalizer",
    "rich",
    "duckdb",
    "jinja2",
    "starlette",
    "uvicorn",
    "matplotlib",
    "fsspec",
    "ray",
)
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
NAMES = [str(path.relative_to(PACKAGE)) for path in MODULES]


def find_part(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def find_imports(path):
    """What a module imports, inside functions too: the module and the name taken from it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield from ((node.module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_imports_point_one_way(path):
    part = find_part(path)
    assert part in RANKS, f"{part} has no place in LAYERS"
    for module, name in find_imports(path):
        package, _, inside = f"{module}.{name}".partition(".")
        other = inside.split(".")[0]
        if package != "annotator" or other == part:
            continue
        assert other in RANKS, f"{other} has no place in LAYERS"
        assert RANKS[other] < RANKS[part], f"{part} may not import {name} from {other}"


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_no_module_imports_click_or_pickle(path):
    """Typer vendors Click; pickles run code."""
    packages = {module.split(".")[0] for module, _ in find_imports(path)}
    assert not packages & {"click", "pickle", "dill", "joblib"}


@pytest.mark.parametrize(
    "code", ["import annotator", "from annotator.cli.main import app; app(['--help'], standalone_mode=False)"]
)
def test_nothing_heavy_is_loaded_before_it_is_used(code):
    check = f"import sys; {code}; print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    result = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert result.stderr.strip() == "[]"
