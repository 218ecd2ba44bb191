"""How often a verdict is wrong: games of known regret, sampled again and again and stopped as a solve is stopped.

`python -m benchmarks.calibration [RUNS]` plays 200 runs of each game unless told otherwise. It exits with 1 if more
than 19 in 200 hold any wrong verdict, or fewer than nine in ten are decided where the regret is 0 or twice epsilon.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from econ.equilibrium.answer import verdict
from econ.equilibrium.nash import solve_nash
from econ.equilibrium.regret import mixture_regret
from econ.games import EmpiricalGame, Roles, RoleSymmetric
from econ.inference import LEAST_WORLDS

__all__ = ["GAMES", "Tally", "calibrate", "chosen", "rows"]

EPSILON = 0.5
SHARES = (0.0, 0.5, 0.98, 1.02, 2.0)
"""True regret, in units of epsilon."""
MOST_WORLDS = 4096
MOST_WRONG = 19 / 200
LEAST_DECIDED = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What came of all runs of one game: shares of the runs, but `wrong_among_certified` of the certified verdicts."""

    game: str
    regret: float
    runs: int
    wrong: float
    decided: float
    certified: float
    wrong_among_certified: float | None
    worlds: float

    @property
    def passes(self) -> bool:
        """Whether seldom enough wrong and, where that is asked, often enough decided."""
        must_decide = self.regret in (0.0, 2.0 * EPSILON)
        return self.wrong <= MOST_WRONG and (not must_decide or self.decided >= LEAST_DECIDED)


def validators(share: float) -> tuple[RoleSymmetric, np.ndarray, float]:
    """Ten seats, two strategies: copying gains `share` epsilon wherever few copy; spread of the size of dividends'."""
    roles = Roles(names=("validators",), players=(10,), strategies=(("honest", "weight-copier"),))
    game = RoleSymmetric.from_function(
        roles, lambda c: np.stack([50.0 + 0.0 * c[:, 1], 50.0 + share * EPSILON - 0.2 * (c[:, 1] - 1)], axis=1)
    )
    return game, np.array([1.0, 0.0]), 1.5


def mixed(share: float) -> tuple[RoleSymmetric, np.ndarray, float]:
    """Six seats, three strategies: the first two are mixed evenly, the third gains `share` epsilon over both."""
    roles = Roles(names=("r",), players=(6,), strategies=(("a", "b", "c"),))

    def payoff(c: np.ndarray) -> np.ndarray:
        a, b = 20.0 - (c[:, 0] - 1) / 5.0, 20.0 - (c[:, 1] - 1) / 5.0
        return np.stack([a, b, 19.5 + share * EPSILON + 0.0 * a], axis=1)

    return RoleSymmetric.from_function(roles, payoff), np.array([0.5, 0.5, 0.0]), 1.0


def skewed(share: float) -> tuple[RoleSymmetric, np.ndarray, float]:
    """Four seats whose payoffs are seldom large: the luck of a lottery rather than a bell."""
    roles = Roles(names=("r",), players=(4,), strategies=(("a", "b"),))
    game = RoleSymmetric.from_function(
        roles, lambda c: np.stack([30.0 + 0.0 * c[:, 1], 30.0 + share * EPSILON - (c[:, 1] - 1)], axis=1)
    )
    return game, np.array([1.0, 0.0]), -1.0


GAMES: dict[str, Callable[[float], tuple[RoleSymmetric, np.ndarray, float]]] = {
    "validators": validators,
    "mixed": mixed,
    "skewed": skewed,
}


