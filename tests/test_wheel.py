"""The wheel holds all that it needs: it is built, installed in a clean environment elsewhere, and annotates there."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import jsonschema
import pytest
from conftest import MODEL, ROOT, needs_model

pytestmark = needs_model

TEXT = (
    "Pier to stay shut\n\n“The piles are rotten,” said Elsbeth Crane, the county engineer, on Tuesday.\n\n"
    "Two officials said the repair would take a year. The pier was built in 1911.\n"
)


def run(*command, **options):
    """Run a command without the variables that would let this checkout in; its output is shown when it fails."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, env=environment, **options)
    assert done.returncode == 0, f"{command} gave {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The `bin` folder of a fresh environment with the wheel and nothing of this one; removed in the end (1.5 GB)."""
    venv = tmp_path_factory.mktemp("elsewhere") / "venv"
    run("bash", ROOT / "scripts" / "setup", "--into", venv, wheel)
    yield venv / "bin"
    shutil.rmtree(venv)


def test_wheel_holds_model_schema_and_licence(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        sizes = {item.filename: item.file_size for item in archive.infolist()}
    for path in MODEL.rglob("*"):
        if path.is_file():
            name = f"annotator/models/default/{path.relative_to(MODEL).as_posix()}"
            assert sizes.get(name) == path.stat().st_size, name
    assert {"annotator/schema.json", "annotator/rubric.toml"} <= names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not any(name.startswith(("tests/", "models/", "examples/", "runs/")) for name in names)


def test_installed_wheel_annotates_elsewhere(installed, tmp_path):
    (tmp_path / "pier.txt").write_bytes(TEXT.encode())
    place = run(installed / "python", "-c", "import annotator; print(annotator.__file__)", cwd=tmp_path)
    assert place.startswith(str(installed.parent)), "the environment must not see this checkout"

    run(installed / "annotator", "annotate", "pier.txt", "-o", "out", cwd=tmp_path)

    (line,) = (tmp_path / "out" / "annotations.jsonl").read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    jsonschema.validate(record, json.loads((ROOT / "annotator" / "schema.json").read_text(encoding="utf-8")))
    assert record["article"]["text"] == TEXT
    said = {TEXT[item["start"] : item["end"]]: item["label"] for item in record["sentences"]}
    assert any("piles are rotten" in sentence and label == "direct_quote" for sentence, label in said.items()), said
    assert (tmp_path / "out" / "failures.jsonl").read_text() == ""
