"""The documents say what the program does: commands, options, files, labels, version."""

import re
import tomllib

import pytest
import typer
from conftest import ROOT

from annotator import labels
from annotator.cli.main import app
from annotator.write import FILES

README = (ROOT / "README.md").read_text(encoding="utf-8")
CODEBOOK = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
GROUP = typer.main.get_command(app)
COMMANDS = dict(GROUP.commands)
PARAMETERS = [
    pytest.param(parameter, id=f"{name} {parameter.name}")
    for name, command in {"annotator": GROUP, **COMMANDS}.items()
    for parameter in command.params
]
SHOWN = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)


def find_calls() -> list[list[str]]:
    """The words of every call of `annotator` in the README, without comments and pipes."""
    lines = [line for block in SHOWN for line in block.splitlines()]
    lines += re.findall(r"`(annotator [^`]+)`", README)
    pieces = [piece.strip() for line in lines for piece in line.split("#")[0].split("|")]
    return [piece.split() for piece in pieces if piece.startswith("annotator ")]


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_explained(name):
    assert COMMANDS[name].help, f"annotator {name} has no help text"
    assert f"annotator {name}" in README, f"README.md does not mention annotator {name}"


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_option_has_help(parameter):
    assert getattr(parameter, "help", None), f"{parameter.name} has no help text"


def test_calls_in_readme_exist():
    calls = find_calls()
    assert calls
    for call in calls:
        if call[1].startswith("-"):
            continue
        assert call[1] in COMMANDS, f"README.md shows {' '.join(call)}"
        known = {option for parameter in COMMANDS[call[1]].params for option in parameter.opts} | {"--help"}
        unknown = [word for word in call if word.startswith("-") and word != "-" and word not in known]
        assert not unknown, f"README.md shows {' '.join(call)}"


def test_readme_names_output_files_and_exit_codes():
    for name in FILES:
        stem = name.rsplit(".", 1)[0]
        assert f"`{name}`" in README or f"`{stem}`" in README, name
    for code in (0, 1, 2, 130):
        assert re.search(rf"^\| {code} \|", README, re.MULTILINE), code


def test_links_lead_somewhere():
    for document in ("README.md", "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / document).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{document} links to {target}"


def test_codebook_defines_every_label():
    lists = (labels.LABELS, labels.SOURCE_TYPES, labels.ANONYMITY_TYPES, labels.QUOTE_STATUSES, labels.LINKS)
    lists += (labels.CLAIM_KINDS, labels.SUPPORTS, labels.FLAGS)
    missing = [name for names in lists for name in names if f"`{name}`" not in CODEBOOK]
    assert not missing


def test_changelog_has_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
