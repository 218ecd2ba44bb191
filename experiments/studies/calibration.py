"""How often a verdict is wrong: games of known regret, sampled again and again, and stopped as a solve is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binomtest

from econ.equilibrium.answer import verdict
from econ.equilibrium.nash import solve_nash
from econ.equilibrium.regret import mixture_regret
from econ.equilibrium.worlds_wanted import worlds_wanted
from econ.games import EmpiricalGame, Roles, RoleSymmetric
from econ.inference import LEAST_WORLDS
from experiments.solution import is_decided
from experiments.study import Finding, Study, Task

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from charts.lines import LinePoint

EPSILON = 0.5
SHARES = (0.0, 0.5, 0.98, 1.02, 2.0)
"""True regret, in units of epsilon."""
RUNS, BLOCK = 200, 25
"""Runs of a game at full size, and in one task."""
MOST_WRONG = 19
"""Of 200 runs, so many may hold a wrong verdict: 5% would give more once in two hundred times."""
LEAST_DECIDED = 90.0
"""Percent of the runs that must be decided where the regret is 0 or twice epsilon: always undecided must fail."""
CHOSEN = "chosen by the solver"

Made = tuple[RoleSymmetric, np.ndarray, float]


def validators(share: float) -> Made:
    """Ten seats, two strategies: copying gains `share` epsilon wherever few copy; spread of the size of dividends'."""
    roles = Roles(names=("validators",), players=(10,), strategies=(("honest", "weight-copier"),))
    game = RoleSymmetric.from_function(
        roles, lambda c: np.stack([50.0 + 0.0 * c[:, 1], 50.0 + share * EPSILON - 0.2 * (c[:, 1] - 1)], axis=1)
    )
    return game, np.array([1.0, 0.0]), 1.5


def mixed(share: float) -> Made:
    """Six seats, three strategies: the first two are mixed evenly, the third gains `share` epsilon over both."""
    roles = Roles(names=("r",), players=(6,), strategies=(("a", "b", "c"),))

    def payoff(c: np.ndarray) -> np.ndarray:
        a, b = 20.0 - (c[:, 0] - 1) / 5.0, 20.0 - (c[:, 1] - 1) / 5.0
        return np.stack([a, b, 19.5 + share * EPSILON + 0.0 * a], axis=1)

    return RoleSymmetric.from_function(roles, payoff), np.array([0.5, 0.5, 0.0]), 1.0


def skewed(share: float) -> Made:
    """Four seats whose payoffs are seldom large: the luck of a lottery rather than a bell."""
    roles = Roles(names=("r",), players=(4,), strategies=(("a", "b"),))
    game = RoleSymmetric.from_function(
        roles, lambda c: np.stack([30.0 + 0.0 * c[:, 1], 30.0 + share * EPSILON - (c[:, 1] - 1)], axis=1)
    )
    return game, np.array([1.0, 0.0]), -1.0


GAMES: dict[str, Callable[[float], Made]] = {"validators": validators, "mixed": mixed, "skewed": skewed}


def design(size: str) -> pd.DataFrame:
    """A block of runs of one game at one regret a row; at small size fewer runs, and fewer worlds where it is close."""
    import pandas as pd

    full = size == "full"
    rows = [
        {
            "game": game,
            "share": share,
            "first": first,
            "runs": BLOCK if full else 20,
            "most_worlds": 4096 if full else (2048 if share in (0.0, 2.0) else 256),
        }
        for game in GAMES
        for share in SHARES
        for first in range(0, RUNS if full else 1, BLOCK)
    ]
    rows += [
        {
            "game": CHOSEN,
            "share": -1.0,
            "first": first,
            "runs": BLOCK if full else 6,
            "most_worlds": 512 if full else 128,
        }
        for first in range(0, RUNS if full else 1, BLOCK)
    ]
    return pd.DataFrame(rows)


def task(row: Task) -> pd.DataFrame:
    """One run a row: whether any verdict on its way was wrong, whether it was decided and certified, and wrongly."""
    import pandas as pd

    runs = range(int(row["first"]), int(row["first"]) + int(row["runs"]))
    one = _chosen if row["game"] == CHOSEN else _judged
    return pd.DataFrame([one(row, run) for run in runs])


