"""Documents are true: their Python runs, their commands parse, their links lead somewhere."""

import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import pytest

from experiments import cli
from experiments.scenario import Scenario

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NOT_OURS = {"bittensor"}  # packages that a block may need and the project does not bring


def python_blocks(document):
    return re.findall(r"```python\n(.*?)```", document.read_text("utf-8"), re.S)


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if python_blocks(d)], ids=lambda d: str(d.relative_to(ROOT)))
def test_python_blocks_run(document, capsys, monkeypatch):
    """A document is read from top to bottom: its blocks run in order, as one module, and print something."""
    module = ModuleType("a_document")
    vars(module)["In"] = python_blocks(document)  # as a notebook keeps its cells
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for code in python_blocks(document):
        foreign = [name for name in NOT_OURS if re.search(rf"^import {name}", code, re.M)]
        if foreign:
            compile(code, "block", "exec")
            pytest.skip(f"needs the package {foreign[0]}, which the project does not bring; it compiles")
        exec(compile(code, "block", "exec"), vars(module))  # the project's own documents
    assert capsys.readouterr().out.strip()


def commands():
    for document in DOCUMENTS:
        for line in re.findall(r"(?:^|`)(?:\.venv/bin/)?(yuma [^`\n#]*)", document.read_text("utf-8"), re.M):
            yield pytest.param(line.strip(), id=f"{document.name}: {line.strip()}")


@pytest.mark.parametrize("line", commands())
def test_commands_are_legal(line):
    """The command exists, its arguments parse and its settings are known; nothing is run."""
    _, name, *words = shlex.split(line.replace("SCENARIO", "weight-copying"))
    if name in ("command", "COMMAND"):
        return
    command = cli._command(name)
    if not words:
        return
    parser = cli._Parser(prog=name)
    command.add_arguments(parser)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(words)
    if getattr(given, "scenario", "").startswith(("subnet", "weight", "cabal")):
        Scenario.named(given.scenario, dict(pair.split("=") for pair in given.set))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8")):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target
