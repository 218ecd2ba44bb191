"""Weight copying: what it gains, where it tips, who else profits, and which rules make honesty pay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from econ.yuma import Hyperparameters
from experiments.batch_study import scenario_of, scenario_uses
from experiments.earning import earned, lone_gain
from experiments.measured import finding, line, measured, picked
from experiments.scenario import Scenario
from experiments.simulation import subnet_of
from experiments.solving import solve_scenario
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

COPIER, LAZY = "validators.weight-copier", "validators.lazy"
SET = "honest,weight-copier,lazy,averaging,shading"
_SOURCE = "an earlier independent model (specification of the players, 2.3)"
_HERE: dict[str, Any] = {"epochs": 200, "burn_in": 40, "answer.max_worlds": 64}
_COLUMNS = {
    "rules.version": "3",
    "rules.reveal_period": 5,
    "miners.drift": 0.3,
    "validators.noise": 0.3,
    "rules.bonds_penalty": 1.0,
    "rules.bonds_moving_average": 0.9,
    "rules.liquid_alpha_on": False,
}


def design(size: str) -> pd.DataFrame:
    """One setting a row, in four parts: gain and tipping point, the whole set, the bearable cost, liquid alpha."""
    import pandas as pd

    rows: list[dict[str, Any]] = []

    def add(part: str, **changes: Any) -> None:
        rows.append({"part": part, **_COLUMNS, **{key.replace("_", ".", 1): value for key, value in changes.items()}})

    for period in (1, 5):
        add("gain", rules_reveal_period=period)
    for penalty in (0.0, 0.5, 1.0):
        add("cost", rules_bonds_penalty=penalty)
    add("liquid", miners_drift=0.3)
    add("set")
    if size == "full":
        grid = product(("3", "2"), (0.0, 1.0), (0.1, 0.3, 0.6), (0.1, 0.3), (1, 2, 5, 10, 20))
        for version, penalty, noise, drift, period in grid:
            add(
                "gain",
                rules_version=version,
                rules_bonds_penalty=penalty,
                validators_noise=noise,
                miners_drift=drift,
                rules_reveal_period=period,
            )
        for version, drift, penalty in product(("3", "2"), (0.1, 0.3), np.linspace(0, 1, 11).round(2).tolist()):
            add("cost", rules_version=version, miners_drift=drift, rules_bonds_penalty=penalty)
        for penalty, drift, period in product((0.0, 0.5, 1.0), (0.1, 0.3), (1, 5, 20)):
            add("set", rules_bonds_penalty=penalty, miners_drift=drift, rules_reveal_period=period)
    return pd.DataFrame(rows).drop_duplicates(ignore_index=True)


def _scenario(row: Task) -> Scenario:
    keys = {key: value for key, value in row.items() if key != "part"}
    if row["part"] == "set":
        few = {"validators.count": 5, "miners.count": 16, "epochs": 120, "burn_in": 30}
        return scenario_of("weight-copying", {**_HERE, **keys, **few, "validators.strategies": SET})
    if row["part"] == "cost":
        return scenario_of("weight-copying", {**_HERE, **keys, "validators.strategies": "honest,weight-copier,lazy"})
    return scenario_of("weight-copying", {**_HERE, **keys})


def task(row: Task) -> pd.DataFrame:
    """What the row's part measures."""
    scenario = _scenario(row)
    return {"gain": _gain, "set": _whole_set, "cost": _bearable_cost, "liquid": _liquid}[str(row["part"])](scenario)


def _gain(scenario: Scenario) -> pd.DataFrame:
    solution = solve_scenario(scenario)
    (contest,) = solution.contests
    (one,) = earned(scenario, [{COPIER: 1}])
    point = contest.points[0] if len(contest.points) == 1 else None
    return measured(
        {
            "lone copier's gain": lone_gain(scenario, COPIER),
            "copier's dividends over honest": one.per_stake(COPIER) / one.per_stake("validators.honest"),
            "tipping point": (100 * point.share, *(100 * end for end in point.share_interval)) if point else np.nan,
            "equilibria": len(solution.answer.equilibria),
            "stable equilibria": sum(found.stable is True for found in solution.answer.equilibria),
        }
    )


