"""Weight copying: what it gains, where it tips, who else profits, and which rules make honesty pay."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from econ.yuma import Hyperparameters
from experiments.batch_study import scenario_of
from experiments.earning import earned
from experiments.measured import finding, line, measured, picked
from experiments.playing import profile_of
from experiments.scenario import Scenario
from experiments.simulation import subnet_of
from experiments.solving import solve_scenario
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from econ.equilibrium import Tipping

SET = ("honest", "weight-copier", "lazy", "averaging", "shading")
OTHERS = SET[1:]
COPIER = "validators.weight-copier"
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
    """One setting a row, in four parts: going alone and tipping, the whole set, the bearable cost, liquid alpha."""
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
            for part in ("gain", "set") if period in (1, 5, 20) else ("gain",):
                add(
                    part,
                    rules_version=version,
                    rules_bonds_penalty=penalty,
                    validators_noise=noise,
                    miners_drift=drift,
                    rules_reveal_period=period,
                )
        for version, drift, penalty in product(("3", "2"), (0.1, 0.3), np.linspace(0, 1, 11).round(2).tolist()):
            add("cost", rules_version=version, miners_drift=drift, rules_bonds_penalty=penalty)
    return pd.DataFrame(rows).drop_duplicates(ignore_index=True)


def played(row: Task) -> Scenario:
    """The scenario of a row."""
    keys = {key: value for key, value in row.items() if key != "part"}
    few = {"validators.count": 5, "miners.count": 16, "epochs": 120, "burn_in": 30} if row["part"] == "set" else {}
    return scenario_of("weight-copying", {**_HERE, **keys, **few, "validators.strategies": ",".join(SET)})


def task(row: Task) -> pd.DataFrame:
    """What the row's part measures."""
    scenario = played(row)
    return {"gain": _gain, "set": _whole_set, "cost": _bearable_cost, "liquid": _liquid}[str(row["part"])](scenario)


def _lone_gains(scenario: Scenario) -> dict[str, np.ndarray]:
    """What one validator gains[world] by leaving honesty for each of the others."""
    honest, *others = earned(scenario, [{}, *({f"validators.{name}": 1} for name in OTHERS)])
    before = honest.payoff("validators.honest")
    return {name: one.payoff(f"validators.{name}") - before for name, one in zip(OTHERS, others, strict=True)}


def _gain(scenario: Scenario) -> pd.DataFrame:
    """What going alone gains, for each of the set; of honesty and copying alone, the equilibria and what parts them."""
    two = scenario.changed({"validators.strategies": "honest,weight-copier"})
    solution = solve_scenario(two)
    (contest,) = solution.contests
    (one,) = earned(two, [{COPIER: 1}])
    return measured(
        {
            **{f"lone gain of {name}": gain for name, gain in _lone_gains(scenario).items()},
            "copier's dividends over honest": one.per_stake(COPIER) / one.per_stake("validators.honest"),
            "tipping point": _tipping_share(contest),
            "equilibria": len(solution.answer.equilibria),
            "stable equilibria": sum(found.stable is True for found in solution.answer.equilibria),
        }
    )


def _tipping_share(contest: Tipping) -> Any:
    """The only tipping point in % copying with its interval; NaN where there is none or there are several."""
    if len(contest.points) != 1:
        return np.nan
    (point,) = contest.points
    return 100 * point.share, *(100 * end for end in point.share_interval)


def _whole_set(scenario: Scenario) -> pd.DataFrame:
    """All equilibria of the whole set: how many, which pure ones are stable, and the largest regret."""
    solution = solve_scenario(scenario)
    answer = solution.answer
    stable = [found.strategy["validators"] for found in answer.equilibria if found.stable is True]
    copying = next(contest for contest in solution.contests if contest.second == "weight-copier")
    values: dict[str, Any] = {
        "equilibria": len(answer.equilibria),
        "stable equilibria": len(stable),
        "complete": float(answer.complete is True),
        "tipping point": _tipping_share(copying),
        "largest regret": max((float(found.regret) for found in answer.equilibria), default=np.nan),
    }
    for name in SET:
        values[f"{name} alone is stable"] = float(any(shares[name] > 1 - 1e-9 for shares in stable))
    return measured(values)


def _bearable_cost(scenario: Scenario) -> pd.DataFrame:
    """The evaluation cost up to which nobody gains by going over to what costs nothing."""
    gains = {name: gain for name, gain in _lone_gains(scenario).items() if name in ("weight-copier", "lazy")}
    best = max(gains, key=lambda name: float(gains[name].mean()))
    return measured(
        {"bearable cost": -gains[best], **{f"bearable cost against {name}": -gain for name, gain in gains.items()}}
    )


