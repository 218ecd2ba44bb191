"""Selfish mining: from which share of hashing on does it pay to keep found blocks secret?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from econ.compute.selfish_mining import selfish_gain, selfish_revenue, selfish_threshold, simulate_selfish_mining
from experiments.designs import grid
from experiments.measured import finding, line, measured, picked
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

GAMMAS = (0.0, 0.5, 1.0)
THRESHOLDS = {0.0: 1 / 3, 0.5: 0.25, 1.0: 0.0}
SHARES = (0.05, 0.25, round(1 / 3, 6), 0.4, 0.45)
AT = (0.4, 0.0, 48.372)
"""Share of hashing, gamma, and the pool's relative revenue in %."""

_SOURCE = "I. Eyal and E. G. Sirer, Majority is not enough, 2014"


def design(size: str) -> pd.DataFrame:
    """Shares of hashing and gammas; the full size plays more worlds of longer histories, and more shares."""
    import pandas as pd

    small = grid({"gamma": GAMMAS, "share": SHARES, "worlds": [64], "blocks": [4000]})
    if size == "small":
        return small
    shares = sorted({*SHARES, *(round(0.02 * step, 2) for step in range(1, 25))})
    more = grid({"gamma": (0.0, 0.25, 0.5, 0.75, 1.0), "share": shares, "worlds": [256], "blocks": [20_000]})
    return pd.concat([small, more]).drop_duplicates(ignore_index=True)


def task(row: Task) -> pd.DataFrame:
    """Revenue and gain in % of all blocks that count, by simulation and by the closed form."""
    share, gamma = float(row["share"]), float(row["gamma"])
    game = simulate_selfish_mining(share, gamma, blocks=int(row["blocks"]), worlds=int(row["worlds"]))
    ends = game.revenue, game.low, game.high
    return measured(
        {
            "revenue": tuple(100.0 * value for value in ends),
            "gain": tuple(100.0 * (value - share) for value in ends),
            "revenue by the closed form": 100.0 * selfish_revenue(share, gamma),
            "gain by the closed form": 100.0 * selfish_gain(share, gamma),
            "orphaned blocks": 100.0 * game.orphaned,
        }
    )


def findings(results: pd.DataFrame) -> list[Finding]:
    """The published revenue and thresholds, by the closed form and by simulation."""
    rows = _best(results)
    share, gamma, published = AT
    at = rows[(rows["share"] == share) & (rows["gamma"] == gamma)]
    known = {"published": published, "source": _SOURCE}
    found = [
        finding(
            "revenue at 40 % of hashing, gamma 0, closed form",
            "%",
            picked(at, "revenue by the closed form"),
            tolerance=0.0005,
            **known,
        ),
        finding("revenue at 40 % of hashing, gamma 0, simulated", "%", picked(at, "revenue"), **known),
    ]
    for gamma in GAMMAS:
        name = f"threshold at gamma {gamma:g}"
        known = {"published": round(100.0 * THRESHOLDS[gamma], 4), "tolerance": 0.001, "source": _SOURCE}
        found.append(Finding(name=f"{name}, formula", unit="%", measured=100.0 * selfish_threshold(gamma), **known))
        found.append(Finding(name=f"{name}, root of the revenue", unit="%", measured=100.0 * _root(gamma), **known))
    for gamma, share in ((0.0, SHARES[2]), (0.5, 0.25)):
        at = rows[(rows["share"] == share) & (rows["gamma"] == gamma)]
        name = f"simulated gain at the threshold, gamma {gamma:g}, {100 * share:.4g} % of hashing"
        found.append(finding(name, "% of blocks", picked(at, "gain"), published=0.0, source=_SOURCE))
    return found


def _root(gamma: float) -> float:
    """Where the revenue's closed form crosses the share of hashing; 0 where it is above everywhere."""
    from scipy.optimize import brentq

    low = 1e-6
    return 0.0 if selfish_gain(low, gamma) > 0 else float(brentq(selfish_gain, low, 0.499, args=(gamma,), xtol=1e-12))


def _best(results: pd.DataFrame) -> pd.DataFrame:
    """The rows of the longest runs at each point."""
    most = results.groupby(["gamma", "share"])["worlds"].transform("max")
    return results[results["worlds"] == most]


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """The gain over honest mining, by share of hashing."""
    from charts.lines import line_chart

    rows = picked(_best(results), "gain").sort_values(["gamma", "share"])
    rows = rows.assign(percent=100.0 * rows["share"], series=[f"gamma {gamma:g}" for gamma in rows["gamma"]])
    return {
        "gain": line_chart(
            line(rows, "percent", "series"),
            title="What selfish mining gains over honest mining",
            subtitle=["Simulated; bars are 95 % intervals over worlds. Gamma: the part of others on the pool's side."],
            x="share of hashing (%)",
            y="gain (% of all blocks that count)",
            level=0.0,
        )
    }


def sentence(results: pd.DataFrame) -> str:
    """The thresholds, and what lies beyond."""
    share, gamma, _ = AT
    at = picked(_best(results), "revenue", share=share, gamma=gamma).iloc[0]
    return (
        "Keeping blocks secret pays from a third of all hashing on if nobody else helps, from a quarter if half of the "
        f"others do, and always if all do; at 40 % and no help it brings {at['value']:.2f} % "
        f"[{at['low']:.2f}, {at['high']:.2f}] of all blocks."
    )


def uses(row: Task) -> Iterable[object]:
    """The simulation and the closed form."""
    return [simulate_selfish_mining, selfish_revenue, selfish_gain, selfish_threshold]


STUDY = Study.of(
    globals(),
    name="selfish-mining",
    question="From which share of hashing on does it pay to keep found blocks secret?",
    expected="from 1/3, 1/4 and 0 at gamma 0, 1/2 and 1; 48.372 % of the blocks at 40 % of hashing and gamma 0",
    source=_SOURCE,
)