def _judged(row: Task, run: int) -> dict[str, float]:
    """A fixed mixture judged at 64, 128, ... worlds until it is decided.

    Noise is normal of the game's spread, or, of the skewed game, lognormal less its mean.
    """
    name, most = str(row["game"]), int(row["most_worlds"])
    game, point, spread = GAMES[name](float(row["share"]))
    truth = float(game.regret(point))
    rng = np.random.default_rng([0, run, *name.encode()])
    payoffs = np.empty((*game.payoffs.shape, 0))
    missed, says = False, "undecided"
    while says not in ("certified", "rejected") and payoffs.shape[2] < most:
        size = (*game.payoffs.shape, min(max(LEAST_WORLDS, payoffs.shape[2]), most - payoffs.shape[2]))
        noise = rng.normal(scale=spread, size=size) if spread > 0.0 else rng.lognormal(size=size) - np.exp(0.5)
        payoffs = np.concatenate((payoffs, game.payoffs[..., None] + noise), axis=2)
        _, low, high = mixture_regret(EmpiricalGame(roles=game.roles, payoffs=payoffs).gains(), point)
        says = verdict(low, high, EPSILON, payoffs.shape[2])
        missed |= says == ("certified" if truth > EPSILON else "rejected")
    return {
        "run": run,
        "regret": truth,
        "wrong": float(missed),
        "decided": float(says in ("certified", "rejected")),
        "certified": float(says == "certified"),
        "certified_wrong": float(says == "certified" and truth > EPSILON),
        "worlds": float(payoffs.shape[2]),
    }


def _chosen(row: Task, run: int) -> dict[str, float]:
    """The same where the solver itself chooses what to judge and what to play again: a game of coordination.

    Each listed equilibrium of each look is held against its regret in the true game; `certified` counts verdicts, not
    runs.
    """
    roles = Roles(names=("r",), players=(4,), strategies=(("a", "b", "c"),))
    matrix = np.array([[4.0, 0.0, 1.0], [0.0, 5.0, 1.5], [1.0, 1.0, 3.0]])
    truth = RoleSymmetric.from_function(roles, lambda c: (c @ matrix.T - np.diag(matrix)) / 3.0)
    most = int(row["most_worlds"])
    noise = np.random.default_rng([1, run]).normal(scale=1.5, size=(*truth.payoffs.shape, most))
    whole = truth.payoffs[..., None] + noise
    played = np.full(len(whole), LEAST_WORLDS)
    missed, decided, certified, false = False, 0, 0, 0
    while True:
        known = np.where(np.arange(most) < played[:, None, None], whole, np.nan)
        least, last = int(played.min()), int(played.max())
        game = EmpiricalGame(
            roles=roles, payoffs=known[..., :least], more=known[..., least:last] if least < last else None
        )
        answer = solve_nash(game, epsilon=EPSILON)
        for found in answer.equilibria:
            if found.counts is None and found.verdict in ("certified", "rejected"):
                right = float(truth.regret(np.array(list(found.strategy["r"].values())))) <= EPSILON
                decided += 1
                certified += found.verdict == "certified"
                false += found.verdict == "certified" and not right
                missed |= (found.verdict == "certified") != right
        wanted = np.minimum(worlds_wanted(game, answer, answer.level), most)
        if is_decided(answer) or (wanted <= played).all():
            break
        played = np.maximum(played, wanted)
    return {
        "run": run,
        "regret": np.nan,
        "wrong": float(missed),
        "decided": float(decided > 0),
        "certified": float(certified),
        "certified_wrong": float(false),
        "worlds": float(played.max()),
    }