def _liquid(scenario: Scenario) -> pd.DataFrame:
    """A lone copier under liquid alpha, and under the constant alpha that equals its mean."""
    on = scenario.changed({"rules.liquid_alpha_on": True})
    subnet = subnet_of(on, profile_of(on, {})[None], np.arange(8))
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
        for name in OTHERS:
            rows = part("gain", f"lone gain of {name}", **where)
            found.append(finding(f"gain of a lone {name}, reveal period {period}", "thousandths", rows))
        rows = part("gain", "tipping point", **where)
        note = "no tipping point: copying pays at any share" if len(rows) and np.isnan(rows.iloc[0]["value"]) else ""
        found.append(finding(f"tipping point, reveal period {period}", "% copying", rows, note=note))
    bearable = _bearable(results)
    for penalty in (0.0, 0.5, 1.0):
        rows = bearable[bearable["rules.bonds_penalty"] == penalty]
        found.append(finding(f"bearable evaluation cost, bonds penalty {penalty:g}", "thousandths", rows))
    if len(bearable):
        best, (low, high) = bearable.loc[bearable["value"].idxmax()], _best_penalties(bearable)
        found.append(
            Finding(
                name="bonds penalty at which honesty bears the highest cost",
                unit="1",
                measured=float(best["rules.bonds_penalty"]),
                low=low,
                high=high,
                note=f"of {len(bearable)} penalties tried, the brackets hold all that may bear the highest cost; it is "
                f"{best['value']:.2f} thousandths [{best['low']:.2f}, {best['high']:.2f}] there",
            )
        )
    for name in ("liquid alpha", "constant alpha", "default alpha"):
        quantity = f"copier's dividends over honest, {name}"
        known = {"liquid alpha": 0.842, "constant alpha": 0.842, "default alpha": 0.806}[name]
        rows = part("liquid", quantity)
        found.append(finding(quantity, "1", rows, published=known, tolerance=0.003, source=_SOURCE))
    found.append(finding("liquid alpha less constant alpha of equal mean", "1", part("liquid", "liquid less constant")))
    for name in SET:
        rows = part("set", f"{name} alone is stable")
        stable = bool(rows.iloc[0]["value"]) if len(rows) else None
        found.append(Finding(name=f"all {name} is a stable equilibrium among the five", unit="1", measured=stable))
    regrets = part("set", "largest regret")
    found.append(finding("largest estimated regret of an equilibrium among the five", "thousandths", regrets))
    return found


def _bearable(results: pd.DataFrame) -> pd.DataFrame:
    """The bearable cost by penalty at the default of everything else."""
    others = {key: value for key, value in _COLUMNS.items() if key != "rules.bonds_penalty"}
    rows = picked(results[results["part"] == "cost"], "bearable cost", **others)
    return rows.sort_values("rules.bonds_penalty")


def _best_penalties(bearable: pd.DataFrame) -> tuple[float, float]:
    """The least and the largest penalty whose cost may be the highest: by intervals that all hold together at 95 %.

    Each row's own interval is Student's over worlds; it is widened to its part of the error (Bonferroni), which holds
    however the rows, played with the same luck, go together.
    """
    from scipy.stats import t

    free = scenario_of("weight-copying", _HERE).worlds - 1
    wider = t.ppf(1 - 0.025 / len(bearable), free) / t.ppf(0.975, free)
    half = wider * (bearable["high"] - bearable["low"]) / 2
    known = bearable.loc[bearable["value"] + half >= (bearable["value"] - half).max(), "rules.bonds_penalty"]
    return float(known.min()), float(known.max())


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
        ("lone gain of weight-copier", "What a lone copier gains", "thousandths of the epoch's emission", 0.0),
        ("tipping point", "Share of copiers above which all copy", "% of validators", None),
    ):
        rows = picked(gains.assign(series=said), quantity).sort_values("rules.reveal_period")
        charts[quantity.replace(" ", "-")] = line_chart(
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
    one, averager = (found[f"gain of a lone {name}, reveal period 5"] for name in ("weight-copier", "averaging"))
    tip = found["tipping point, reveal period 5"]
    best = found["bonds penalty at which honesty bears the highest cost"]
    return (
        f"At reveal period 5 a lone copier gains {one.measured:.2f} thousandths [{one.low:.2f}, {one.high:.2f}], one "
        f"that averages its own scores {averager.measured:.2f} [{averager.low:.2f}, {averager.high:.2f}]; "
        f"between honesty and copying all copy above {tip.measured:.1f} % [{tip.low:.1f}, {tip.high:.1f}] copiers; "
        f"honesty bears the highest evaluation cost at a bonds penalty of {best.measured:g} "
        f"[{best.low:g}, {best.high:g}]."
    )


STUDY = Study.of(
    globals(),
    name="weight-copying",
    question="What does copying weights gain, where does it tip, and which bonds penalty protects honesty best?",
    expected="a lone copier earns 0.807 of honest pay at reveal period 5; the source supposes an "
    "interior penalty to bear the highest cost; with 64 miners liquid alpha equals the constant alpha of its mean",
    source=_SOURCE,
    scenario=played,
)