def calibrate(name: str, share: float, runs: int, *, seed: int = 0, most_worlds: int = MOST_WORLDS) -> Tally:
    """Sample a game `runs` times; in each judge a fixed mixture at 64, 128, ... worlds until it is decided.

    A run is wrong if any verdict on its way is: certified with a regret above epsilon, or rejected with one of at most
    epsilon. Noise is normal of the game's spread, or, of the skewed game, mean-free lognormal.
    """
    game, point, spread = GAMES[name](share)
    truth = float(game.regret(point))
    wrong = decided = certified = false = 0
    spent = 0.0
    for run in range(runs):
        rng = np.random.default_rng([seed, run, *name.encode()])
        payoffs = np.empty((*game.payoffs.shape, 0))
        missed = False
        while True:
            more = max(LEAST_WORLDS, payoffs.shape[2])
            size = (*game.payoffs.shape, min(more, most_worlds - payoffs.shape[2]))
            noise = rng.normal(scale=spread, size=size) if spread > 0.0 else rng.lognormal(size=size) - np.exp(0.5)
            payoffs = np.concatenate((payoffs, game.payoffs[..., None] + noise), axis=2)
            _, low, high = mixture_regret(EmpiricalGame(roles=game.roles, payoffs=payoffs).gains(), point)
            says = verdict(low, high, EPSILON, payoffs.shape[2])
            missed |= says == "certified" and truth > EPSILON
            missed |= says == "rejected" and truth <= EPSILON
            if says in ("certified", "rejected") or payoffs.shape[2] >= most_worlds:
                break
        wrong += missed
        decided += says in ("certified", "rejected")
        certified += says == "certified"
        false += says == "certified" and truth > EPSILON
        spent += payoffs.shape[2]
    return Tally(
        game=name,
        regret=truth,
        runs=runs,
        wrong=wrong / runs,
        decided=decided / runs,
        certified=certified / runs,
        wrong_among_certified=false / certified if certified else None,
        worlds=spent / runs,
    )


def chosen(runs: int, *, seed: int = 1, looks: tuple[int, ...] = (64, 128, 256, 512)) -> tuple[float, int]:
    """Share of runs with any wrong verdict, and verdicts given, where the solver itself chooses what to judge.

    A coordination game of four seats and three strategies, solved at every look; each listed equilibrium is held
    against its regret in the true game.
    """
    roles = Roles(names=("r",), players=(4,), strategies=(("a", "b", "c"),))
    matrix = np.array([[4.0, 0.0, 1.0], [0.0, 5.0, 1.5], [1.0, 1.0, 3.0]])
    truth = RoleSymmetric.from_function(roles, lambda c: (c @ matrix.T - np.diag(matrix)) / 3.0)
    wrong = verdicts = 0
    for run in range(runs):
        noise = np.random.default_rng([seed, run]).normal(scale=1.5, size=(*truth.payoffs.shape, looks[-1]))
        missed = False
        for worlds in looks:
            game = EmpiricalGame(roles=roles, payoffs=truth.payoffs[..., None] + noise[..., :worlds])
            for found in solve_nash(game, epsilon=EPSILON).equilibria:
                if found.counts is None and found.verdict in ("certified", "rejected"):
                    verdicts += 1
                    shares = np.array(list(found.strategy["r"].values()))
                    missed |= (found.verdict == "certified") != (float(truth.regret(shares)) <= EPSILON)
        wrong += missed
    return wrong / runs, verdicts


def rows(runs: int = 200) -> list[Tally]:
    """Every game at every regret."""
    return [calibrate(name, share, runs) for name in GAMES for share in SHARES]


def main(runs: int) -> int:
    """Print the table; 1 if any row fails."""
    tallies = []
    heads = ("regret", "runs", "wrong", "decided", "certified", "of it wrong", "worlds")
    print("game        " + "".join(f"{head:>{w}}" for head, w in zip(heads, (8, 6, 8, 9, 11, 13, 8), strict=True)))
    for name in GAMES:
        for share in SHARES:
            t = calibrate(name, share, runs)
            tallies.append(t)
            among = "-" if t.wrong_among_certified is None else f"{t.wrong_among_certified:.3f}"
            print(
                f"{t.game:<12}{t.regret:>8.3f}{t.runs:>6}{t.wrong:>8.3f}{t.decided:>9.3f}{t.certified:>11.3f}{among:>13}"
                f"{t.worlds:>8.0f}{'' if t.passes else '  FAILS'}",
                flush=True,
            )
    wrong, verdicts = chosen(runs)
    print(f"chosen by the solver: {wrong:.3f} of {runs} runs hold a wrong verdict, among {verdicts} verdicts")
    return int(wrong > MOST_WRONG or not all(t.passes for t in tallies))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
