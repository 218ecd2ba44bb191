"""The whitepaper's toy: a cabal just short of half the stake withers, one just above it takes all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from experiments.measured import line, measured, picked
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

TEMPERATURE = 10.0
INFLATION = 0.1
"""Of all stake, paid out each block."""

BLOCKS = 100
PUBLISHED = {1: 48.773, 2: 48.495, 3: 48.155, 4: 47.739, 100: 0.012}
"""The cabal's stake in % after so many blocks, from 49 %."""

_SOURCE = "Rao, Steeves et al., BitTensor (arXiv 2003.03917), the script of its appendix"


def design(size: str) -> pd.DataFrame:
    """Where the cabal starts; small is the published start alone."""
    import pandas as pd

    return pd.DataFrame({"cabal": [0.49] if size == "small" else [0.49, 0.1, 0.3, 0.45, 0.5, 0.51]})


def task(row: Task) -> pd.DataFrame:
    """The cabal's share of stake in % after each block: incentive is stake times the trust that stake itself gives."""
    stake = np.array([1.0 - float(row["cabal"]), float(row["cabal"])])
    shares = [stake[1]]
    for _ in range(BLOCKS):
        incentive = stake / (1.0 + np.exp(-TEMPERATURE * (stake / stake.sum() - 0.5)))
        stake = stake + INFLATION * stake.sum() * incentive / incentive.sum()
        shares.append(stake[1] / stake.sum())
    frame = measured({f"block {block}": 100.0 * share for block, share in enumerate(shares)})
    return frame.assign(block=range(BLOCKS + 1), quantity="cabal's share of stake")


def findings(results: pd.DataFrame) -> list[Finding]:
    """The four printed shares and the last."""
    shares = picked(results, "cabal's share of stake", cabal=0.49).set_index("block")["value"]
    return [
        Finding(
            name=f"cabal of 49 % after {block} block{'s' * (block > 1)}",
            unit="%",
            measured=float(shares[block]),
            published=published,
            tolerance=0.0005,
            source=_SOURCE,
            note="no sampling: there is no interval" if block == 1 else "",
        )
        for block, published in PUBLISHED.items()
    ]


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """The cabal's share over blocks from each start."""
    from charts.lines import line_chart

    shown = results[results["block"] % 10 == 0]
    shown = shown.assign(start=[f"{100 * share:g} %" for share in shown["cabal"]])
    return {
        "decay": line_chart(
            line(shown, "block", "start"),
            title="A cabal's share of stake in the whitepaper's toy",
            x="block",
            y="share of stake (%)",
            level=50.0,
        )
    }


def sentence(results: pd.DataFrame) -> str:
    """The published course."""
    shares = picked(results, "cabal's share of stake", cabal=0.49).set_index("block")["value"]
    course = ", ".join(f"{shares[block]:.3f}" for block in (1, 2, 3, 4))
    return (
        f"A cabal of 49 % of stake falls to {course} % in four blocks and to {shares[100]:.3f} % in a hundred; by the "
        "same rule one above half takes all, so the toy punishes the smaller side, not the dishonest one."
    )


STUDY = Study.of(
    globals(),
    name="whitepaper",
    question="What becomes of a cabal of 49 % in the whitepaper's toy?",
    expected="48.773, 48.495, 48.155, 47.739 % after one to four blocks, 0.012 % after a hundred",
    source=_SOURCE,
)
