"""What a visitor takes along gives the numbers of the page: command and Python are run, pictures are drawn."""

from __future__ import annotations

import contextlib
import io
import json
import shlex
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from opening import SCENARIO, SMALL, lasting, opened

from charts.picture import picture
from experiments.cli import main
from experiments.what_changes import what_changes
from views import start
from views.scenario_sheet import LIVE_WORLDS


@pytest.fixture
def taken(monkeypatch):
    """Opens a page and returns what it hands out, the numbers of its tables among it."""

    def opened_with(place: str, *, small: bool = True, **link: str) -> SimpleNamespace:
        kept: dict[str, Any] = {}

        def take_along(name: str, **given: Any) -> None:
            kept.update(given, name=name)

        monkeypatch.setattr(f"views.{place}.take_along", take_along)
        app = opened(place, small=small, **link)
        lasting(app)
        assert not app.error
        return SimpleNamespace(**kept)

    return opened_with


def printed(line: str, capsys) -> dict[str, Any]:
    """The object of a command as it stands on the page."""
    capsys.readouterr()
    assert main([*shlex.split(line)[1:], "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def run(code: str) -> tuple[dict[str, Any], str]:
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(code, "taken along", "exec"), names)
    return names, said.getvalue()


def test_two_rule_sets(taken, capsys) -> None:
    link = {"mix.validators.weight-copier": "1", "b.rules.reveal_period": "3", "b.rules.kappa": "0.6"}
    page = taken("rules", **link)
    rows = page.tables["parties"].to_dict("records")
    (line,) = page.commands
    told = printed(line, capsys)
    assert [{"party": p["party"], **ends(p)} for p in told["parties"]] == [
        {key: value for key, value in row.items() if key != "unit"} for row in rows
    ]
    names, said = run(page.python)
    assert [party.difference[0] for party in names["found"].parties] == [row["difference_mean"] for row in rows]
    assert page.sentence in said.replace("-", "−") or page.sentence in said


def ends(party: dict[str, Any]) -> dict[str, float]:
    return {f"{name}_{end}": value for name in ("a", "b", "difference") for end, value in party[name].items()}


def test_map(taken, capsys, monkeypatch) -> None:
    monkeypatch.setattr("views.map._STEPS", 3)
    page = taken("map", x="rules.reveal_period", y="miners.drift")
    rows = page.tables["points"]
    (line,) = page.commands
    assert "--over rules.reveal_period=0,6,12 --over miners.drift=0.0,0.4,0.8" in line
    told = pd.DataFrame(printed(line, capsys)["points"])
    assert told[["x", "y", "worlds"]].to_numpy().tolist() == (
        rows[["rules.reveal_period", "miners.drift", "worlds"]].to_numpy().tolist()
    )
    gains = [[gain[end] for end in ("mean", "low", "high")] for gain in told["gain"] if gain]
    assert gains == rows.loc[rows["problem"] == "", ["gain", "gain_low", "gain_high"]].to_numpy().tolist()
    names, said = run(page.python)
    assert [point.gain[0] for point in names["found"].points if not point.problem] == [gain[0] for gain in gains]
    assert page.sentence in said


def test_start(taken, capsys, monkeypatch) -> None:
    small = {key: value for key, value in SMALL.items() if key != "scenario"}
    monkeypatch.setattr(start, "_CHANGES", {**start._CHANGES, **small})
    page = taken("start", small=False, copiers="1")
    (line,) = page.commands
    told = printed(line, capsys)
    gain = told["tipping"][0]["gains"][1]
    names, said = run(page.python)
    row = names["solution"].contests[0].gains[1]
    assert f"{row.mean:.1f} [{row.low:.1f}, {row.high:.1f}]".replace("-", "−") in page.sentence
    assert (gain["mean"], gain["low"], gain["high"]) == (row.mean, row.low, row.high)
    path = json.loads(said.strip().splitlines()[-1])
    assert path[0] == 1
    assert ("nobody moves" if len(path) == 1 else f"after {len(path) - 1} rounds") in page.sentence


def test_compute(taken, capsys, monkeypatch) -> None:
    for place in ("views.machines", "views.compute", "experiments.commands.compute"):
        monkeypatch.setattr(f"{place}.SHARES", (0.1,))
    page = taken("compute", small=False, **{"compute.tao_price": "900", "claim.hash_rate": "700"})
    claim, market = (printed(line, capsys) for line in page.commands)
    assert claim["sentence"] == page.sentence
    assert [each["ratio"] for each in claim["measures"]] == page.tables["claim"]["ratio"].tolist()
    markets = page.tables["markets"]
    assert [each["usd_a_day"] for each in market["markets"]] == markets["usd_a_day"].tolist()
    assert [each["megawatts"] for each in market["markets"]] == markets["megawatts"].tolist()
    (hired,) = [each for each in market["hiring_prices"] if each["share"] == 0.1]
    (row,) = page.tables["hiring"].to_dict("records")
    assert [hired[key] for key in ("price", "low", "high")] == [row[key] for key in ("tao_usd", "low", "high")]
    names, said = run(page.python)
    assert claim["sentence"] in said
    assert names["answer"].hired_share == market["hired_share"]
    drawn(page)


def test_economy(taken, capsys) -> None:
    page = taken("economy", small=False, **{"day.pool_tao": "1000", "day.recycled": "500"})
    (line,) = page.commands
    told = printed(line, capsys)
    split = dict(zip(page.tables["split"]["to"], page.tables["split"]["alpha_a_day"], strict=True))
    assert told["miners"] == split["miners"]
    assert told["tao_in"] == page.tables["flows"]["into_pool"][0]
    names, said = run(page.python)
    assert page.sentence in said
    assert names["day"].paid_out == split
    drawn(page)


def drawn(page: SimpleNamespace) -> None:
    """Every chart becomes one picture with the sentence, its line and the link."""
    for chart in page.charts.values():
        made = picture(chart.spec, sentence=page.sentence, caption=chart.caption, link="http://127.0.0.1/")
        assert made.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["play", "weight-copying", "--against", "miners.drift=0.1"], "change keys of rules. only"),
        (["play", "weight-copying", "--against", "rules.kapa=0.1"], "did you mean rules.kappa"),
        (["play", "weight-copying", "--against", "rules.kappa"], "--against 'rules.kappa' has no value"),
        (["solve", "weight-copying", "--over", "rules.kappa=0.4,0.5"], "a map has two"),
        (["solve", "weight-copying", "--over", "start=a,b", "--over", "rules.kappa=1"], "that is a number"),
        (["solve", "weight-copying", "--over", "rules.kappa=.4,x", "--over", "miners.drift=0"], "rules.kappa is 'x'"),
        (["solve", "weight-copying", "--over", "rules.kappa=.5,.4", "--over", "miners.drift=0"], "small to large"),
        (["solve", "x.nfg", "--over", "rules.kappa=.5"], "x.nfg"),
        (["solve", "--what-changes", "--over", "rules.kappa=.5"], "--over does not apply to --what-changes"),
        (["day", "--set", "day.trade=-1"], "day.trade is -1"),
        (["day", "--set", "day.traed=1"], "did you mean day.trade"),
    ],
)
def test_what_is_wrong_at_these_commands_is_one_line(words, said, capsys) -> None:
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert told.err.count("\n") == 1


def test_what_would_change_it(monkeypatch, capsys) -> None:
    from views import equilibrium

    for place in ("experiments.what_changes", "views.equilibrium"):
        monkeypatch.setattr(f"{place}.RULES", {"rules.kappa": (0.3, 0.5, 0.9), "rules.version": ("3", "2")})
    scenario = SCENARIO.changed({"answer.max_worlds": LIVE_WORLDS})
    found = what_changes(scenario)
    line = f"{equilibrium.command('solve', scenario)} --what-changes"
    told = printed(line, capsys)["changes"]
    assert [(one["key"], one["value"], one["before_value"]) for one in told] == [
        (one.key, one.value, one.before_value) for one in found
    ]
    _, said = run(equilibrium._changes_code(scenario))
    assert said.splitlines() == [
        " ".join(map(str, (one.key, one.present, one.value, one.before_value, one.flips))) for one in found
    ]
    app = opened("equilibrium")
    app.button(key="find changes").click().run()
    lasting(app)
    shown = [code.value for code in app.code]
    assert line in shown
    assert equilibrium._changes_code(scenario).strip() in shown
    assert main([*shlex.split(line)[1:]]) == 0
    assert "rules.kappa (root only)" in capsys.readouterr().out
