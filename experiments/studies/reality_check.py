"""Reality check: which published figures of subnets the model meets, and which it misses; misses first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from econ import epoch
from econ.measures import gini
from experiments import designs
from experiments.batch_study import scenario_of
from experiments.earning import earned, lone_gain
from experiments.measured import finding, line, measured, picked
from experiments.preset import preset
from experiments.scenario import Scenario
from experiments.simulation import subnet_of
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

COPIER = "validators.weight-copier"
PERIODS = (1, 2, 3, 4, 5, 7, 10, 14, 20, 28, 40, 56, 80)
_REPLAY = "Supremesource/weight-copy-plots (2024): a replay of 14 subnets over 400 epochs"
_AUDIT = "an owner's public audit of the Streetvision subnet (issue 167)"
_STAKED = "a cross-section of 18,101 miners of 80 subnets, abstract only"
_BLOG = "Opentensor, Weight Copying in Bittensor (2024), and an independent model of it"
_SUBNET = "subnet 15 at block 4,769,998: its stored weights and stakes"


def design(size: str) -> pd.DataFrame:
    """One figure a row; small measures with fewer worlds and only to a reveal period of 10."""
    import pandas as pd

    worlds = 32 if size == "small" else 256
    shape = designs.grid({"figure": ["shape"], "at": [0.05, 1.0], "period": [1]})
    edge = designs.grid({"figure": ["edge"], "at": [0.1, 0.3, 0.6], "period": [1]})
    periods = [period for period in PERIODS if size == "full" or period <= 10]
    window = designs.grid({"figure": ["window"], "at": [0.0], "period": periods})
    parts = [shape, edge, window]
    if size == "full":
        parts += [designs.grid({"figure": [f"window-{name}"], "at": [0.0], "period": periods}) for name in _PRESETS]
    return pd.concat(parts, ignore_index=True).assign(worlds=worlds)


_PRESETS = ("fast", "middle", "slow")


def played(row: Task) -> Scenario:
    """The scenario of a row."""
    keys: dict[str, Any] = {"epochs": 200, "burn_in": 60, "worlds": row["worlds"]}
    figure = str(row["figure"])
    if figure == "shape":
        spread = float(row["at"])
        keys |= {"miners.spread": spread, "miners.drift": min(0.3, spread / 2), "miners.count": 256}
        keys |= {"worlds": min(int(row["worlds"]), 32), "epochs": 100}
    elif figure == "edge":
        keys |= {"validators.noise": row["at"], "miners.drift": 0.0}
    else:
        keys["rules.reveal_period"] = row["period"]
        if figure != "window":
            keys |= preset(figure.removeprefix("window-")).changes
    return scenario_of("weight-copying", keys)


def task(row: Task) -> pd.DataFrame:
    """The model's own figure."""
    scenario = played(row)
    if row["figure"] == "shape":
        counts = np.array([[scenario.validators.count, 0, scenario.miners.count]])
        subnet = subnet_of(scenario, counts, np.arange(scenario.worlds))
        subnet.run(scenario.epochs)
        pay = subnet.ledger.miner_emission
        pay = pay / pay.sum(axis=1, keepdims=True)
        return measured(
            {
                "incentive Gini": gini(pay),
                "top-10 share": 100.0 * np.sort(pay, axis=1)[:, -10:].sum(axis=1),
                "sum of consensus": epoch(subnet.weights, subnet.stake).consensus.sum(axis=1),
            }
        )
    if row["figure"] == "edge":
        (one,) = earned(scenario, [{COPIER: 1}])
        return measured({"copier's dividends over honest": one.per_stake(COPIER) / one.per_stake("validators.honest")})
    return measured({"lone copier's gain": lone_gain(scenario, COPIER)})


def _window(results: pd.DataFrame, figure: str) -> int | None:
    """The shortest reveal period tried at which a lone copier loses."""
    rows = picked(results[results["figure"] == figure], "lone copier's gain")
    enough = rows[rows["high"] < 0]["period"]
    return int(enough.min()) if len(enough) else None