def _whole_set(scenario: Scenario) -> pd.DataFrame:
    answer = solve_scenario(scenario).answer
    names = scenario.roles.strategies[0]
    values: dict[str, Any] = {"equilibria": len(answer.equilibria), "complete": float(answer.complete is True)}
    stable = [found for found in answer.equilibria if found.stable is True]
    for name in names:
        values[f"{name} alone is stable"] = float(
            any(found.strategy["validators"][name] > 1 - 1e-9 for found in stable)
        )
        values[f"most of {name} where stable"] = max(
            (100 * float(found.strategy["validators"][name]) for found in stable), default=np.nan
        )
    values["largest regret"] = max((float(found.regret) for found in answer.equilibria), default=np.nan)
    return measured(values)


def _bearable_cost(scenario: Scenario) -> pd.DataFrame:
    """The evaluation cost up to which nobody gains by going over to what costs nothing."""
    gains = {name: lone_gain(scenario, name) for name in (COPIER, LAZY)}
    best = max(gains, key=lambda name: float(gains[name].mean()))
    return measured(
        {
            "bearable cost": -gains[best],
            "bearable cost against copying": -gains[COPIER],
            "bearable cost against uniform weights": -gains[LAZY],
        }
    )


def _liquid(scenario: Scenario) -> pd.DataFrame:
    """A lone copier under liquid alpha, and under the constant alpha that equals its mean."""
    on = scenario.changed({"rules.liquid_alpha_on": True})
    counts = np.array([[*([scenario.validators.count, 0]), scenario.miners.count]])
    subnet = subnet_of(on, counts, np.arange(8))
    subnet.run(60)
    mean = _mean_alpha(subnet, on.rules)
    constant = scenario.changed({"rules.bonds_moving_average": 1.0 - mean})
    ratios = {}
    for name, each in (("liquid alpha", on), ("constant alpha", constant), ("default alpha", scenario)):
        (one,) = earned(each, [{COPIER: 1}])
        ratios[name] = one.per_stake(COPIER) / one.per_stake("validators.honest")
    return measured(
        {
            "mean alpha": mean,
            **{f"copier's dividends over honest, {name}": values for name, values in ratios.items()},
            "liquid less constant": ratios["liquid alpha"] - ratios["constant alpha"],
        }
    )


def _mean_alpha(subnet: Any, rules: Hyperparameters) -> float:
    """The mean share of the new weight under liquid alpha at the subnet's last epoch."""
    weights, bonds, consensus = subnet.weights, subnet.bonds, subnet.consensus[:, None, :]
    clipped = np.minimum(weights, consensus)
    aim = (1 - rules.bonds_penalty) * weights + rules.bonds_penalty * clipped
    distance = np.clip(np.where(aim >= bonds, aim - consensus, bonds - aim), 0.0, 1.0)
    span = rules.alpha_high - rules.alpha_low
    return float((rules.alpha_low + span / (1 + np.exp(-rules.alpha_sigmoid_steepness * (distance - 0.5)))).mean())


def findings(results: pd.DataFrame) -> list[Finding]:
    """A copier's pay, tipping points, the bearable cost by penalty, liquid alpha beside its constant."""

    def part(name: str, quantity: str, **where: Any) -> pd.DataFrame:
        keys = {**_COLUMNS, **where}
        return picked(results[results["part"] == name], quantity, **keys)

    found = [
        finding(
            "lone copier's dividends over honest, reveal period 5",
            "1",
            part("gain", "copier's dividends over honest"),
            published=0.807,
            tolerance=0.003,
            source=_SOURCE,
        )
    ]
    for period in (1, 5):
        where = {"rules.reveal_period": period}
        found.append(
            finding(
                f"lone copier's gain, reveal period {period}",
                "thousandths",
                part("gain", "lone copier's gain", **where),
            )
        )
        rows = part("gain", "tipping point", **where)
        note = "no tipping point: copying pays at any share" if len(rows) and np.isnan(rows.iloc[0]["value"]) else ""
        found.append(finding(f"tipping point, reveal period {period}", "% copying", rows, note=note))
    bearable = _bearable(results)
    for penalty in (0.0, 0.5, 1.0):
        rows = bearable[bearable["rules.bonds_penalty"] == penalty]
        found.append(finding(f"bearable evaluation cost, bonds penalty {penalty:g}", "thousandths", rows))
    if len(bearable):
        best = bearable.loc[bearable["value"].idxmax()]
        found.append(
            Finding(
                name="bonds penalty at which honesty bears the highest cost",
                unit="1",
                measured=float(best["rules.bonds_penalty"]),
                note=f"of {len(bearable)} penalties tried; the cost there is {best['value']:.2f} thousandths "
                f"[{best['low']:.2f}, {best['high']:.2f}]",
            )
        )
    for name in ("liquid alpha", "constant alpha", "default alpha"):
        quantity = f"copier's dividends over honest, {name}"
        known = {"liquid alpha": 0.842, "constant alpha": 0.842, "default alpha": 0.806}[name]
        rows = part("liquid", quantity)
        found.append(finding(quantity, "1", rows, published=known, tolerance=0.003, source=_SOURCE))
    found.append(finding("liquid alpha less constant alpha of equal mean", "1", part("liquid", "liquid less constant")))
    for name in SET.split(","):
        rows = part("set", f"{name} alone is stable")
        found.append(finding(f"all {name} is a stable equilibrium among {len(SET.split(','))}", "yes = 1", rows))
    return found


