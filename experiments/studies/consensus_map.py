"""The consensus guarantee: the utility that honest stake must put in itself to keep its share of the emission."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.streams import Purpose, normal
from econ import retention
from econ.inference import mean_interval
from econ.yuma import Hyperparameters
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

VALIDATORS, MINERS = 64, 448
UTILITY = np.round(np.arange(51) / 50, 2)
"""What each camp may give itself: 51 values from 0 to 1."""

KEPT = 1e-6
"""A share of emission is kept if it falls short of that of stake by no more than this."""

STAKES = (0.51, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99)
KAPPAS = (0.4, 0.5, 0.6)
NOISE = {(0.0, 1.0): 60.0, (0.2, 1.0): 66.7, (0.4, 1.0): 73.3}
"""Deviation of weights and bonds penalty, and the utility in % that the published figures show."""
PENALTIES = {(0.4, 0.5): 76.8, (0.4, 0.0): 78.8}
VALIDATOR_SHARES = {0.0: 82.4, 0.25: 78.5}
TOLERANCE = 0.5
"""Points of utility by which independent noise may differ: the published figures rest on one seed."""

_SOURCE = "opentensor, docs/consensus.md, retention figures of 2023-09"
_PLACE = ("kappa", "honest_stake", "weight_deviation", "bonds_penalty", "version")


def design(size: str) -> pd.DataFrame:
    """One map a row: stake, kappa, noise, penalty, version and seed. The small size comes first in the full one."""
    import pandas as pd

    guarantee = [(0.5, 0.6, *setting) for setting in (*NOISE, *PENALTIES)]
    rows = [(*place, "2", seed) for seed in range(4) for place in guarantee]
    if size == "full":
        rows += [(*place, version, seed) for seed in range(10) for place in guarantee for version in ("2", "3")]
        contours = product(range(3), KAPPAS, STAKES, ("2", "3"))
        rows += [(kappa, stake, 0.4, 1.0, version, seed) for seed, kappa, stake, version in contours]
    return pd.DataFrame(rows, columns=[*_PLACE, "seed"]).drop_duplicates(ignore_index=True)


def task(row: Task) -> pd.DataFrame:
    """What honest stake earns at each pair of utilities: 2,601 epochs of 512 neurons."""
    import pandas as pd

    seed = int(row["seed"])
    here: dict[str, Any] = {"world": np.array(0), "epoch": 0}
    camps = retention.camps(
        float(row["honest_stake"]),
        normal(seed, Purpose.STAKE_ORDER, seat=np.array(0), columns=VALIDATORS, **here),
        normal(seed, Purpose.SCORE, seat=np.arange(VALIDATORS), columns=MINERS, **here),
        rating_deviation=float(row["weight_deviation"]),
    )
    rule = Hyperparameters(
        version=str(row["version"]),
        kappa=int(65535 * float(row["kappa"])) / 65535,
        bonds_penalty=float(row["bonds_penalty"]),
        bonds_moving_average=0.0,
    )
    incentive, dividends = retention.honest_earnings(camps, UTILITY, UTILITY, rule)
    honest, cabal = np.meshgrid(UTILITY, UTILITY, indexing="ij")
    columns = {"honest_utility": honest, "cabal_utility": cabal, "incentive": incentive, "dividends": dividends}
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()})


@dataclass(frozen=True, slots=True)
class _Map:
    """One task's result: shares [honest utility, cabal utility]."""

    place: tuple[Any, ...]
    incentive: np.ndarray
    dividends: np.ndarray

    def emission(self, validator_share: float = 0.5) -> np.ndarray:
        return (1.0 - validator_share) * self.incentive + validator_share * self.dividends

    def line(self, validator_share: float = 0.5) -> np.ndarray:
        return retention.retention_line(self.emission(validator_share), UTILITY, float(self.place[1]) - KEPT)


def _maps(results: pd.DataFrame) -> Iterator[_Map]:
    for _, rows in results.groupby("task", sort=True):
        shape = len(UTILITY), len(UTILITY)
        first = rows.iloc[0]
        arrays = (rows[name].to_numpy().reshape(shape) for name in ("incentive", "dividends"))
        yield _Map(tuple(first[name] for name in _PLACE), *arrays)


def _grouped(results: pd.DataFrame) -> dict[tuple[Any, ...], list[_Map]]:
    groups: dict[tuple[Any, ...], list[_Map]] = {}
    for each in _maps(results):
        groups.setdefault(each.place, []).append(each)
    return groups


