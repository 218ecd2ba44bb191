"""Policies of one's own in the app: brought by `yuma app --plugin` alone, known on every page and to every worker."""

from __future__ import annotations

import json
import os
import shlex
import subprocess

import pytest
from opening import SMALL, lasting, opened, words

from agents import registry
from experiments import Scenario, solve_scenario
from experiments.cli import main
from experiments.plugins import load_plugins
from views import limits, waiting
from views.jobs import Jobs
from views.scenario_sheet import command
from views.takeaway import solving_code

POLICY = '''
from dataclasses import dataclass
from typing import ClassVar

from agents import Traits, ValidatorPolicy


@dataclass(frozen=True)
class Echo(ValidatorPolicy):
    """Say what consensus said, squared."""

    name: ClassVar[str] = "echo"
    traits: ClassVar[Traits] = Traits(evaluates=False, sees={"consensus"})

    def weights(self, view):
        return view.public.consensus[view.world] ** 2
'''
GAME = {**SMALL, "validators.strategies": "honest,echo"}


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "_brought", {role: dict(own) for role, own in registry._brought.items()})
    path = tmp_path / "echo.py"
    path.write_text(POLICY, "utf-8")
    return str(path)


@pytest.fixture
def server(file, monkeypatch):
    """As a server that was started with the file."""
    monkeypatch.setenv("YUMA_APP_PLUGINS", json.dumps([file]))
    limits.plugins.cache_clear()
    waiting.jobs().close()
    waiting.jobs.clear()
    yield file
    waiting.jobs().close()
    waiting.jobs.clear()
    limits.plugins.cache_clear()


def scenario() -> Scenario:
    return Scenario.named(GAME["scenario"], {key: value for key, value in GAME.items() if key != "scenario"})


def test_a_worker_knows_the_policies_of_the_server(file) -> None:
    jobs = Jobs(plugins=load_plugins([file]))
    asked = scenario().changed({"answer.max_worlds": 8})
    job = jobs.ask("solve", solve_scenario, (asked,))
    assert job.ended.wait(60)
    jobs.close()
    assert job.error is None
    assert job.value.answer == solve_scenario(asked).answer


def test_the_lab_tells_it_and_a_page_plays_it(server) -> None:
    lab = opened("lab", small=False, player="echo")
    lasting(lab)
    assert "Say what consensus said, squared." in " ".join(text.value for text in lab.text)
    assert any("** 2" in block.value for block in lab.code)
    page = opened("equilibrium", **{key: value for key, value in GAME.items() if key not in SMALL})
    lasting(page)
    assert not page.warning
    assert "switches from honest to echo" in words(page)
    assert page.table
    (line,) = (
        block.value for block in page.code if block.value.startswith("yuma solve") and "--conc" not in block.value
    )
    assert line.endswith("--plugin echo.py")


def test_what_is_taken_along_names_the_file(file, monkeypatch, capsys) -> None:
    load_plugins([file])
    monkeypatch.chdir(os.path.dirname(file))
    asked = scenario().changed({"answer.max_worlds": 8})
    names: dict[str, object] = {}
    exec(solving_code(asked), names)
    capsys.readouterr()
    assert main([*shlex.split(command("solve", asked))[1:], "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {**told, "seconds": 0} == json.loads(json.dumps({**names["solution"].to_json(), "seconds": 0}))


def test_a_server_with_a_bad_file_does_not_start(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: pytest.fail("it started"))
    bad = tmp_path / "bad.py"
    bad.write_text("1/0", "utf-8")
    for path, said in ((str(bad), "ZeroDivisionError"), (str(tmp_path / "none.py"), "none.py")):
        assert main(["app", "--plugin", path]) == 2
        told = capsys.readouterr().err
        assert said in told
        assert told.count("\n") == 1


def test_the_files_reach_the_server_by_their_whole_path(file, monkeypatch) -> None:
    seen = {}
    monkeypatch.chdir(os.path.dirname(file))
    for name in ("warm", "warm_market"):
        monkeypatch.setattr(f"experiments.commands.app.{name}", lambda: None)
    monkeypatch.setattr(
        subprocess, "run", lambda command, **k: seen.update(k) or subprocess.CompletedProcess(command, 0)
    )
    assert main(["app", "--headless", "--plugin", "echo.py"]) == 0
    assert json.loads(seen["env"]["YUMA_APP_PLUGINS"]) == [file]


def test_a_move_overtakes_the_script_and_no_file_is_watched(monkeypatch) -> None:
    seen = []
    for name in ("warm", "warm_market"):
        monkeypatch.setattr(f"experiments.commands.app.{name}", lambda: None)
    monkeypatch.setattr(
        subprocess, "run", lambda command, **k: seen.append(command) or subprocess.CompletedProcess(command, 0)
    )
    assert main(["app", "--headless"]) == 0
    flags = dict(zip(seen[0], seen[0][1:], strict=False))
    assert flags["--runner.fastReruns"] == "false"  # else eight visitors begin threads faster than these end
    assert flags["--server.fileWatcherType"] == "none"


def test_without_the_file_a_link_that_names_its_policy_is_one_line() -> None:
    page = opened("equilibrium", **{"validators.strategies": "honest,echo"})
    lasting(page)
    assert "names 'echo'" in page.warning[0].value.replace("\\", "")
