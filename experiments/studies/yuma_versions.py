"""One script, many rules: what a public simulator's situations pay under each, the chain's among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from agents.streams import Purpose, normal
from econ.yuma import Hyperparameters
from econ.yuma.situations import EPOCHS, SITUATIONS, Noisy, dividends_per_stake
from experiments.measured import line, measured
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

PAR = 1.64
"""What the source calls dividends per 1000 TAO at par: 40 epochs of 0.041."""

_LIQUID = {"liquid_alpha_on": True}
RULES: Mapping[str, Hyperparameters] = {
    "public-1": Hyperparameters(version="public-1", bonds_moving_average=0.0),
    "public-2": Hyperparameters(version="public-2", bonds_moving_average=0.1),
    "public-2b": Hyperparameters(version="public-2b", bonds_moving_average=0.1),
    "public-2c": Hyperparameters(version="public-2c"),
    "public-3": Hyperparameters(version="public-3", bonds_moving_average=0.975),
    "public-3 liquid": Hyperparameters(
        version="public-3",
        bonds_moving_average=0.975,
        alpha_low=0.1,
        alpha_high=0.3,
        liquid_alpha_consensus="mixed",
        **_LIQUID,
    ),
    "chain 2": Hyperparameters(version="2"),
    "chain 3": Hyperparameters(),
    "chain 3 liquid": Hyperparameters(**_LIQUID),
    "mean": Hyperparameters(version="mean"),
    "trimmed-mean": Hyperparameters(version="trimmed-mean"),
    "symmetric-clip": Hyperparameters(version="symmetric-clip"),
}
"""The rules, in the settings of the source's charts where it has them, else by the chain's defaults."""

_RESETS = ("public-2c", "public-3", "public-3 liquid")
_CHARTED = ("public-2", "public-3", "public-3 liquid")
_DIGIT = 0.0005 + 1e-9
"""Half of the charts' last digit, in dividends per 1000 TAO."""

PUBLISHED: Mapping[int, tuple[tuple[float, float, float], ...]] = {
    1: ((1.656, 1.599, 1.553), (1.688, 1.512, 1.384), (1.677, 1.539, 1.441)),
    2: ((1.649, 1.608, 1.599), (1.643, 1.774, 1.485), (1.625, 1.889, 1.511)),
    3: ((1.654, 1.563, 1.608), (1.606, 1.825, 1.728), (1.582, 1.930, 1.811)),
    4: ((1.640, 1.640, 1.640), (1.640, 1.640, 1.640), (1.640, 1.640, 1.640)),
    5: ((1.663, 1.526, 1.571), (1.611, 1.780, 1.731), (1.546, 2.079, 1.957)),
    6: ((1.649, 1.608, 1.599), (1.643, 1.755, 1.505), (1.626, 1.877, 1.517)),
    7: ((1.653, 1.607, 1.566), (1.607, 1.709, 1.834), (1.571, 1.784, 2.045)),
    8: ((1.658, 1.566, 1.566), (1.618, 1.730, 1.730), (1.557, 1.974, 1.974)),
    9: ((1.640, 1.638, 0.246), (1.640, 1.640, 0.246), (1.640, 1.640, 0.246)),
    10: ((1.686, 1.281, 1.635), (1.588, 2.232, 1.466), (1.609, 2.014, 1.516)),
    11: ((1.605, 1.664, 1.913), (1.674, 1.607, 1.638), (1.691, 1.590, 1.624)),
    12: ((1.640, 1.639, 1.640), (1.640, 1.640, 1.640), (1.640, 1.639, 1.640)),
    13: ((1.772, 0.886, 1.341), (1.743, 0.872, 1.583), (1.756, 0.878, 1.475)),
    14: ((1.661, 1.661, 1.599), (1.651, 1.651, 1.619), (1.678, 1.678, 1.567)),
    15: ((1.647, 1.617, 1.611), (1.642, 1.740, 1.525), (1.630, 1.809, 1.548)),
    16: ((1.644, 1.625, 1.622), (1.641, 1.706, 1.564), (1.638, 1.717, 1.582)),
    17: ((1.642, 1.633, 1.631), (1.641, 1.673, 1.602), (1.641, 1.661, 1.611)),
    18: ((1.641, 1.637, 1.637), (1.640, 1.653, 1.625), (1.641, 1.647, 1.629)),
}
"""Dividends per 1000 TAO of A, B and C under public-2, public-3 and public-3 liquid; the last four are drawn."""

DRAWS = 64
_SOURCE = "yuma-simulation 0.1.1, its charts of dividends per 1000 TAO"


def design(size: str) -> pd.DataFrame:
    """Every situation under every rule; small leaves out the drawn ones."""
    import pandas as pd

    numbers = [number for number, each in SITUATIONS.items() if size == "full" or not isinstance(each, Noisy)]
    return pd.DataFrame([(number, rule) for number in numbers for rule in RULES], columns=["situation", "rule"])