def findings(results: pd.DataFrame) -> list[Finding]:
    """Published against the model's; what is missed comes first."""

    def row(figure: str, quantity: str, at: float) -> pd.DataFrame:
        return picked(results[results["figure"] == figure], quantity, at=at)

    found = []
    for spread in (1.0, 0.05):
        said = f"miners' spread {spread:g}{' (the default)' if spread == 1.0 else ''}"
        known = {"source": _AUDIT, "note": "a subnet that pays its miners almost alike"}
        rows = row("shape", "incentive Gini", spread)
        found.append(finding(f"incentive Gini, {said}", "1", rows, published=0.03, tolerance=0.01, **known))
        rows = row("shape", "top-10 share", spread)
        found.append(
            finding(f"incentive of the ten best of 256, {said}", "%", rows, published=4.1, tolerance=0.2, **known)
        )
    found.append(
        finding(
            "sum of consensus over miners",
            "1",
            row("shape", "sum of consensus", 1.0),
            published=1.031,
            tolerance=0.01,
            source=_SUBNET,
            note="real validators agree in blocks; in the model noise is each one's own, so medians sum to less than 1",
        )
    )
    found.append(
        Finding(
            name="incentive of staked over unstaked miners",
            unit="times",
            measured=1.0,
            published=15.4,
            source=_STAKED,
            note="by assumption: the model's miners hold no stake",
        )
    )
    for noise, known_ratio in ((0.1, 1.023), (0.3, 1.076), (0.6, 1.162)):
        rows = row("edge", "copier's dividends over honest", noise)
        name = f"copier's dividends over honest, still miners, noise {noise:g}"
        note = "the source names neither its rule nor an interval"
        found.append(finding(name, "1", rows, published=known_ratio, tolerance=0.005, source=_BLOG, note=note))
    for figure in ("window", *(f"window-{name}" for name in _PRESETS)):
        if figure not in set(results["figure"]):
            continue
        window = _window(results, figure)
        said = "by default" if figure == "window" else f"preset {figure.removeprefix('window-')}"
        published = {"window": 23.2, "window-fast": 1.7, "window-middle": 8.1, "window-slow": 46.0}[figure]
        found.append(
            Finding(
                name=f"reveal period at which a lone copier loses, {said}",
                unit="epochs",
                measured=window,
                published=published,
                tolerance=0.3 * published if figure != "window-fast" else 1.0,
                source=_REPLAY,
                note="the mean of 14 subnets"
                if figure == "window"
                else "one of the 14; the preset was made to meet it",
            )
        )
    return sorted(found, key=lambda each: bool(each.agrees))


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """A lone copier's gain over the reveal period."""
    from charts.lines import line_chart

    rows = picked(results, "lone copier's gain").sort_values("period")
    names = {"window": "default", **{f"window-{name}": f"preset {name}" for name in _PRESETS}}
    rows = rows.assign(series=[names[figure] for figure in rows["figure"]])
    return {
        "windows": line_chart(
            line(rows, "period", "series"),
            title="How long weights must stay hidden",
            subtitle=["A lone copier among honest validators loses below 0. Bars are 95 % intervals over worlds."],
            x="reveal period (epochs)",
            y="thousandths of the epoch's emission",
            level=0.0,
        )
    }


def sentence(results: pd.DataFrame) -> str:
    """How many are missed."""
    every = findings(results)
    missed = [each.name for each in every if each.agrees is False]
    return f"Of {len(every)} published figures the model misses {len(missed)}: {'; '.join(missed)}."


STUDY = Study.of(
    globals(),
    name="reality-check",
    question="Which published figures of real subnets does the model meet, and which does it miss?",
    expected="no expectation: the misses say what the model leaves out",
    source="named with each figure",
    scenario=played,
)
