"""What several test modules share."""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from browser import chromium, page, watched  # noqa: F401 (fixtures)
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "default"
sys.path.append(str(ROOT / "scripts"))  # scripts/cases.py checks the cases of the tests too

# Files made on first use go to a folder of this session's own.
CACHE = tempfile.TemporaryDirectory(prefix="annotator-tests-")
os.environ["ANNOTATOR_CACHE"] = CACHE.name

# What takes longest, an installation, comes first: `scripts/test` works on two files at a time.
LONGEST = ("test_wheel", "test_train_labels", "test_train_resume", "test_pipeline", "test_ray")


def pytest_collection_modifyitems(items):
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(LONGEST)))


needs_model = pytest.mark.skipif(
    not (MODEL / "model.safetensors").is_file(),
    reason="models/default holds no model yet: make it with scripts/train_default",
)

# No deadline: a busy machine is no defect. In CI the same examples are drawn every time.
settings.register_profile("project", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("project")


@pytest.fixture(scope="session")
def annotator():
    """The pipeline with the bundled model, loaded once; for tests marked `needs_model`."""
    from annotator.pipeline import Annotator

    return Annotator.load()


@pytest.fixture(scope="session")
def many(tmp_path_factory):
    """A tiny model, a folder of articles in several chunks, and what one process makes of them."""
    from test_batch import OPTIONS, STORY, write_articles
    from tiny import make_model_folder

    from annotator.batch import annotate_paths
    from annotator.pipeline import Annotator

    root = tmp_path_factory.mktemp("many")
    make_model_folder(root / "own")
    paths = write_articles(root / "in", *(STORY.format(number) * (1 + number % 5) for number in range(150)))
    annotate_paths(Annotator.load(root / "own"), paths, root / "whole", OPTIONS)
    return root, paths