def findings(results: pd.DataFrame) -> list[Finding]:
    """The published utilities beside ours, the attack, and what Yuma 3 and other kappas make of them."""
    groups = _grouped(results)
    found = []
    for version in ("2", "3"):
        for (deviation, penalty), published in (NOISE | PENALTIES).items():
            maps = groups.get((0.5, 0.6, deviation, penalty, version))
            if maps:
                what = f"needed utility, weight noise {deviation:g}, bonds penalty {penalty:g}"
                found.append(_needed(what, version, maps, 0.5, published))
        maps = groups.get((0.5, 0.6, 0.4, 1.0, version), [])
        if maps:
            for share, published in VALIDATOR_SHARES.items():
                what = f"needed utility, weight noise 0.4, validators' share of emission {share:g}"
                found.append(_needed(what, version, maps, share, published))
            at = int(np.flatnonzero(UTILITY == 0.7)[0])
            kept = [100.0 * (1.0 - float(each.emission()[at].min())) for each in maps]
            note = "above 40: the attack pays, as the source says; the interval is over seeds"
            found.append(_finding("most emission of 40 % stake with 30 % utility", version, kept, None, note))
    for version, stake in product(("2", "3"), (0.55, 0.6)):
        maps = groups.get((0.6, stake, 0.4, 1.0, version))
        if maps:
            note = "stake at kappa falls short of it by what the chain cuts off" if stake == 0.6 else ""
            found.append(
                _needed(f"needed utility, {100 * stake:.0f} % stake, kappa 0.6", version, maps, 0.5, 100.0, note)
            )
    return found


def _needed(
    what: str, version: str, maps: list[_Map], validator_share: float, published: float, note: str = ""
) -> Finding:
    values = [100.0 * retention.worst_case(each.line(validator_share)) for each in maps]
    return _finding(what, version, values, published if version == "2" else None, note)


def _finding(what: str, version: str, values: list[float], published: float | None, note: str) -> Finding:
    several = len(values) > 1 and bool(np.isfinite(values).all())
    mean, low, high = (float(v) for v in mean_interval(np.array(values))) if several else (values[0], None, None)
    return Finding(
        name=f"{what} (Yuma {version})",
        unit="%",
        measured=mean if np.isfinite(mean) else None,
        low=low,
        high=high,
        published=published,
        tolerance=TOLERANCE if published is not None else 0.0,
        source=_SOURCE if published is not None else "",
        note=note if np.isfinite(mean) else "no utility suffices",
    )


def figures(results: pd.DataFrame) -> Mapping[str, alt.Chart]:
    """The retention lines by noise and by penalty at 60 % stake, and of every stake for each kappa and version."""
    from charts.retention import RetentionPoint, retention_chart

    groups = _grouped(results)

    def points(series: str, place: tuple[Any, ...]) -> list[RetentionPoint]:
        lines = np.array([each.line() for each in groups.get(place, [])])
        if not len(lines):
            return []
        mean, low, high = mean_interval(lines.T) if len(lines) > 1 else (lines[0], lines[0], lines[0])
        return [
            RetentionPoint(series=series, cabal_utility=float(y), honest_utility=float(x), low=float(a), high=float(b))
            for y, x, a, b in zip(UTILITY, mean, np.maximum(low, 0.0), np.minimum(high, 1.0), strict=True)
            if np.isfinite(x)
        ]

    charts = {}
    said = ["Right of a line honest stake grows. The band is a 95 % interval over seeds."]
    for version in ("2", "3"):
        noise = [p for s in (0.0, 0.2, 0.4) for p in points(f"{s:g}", (0.5, 0.6, s, 1.0, version))]
        penalty = [p for b in (1.0, 0.5, 0.0) for p in points(f"{b:g}", (0.5, 0.6, 0.4, b, version))]
        if noise:
            title = f"60 % honest stake, kappa 0.5, Yuma {version}"
            charts[f"noise-yuma-{version}"] = retention_chart(noise, title=title, subtitle=said, legend="weight noise")
            charts[f"penalty-yuma-{version}"] = retention_chart(
                penalty, title=title, subtitle=said, legend="bonds penalty"
            )
        for kappa in KAPPAS:
            stakes = [p for s in STAKES for p in points(f"{s:.0%}", (kappa, s, 0.4, 1.0, version))]
            if len({p.series for p in stakes}) > 1:
                charts[f"kappa-{kappa:g}-yuma-{version}"] = retention_chart(
                    stakes, title=f"kappa {kappa:g}, weight noise 0.4, Yuma {version}", subtitle=said, legend="stake"
                )
    return charts


def sentence(results: pd.DataFrame) -> str:
    """What it takes to keep 60 % of stake."""
    found = {each.name: each for each in findings(results)}
    said = [found[f"needed utility, weight noise {s:g}, bonds penalty 1 (Yuma 2)"] for s in (0.0, 0.2, 0.4)]
    shown = ", ".join(f"{each.measured:.1f} % [{each.low:.1f}, {each.high:.1f}]" for each in said)
    return (
        f"Honest stake of 60 % keeps its share of the emission, whatever a cabal does, if it puts {shown} of its "
        "weight in honest miners where weights deviate by 0, 0.2 and 0.4."
    )


STUDY = Study.of(
    globals(),
    name="consensus-map",
    question="How much utility must honest stake put in itself to keep its share, whatever a cabal does?",
    expected="every published figure within 0.5 points, and up to 0.3 above it: those come of one seed of noise, which "
    "lies below the mean of many",
    source=_SOURCE,
)