def _bearable(results: pd.DataFrame) -> pd.DataFrame:
    """The bearable cost by penalty at the default of everything else."""
    others = {key: value for key, value in _COLUMNS.items() if key != "rules.bonds_penalty"}
    rows = picked(results[results["part"] == "cost"], "bearable cost", **others)
    return rows.sort_values("rules.bonds_penalty")


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """The bearable cost over the penalty; in the full size gains and tipping points over the reveal period."""
    from charts.lines import line_chart

    costs = picked(results[results["part"] == "cost"], "bearable cost")
    said = [f"Yuma {v}, drift {d:g}" for v, d in zip(costs["rules.version"], costs["miners.drift"], strict=True)]
    charts = {
        "bearable-cost": line_chart(
            line(costs.assign(series=said).sort_values("rules.bonds_penalty"), "rules.bonds_penalty", "series"),
            title="The evaluation cost that honesty bears",
            subtitle=["Above it copying or uniform weights pay better for a lone validator. Bars: 95 % over worlds."],
            x="bonds penalty",
            y="thousandths of the epoch's emission",
            level=0.0,
        )
    }
    gains = results[(results["part"] == "gain") & (results["rules.version"] == "3")]
    gains = gains[(gains["rules.bonds_penalty"] == 1.0) & (gains["validators.noise"] == 0.3)]
    said = [f"drift {drift:g}" for drift in gains["miners.drift"]]
    for quantity, title, unit, level in (
        ("lone copier's gain", "What a lone copier gains", "thousandths of the epoch's emission", 0.0),
        ("tipping point", "Share of copiers above which all copy", "% of validators", None),
    ):
        rows = picked(gains.assign(series=said), quantity).sort_values("rules.reveal_period")
        charts[quantity.replace("'", "").replace(" ", "-")] = line_chart(
            line(rows, "rules.reveal_period", "series"),
            title=title,
            subtitle=["Yuma 3, bonds penalty 1, noise 0.3. Bars: 95 % over worlds."],
            x="reveal period (epochs)",
            y=unit,
            level=level,
        )
    return charts


def sentence(results: pd.DataFrame) -> str:
    """The lone copier, the tipping point, and the penalty."""
    found = {each.name: each for each in findings(results)}
    one = found["lone copier's gain, reveal period 5"]
    tip = found["tipping point, reveal period 5"]
    best = found["bonds penalty at which honesty bears the highest cost"]
    return (
        f"At reveal period 5 a lone copier gains {one.measured:.2f} thousandths [{one.low:.2f}, {one.high:.2f}] and "
        f"all copy above {tip.measured:.1f} % [{tip.low:.1f}, {tip.high:.1f}] copiers; honesty bears the highest "
        f"evaluation cost at a bonds penalty of {best.measured:g}."
    )


def uses(row: Task) -> Iterable[object]:
    """The policies and the rule."""
    return scenario_uses(_scenario(row))


STUDY = Study(
    name="weight-copying",
    question="What does copying weights gain, where does it tip, and which bonds penalty protects honesty best?",
    expected="a lone copier earns 0.807 of honest pay at reveal period 5; the source supposes an "
    "interior penalty to bear the highest cost; with 64 miners liquid alpha equals the constant alpha of its mean",
    source=_SOURCE,
    design=design,
    task=task,
    findings=findings,
    figures=figures,
    sentence=sentence,
    uses=uses,
)