def findings(results: pd.DataFrame) -> list[Finding]:
    """Of every game at every regret the runs with a wrong verdict and those decided; the wrong among the certified."""
    found = []
    for (game, share), rows in _groups(results):
        where = game if share < 0 else f"{game}, regret {share:g} epsilon"
        wrong, runs = int(rows["wrong"].sum()), len(rows)
        limit = MOST_WRONG * runs // RUNS
        held = "" if _holds(rows) else f"FAILS: more than {limit} of {runs} runs hold a wrong verdict"
        found.append(_share(f"runs with any wrong verdict: {where}", wrong, runs, held))
        if share in (0.0, 2.0):
            decided = int(rows["decided"].sum())
            short = "" if _decides(rows) else f"FAILS: fewer than {LEAST_DECIDED:g} % are decided"
            found.append(_share(f"runs decided: {where}", decided, runs, short))
    certified, false = int(results["certified"].sum()), int(results["certified_wrong"].sum())
    found.append(_share("wrong among all certified verdicts", false, certified, "reported, not promised"))
    return found


def _groups(results: pd.DataFrame) -> Iterable[tuple[tuple[str, float], pd.DataFrame]]:
    return results.groupby(["game", "share"], sort=False)


def _holds(rows: pd.DataFrame) -> bool:
    """No more runs with a wrong verdict than 19 in 200; of few runs at least one is allowed."""
    return int(rows["wrong"].sum()) <= max(1, MOST_WRONG * len(rows) // RUNS)


def _decides(rows: pd.DataFrame) -> bool:
    return 100.0 * float(rows["decided"].mean()) >= LEAST_DECIDED


def _share(name: str, count: int, total: int, note: str) -> Finding:
    if not total:
        return Finding(name=name, unit="%", measured=None, note="there were none")
    ends = binomtest(count, total).proportion_ci(method="exact")
    return Finding(
        name=name,
        unit="%",
        measured=100.0 * count / total,
        low=100.0 * float(ends.low),
        high=100.0 * float(ends.high),
        note=note,
    )


def figures(results: pd.DataFrame) -> Mapping[str, alt.TopLevelMixin]:
    """How often verdicts are wrong, and how often they are given, over the true regret."""
    from charts.lines import line_chart

    return {
        name: line_chart(
            _points(results, column),
            title=title,
            subtitle=["Bars are exact 95 % intervals over runs."],
            x="true regret (epsilon)",
            y="% of runs",
            level=level,
        )
        for name, column, title, level in (
            ("wrong", "wrong", "Runs in which any verdict was wrong: at most 5 % are promised", 5.0),
            ("decided", "decided", "Runs that were certified or rejected within their worlds", LEAST_DECIDED),
        )
    }


def _points(results: pd.DataFrame, column: str) -> list[LinePoint]:
    from charts.lines import LinePoint

    points = []
    for (game, share), rows in _groups(results):
        if share >= 0:
            one = _share("", int(rows[column].sum()), len(rows), "")
            assert one.measured is not None
            assert one.low is not None
            assert one.high is not None
            points.append(LinePoint(series=game, x=float(share), y=one.measured, low=one.low, high=one.high))
    return points


def sentence(results: pd.DataFrame) -> str:
    """Whether every game holds, with the worst of them."""
    groups = list(_groups(results))
    failed = [
        f"{game} at {share:g}"
        for (game, share), rows in groups
        if not _holds(rows) or (share in (0.0, 2.0) and not _decides(rows))
    ]
    worst = max((100.0 * float(rows["wrong"].mean()), key, len(rows)) for key, rows in groups)
    said = f"In {len(results)} runs a wrong verdict was given in at most {worst[0]:.1f} % of those of one game"
    certified, false = int(results["certified"].sum()), int(results["certified_wrong"].sum())
    of_it = f"; of {certified} certified verdicts {false} were wrong"
    return said + of_it + (f". FAILS: {', '.join(failed)}." if failed else "; every game holds.")


STUDY = Study.of(
    globals(),
    name="calibration",
    question="How often is a verdict wrong, however often one looks, and how often is one given?",
    expected="for every game a wrong verdict in at most 5 % of runs (fails above 19 in 200), and at regret 0 and 2 "
    "epsilon at least 90 % decided",
    source="this project's own promise (docs/explanation/certificates.md)",
)
