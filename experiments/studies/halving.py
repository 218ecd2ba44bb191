"""Halvings: when they come, with and without recycling, and what one does to the stream that miners live on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from agents.network import Network, NetworkSettings
from charts.lines import line_chart
from econ.tokens.issuance import BLOCKS_PER_YEAR, block_emission, blocks_to_halving, minted, threshold
from econ.tokens.market import BLOCKS_PER_DAY
from econ.tokens.rao import RAO
from experiments.measured import finding, line, over_worlds
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

RECYCLED = (0.0, 0.1, 0.25, 0.5, 0.9)
"""Share of every block's TAO that is recycled."""

BEFORE = {"small": 2, "full": 20}
AFTER = {"small": 4, "full": 180}
"""Days that networks are played before and after the halving."""

_SOURCE = "specification of the tokens (tokenomics.md), section"
YEARS, BLOCK, ALPHA = "years from the first halving to the second", "TAO a block", "alpha paid to miners"
STREAM, PRICES, ROOT = "miners' income", "sum of prices", "root yield"


def design(size: str) -> pd.DataFrame:
    """Dates by what is recycled; networks by world, each with a halving and without one."""
    import pandas as pd

    rows = [("dates", share, 0) for share in RECYCLED]
    rows += [("network", 0.0, world) for world in range(2 if size == "small" else 8)]
    return pd.DataFrame(rows, columns=["kind", "recycled", "world"]).assign(size=size)


def task(row: Task) -> pd.DataFrame:
    """Rows (quantity, day, value)."""
    return _dates(float(row["recycled"])) if row["kind"] == "dates" else _network(row)


def _dates(recycled: float) -> pd.DataFrame:
    """From the first halving on, a day at a time: mint, recycle, until the block's TAO halves again."""
    issuance, blocks = int(threshold(1)), 0
    begin = int(block_emission(issuance))
    while int(block_emission(issuance)) == begin:
        made = int(minted(issuance, BLOCKS_PER_DAY))
        issuance += made - int(made * recycled)
        blocks += BLOCKS_PER_DAY
    rows = [(YEARS, 0.0, blocks / BLOCKS_PER_YEAR)]
    now, passed = 0, 0.0
    for halving in range(1, 5):
        passed += float(blocks_to_halving(now, int(int(block_emission(now)) * recycled)))
        now = int(threshold(halving))
        rows.append((f"years to halving {halving} from the first block", 0.0, passed / BLOCKS_PER_YEAR))
    return _frame(rows)