def task(row: Task) -> pd.DataFrame:
    """Dividends per 1000 TAO of each validator; over draws where the situation is measured with noise."""
    number, name = int(row["situation"]), str(row["rule"])
    situation = SITUATIONS[number]
    rule = replace(RULES[name], winner_takes_all=situation.winner_takes_all)
    resets = name in _RESETS
    if isinstance(situation, Noisy):
        miners = len(situation.qualities)
        drawn = normal(
            number, Purpose.SCORE, world=np.arange(DRAWS), epoch=0, seat=np.array(0), columns=EPOCHS * 3 * miners
        ).reshape(DRAWS, EPOCHS, 3, miners)
        totals = np.array([dividends_per_stake(situation, situation.weights(z), rule, resets=resets) for z in drawn])
        return measured({who: PAR * totals[:, i] for i, who in enumerate("ABC")})
    total = PAR * dividends_per_stake(situation, situation.weights(), rule, resets=resets)
    return measured({who: total[i] for i, who in enumerate("ABC")})


def _totals(results: pd.DataFrame) -> dict[tuple[int, str], np.ndarray]:
    table = results.pivot_table(index=["situation", "rule"], columns="quantity", values="value")
    return {(int(number), str(rule)): row[["A", "B", "C"]].to_numpy() for (number, rule), row in table.iterrows()}


def findings(results: pd.DataFrame) -> list[Finding]:
    """How many of the charts' totals are met, and by how much the chain's rules differ from those of their name."""
    totals = _totals(results)
    found = []
    for column, rule in enumerate(_CHARTED):
        apart = np.array([np.abs(totals[number, rule] - PUBLISHED[number][column]) for number in PUBLISHED])
        worst = list(PUBLISHED)[apart.max(axis=1).argmax()]
        found.append(
            Finding(
                name=f"totals met to the charts' third digit, {rule}",
                unit=f"of {apart.size}",
                measured=int((apart < _DIGIT).sum()),
                published=apart.size,
                source=_SOURCE,
                note=f"the largest difference is {apart.max():.4f} per 1000 TAO, in situation {worst}",
            )
        )
    for chain, public in (("chain 2", "public-2"), ("chain 3", "public-3"), ("chain 3 liquid", "public-3 liquid")):
        change = {n: float(np.abs(totals[n, chain] / totals[n, public] - 1).max()) for n in PUBLISHED if n != 9}
        worst = max(change, key=change.__getitem__)
        found.append(
            Finding(
                name=f"largest change of a total, {public} to {chain}",
                unit="%",
                measured=100 * change[worst],
                note=f"in situation {worst}, {SITUATIONS[worst].name}",
            )
        )
    leads = {rule: sum(bool(totals[n, rule][1] > PAR) for n in _SCOUTS) for rule in RULES}
    found += [
        Finding(
            name=f"situations of {len(_SCOUTS)} in which a scout that leads the majority earns above par, {rule}",
            unit="situations",
            measured=leads[rule],
            published=len(_SCOUTS) if rule in ("public-3", "public-3 liquid") else None,
            source=_SOURCE if rule in ("public-3", "public-3 liquid") else "",
        )
        for rule in RULES
    ]
    return found


_SCOUTS = (2, 3, 5, 6, 8, 10, 15, 16, 17, 18)
"""Situations in which B moves before the majority and stays small."""


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """What B earns in the scouting situations, by rule."""
    from charts.lines import line_chart

    shown = results[(results["quantity"] == "B") & results["rule"].isin(["public-2", "public-3", "chain 2", "chain 3"])]
    shown = shown[shown["situation"].isin(_SCOUTS)]
    return {
        "scouts": line_chart(
            line(shown, "situation", "rule"),
            title="What a scout earns that moves before the majority",
            x="situation (the simulator's number)",
            y="dividends per 1000 TAO (1.64 is par)",
            level=PAR,
        )
    }


def sentence(results: pd.DataFrame) -> str:
    """Charts met, and what the chain's rule does to a scout."""
    found = {each.name: each for each in findings(results)}
    met = [found[f"totals met to the charts' third digit, {rule}"] for rule in _CHARTED]
    above = {
        rule: found[
            f"situations of {len(_SCOUTS)} in which a scout that leads the majority earns above par, {rule}"
        ].measured
        for rule in ("public-3", "chain 3")
    }
    theirs, ours = above["public-3"], above["chain 3"]
    charted = sum(int(each.published or 0) for each in met)
    return (
        f"{sum(each.measured or 0 for each in met)} of the {charted} totals in the "
        f"charts are met to their third digit; a scout that leads the majority earns above par in {theirs} of "
        f"{len(_SCOUTS)} situations under the simulator's Yuma 3 and in {ours} under the chain's."
    )


STUDY = Study.of(
    globals(),
    name="yuma-versions",
    question="What do a public simulator's scripted situations pay under each rule, and under the chain's?",
    expected="the simulator's charts to their three digits; its Yuma 3 rewards scouts, the chain's penalty takes that",
    source=_SOURCE,
    uses=lambda row: [RULES[str(row["rule"])].paying_rule],
)