def _network(row: Task) -> pd.DataFrame:
    """The same network with the halving on day 0 and with none near, in the same luck.

    UIDs do not change hands in it: what people pay for them follows miners' income, and moves prices in turn.
    """
    size = str(row["size"])
    settings = NetworkSettings().changed({"start.subnets": 16, "start.root": 4e6, "entry.applicants": 0.0})
    if size == "small":
        settings = settings.changed({"start.subnets": 4, "uids.validators": 4, "uids.miners": 12})
    near = float(threshold(1)) / RAO - 7200 * BEFORE[size]
    epochs = round((BEFORE[size] + AFTER[size]) * settings.epochs_a_day) + 1
    frames = []
    for issuance in (near, near - 3e6):
        network = Network(settings.changed({"start.issuance": issuance}), world=int(row["world"]), record=4)
        frame = network.run(epochs).frame("network")
        subnets = network.frame("subnets")
        paid = (subnets["miner_income"] / subnets["price"]).groupby(subnets["epoch"]).sum()
        frames.append(frame.assign(alpha=paid.to_numpy()))
        if max(abs(value) for value in network.audit().values()):
            raise ArithmeticError(f"the books differ: {network.audit()}")
    halved, never = frames
    day = halved["day"] - BEFORE[size]
    first = int(np.flatnonzero(halved["block_emission"] < 1.0)[0])
    rows = []
    for name, column in ((BLOCK, "block_emission"), (ALPHA, "alpha"), (STREAM, "miner_income")):
        value = float(halved[column][first] / halved[column][first - 1])
        rows.append((f"{name} just after over just before", 0.0, value))
    kept = np.unique(np.append(np.arange(0, len(day), max(len(day) // 60, 1)), len(day) - 1))
    for name, column in ((STREAM, "miner_income"), (PRICES, "price_sum"), (ROOT, "root_yield")):
        ratio = (halved[column] / never[column]).to_numpy()
        rows += [(f"{name}, halved over not", float(day[k]), float(ratio[k])) for k in kept if np.isfinite(ratio[k])]
    return _frame(rows)


def _frame(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=["quantity", "day", "value"]).astype({"day": float, "value": float})


def _at(results: pd.DataFrame, quantity: str, day: float | None = None, **where: object) -> pd.DataFrame:
    """Over worlds, on the recorded day nearest to one; without it, the last."""
    rows = results[results["quantity"] == quantity]
    wanted = rows["day"].max() if day is None else day
    nearest = rows["day"].iloc[int(np.argmin(np.abs(rows["day"].to_numpy() - wanted)))] if len(rows) else wanted
    return over_worlds(rows[rows["day"] == nearest], quantity, **where)


def findings(results: pd.DataFrame) -> list[Finding]:
    """Dates beside the closed form, the day of the halving beside the rule, and what follows."""
    found = []
    for share in RECYCLED:
        years = 5.25e6 / (0.5 * (1 - share) * BLOCKS_PER_YEAR)
        day = 1 / 365.25 / (1 - share)  # days are taken whole, and near the end a part of what they mint goes back
        derived = {"published": years, "tolerance": day, "source": f"{_SOURCE} 1: halvings by issuance"}
        rows = _at(results, YEARS, kind="dates", recycled=share)
        found.append(finding(f"{YEARS}, {100 * share:g} % recycled", "years", rows, **derived))
    for halving in range(1, 5):
        name = f"years to halving {halving} from the first block"
        years = halving * 10.5e6 / BLOCKS_PER_YEAR
        derived = {"published": years, "tolerance": 0.001, "source": f"{_SOURCE} 1: thresholds"}
        rows = _at(results, name, kind="dates", recycled=0.0)
        found.append(finding(f"{name}, nothing recycled", "years", rows, **derived))
    for name, times, tolerance, source in (
        (BLOCK, 0.5, 1e-6, f"{_SOURCE} 1"),
        (ALPHA, 1.0, 1e-3, f"{_SOURCE} 1: a halving of TAO does not halve alpha"),
        (STREAM, 1.0, 0.03, f"{_SOURCE} 3: it depends on alpha's prices, not on TAO a block"),
    ):
        name = f"{name} just after over just before"
        derived = {"published": times, "tolerance": tolerance, "source": source}
        found.append(finding(name, "times", _at(results, name), **derived))
    last = results[results["kind"] == "network"]["day"].max()
    for day in sorted({min(30.0, last), min(90.0, last), last}):
        for name in (STREAM, PRICES, ROOT):
            rows = _at(results, f"{name}, halved over not", day)
            found.append(finding(f"{name} {day:.0f} days after, halved over not", "times", rows))
    return found


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """The miners' stream and root's yield after a halving; years between halvings by what is recycled."""
    points = []
    for name in (STREAM, ROOT):
        rows = over_worlds(results, f"{name}, halved over not", ["day"])
        points += line(rows.assign(what=name), "day", "what")
    said = ["Beside the same network without a halving, same luck.", "Means over worlds with 95 % intervals."]
    after = line_chart(points, title="After a halving", subtitle=said, x="days after the halving", y="times", level=1.0)
    rows = over_worlds(results, YEARS, ["recycled"])
    rows = rows.assign(recycled=100 * rows["recycled"], what="years")
    dates = line_chart(
        line(rows, "recycled", "what"),
        title="From the first halving to the second",
        subtitle=["Recycling takes TAO out of issuance, by which halvings come."],
        x="% of every block's TAO that is recycled",
        y="years",
    )
    return {"after": after, "dates": dates}


def sentence(results: pd.DataFrame) -> str:
    """What the halving halves at once, and what it does later."""
    step = _at(results, f"{STREAM} just after over just before").iloc[0]
    end = _at(results, f"{STREAM}, halved over not").iloc[0]
    day = results[results["kind"] == "network"]["day"].max()
    return (
        f"A halving of TAO leaves the miners' stream where it was: {step['value']:.3f} times [{step['low']:.3f}, "
        f"{step['high']:.3f}] from one day to the next. What it takes is TAO for the pools: {day:.0f} days later "
        f"the stream is {end['value']:.2f} times [{end['low']:.2f}, {end['high']:.2f}] what it is without a halving."
    )


def uses(row: Task) -> Iterable[object]:
    """The model."""
    return (Network, NetworkSettings)


STUDY = Study.of(
    globals(),
    name="halving",
    question="When do halvings come, with and without recycling, and what does one do to the miners' stream?",
    expected="halvings follow issuance: 3.993 years apart, 1 / (1 - r) times as long if r of every block is recycled; "
    "TAO a block halves, alpha does not, and the miners' stream (alpha times its price) is at first untouched; what "
    "prices do afterwards, with half the TAO for pools, nobody has published",
    source=f"{_SOURCE}s 1 and 3",
)
