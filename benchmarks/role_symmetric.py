"""Role-symmetric games: what a mixture earns, all equilibria, the logit path, ranking, growth."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np

from econ.equilibrium.alpha_rank import alpha_rank
from econ.equilibrium.growing import solve_by_growing
from econ.equilibrium.nash import solve_nash
from econ.equilibrium.qre import logit_path
from econ.games import Roles, RoleSymmetric

__all__ = ["rows"]


def milliseconds(
    work: Callable[[], object], rounds: int = 5, *, clock: Callable[[], float] = time.process_time
) -> float:
    """Median processor time of one thread and all it starts, or by another clock; the first run, which fills caches, is
    left out.
    """
    work()
    taken = []
    for _ in range(rounds):
        began = clock()
        work()
        taken.append(clock() - began)
    return 1000.0 * statistics.median(taken)


def one_role(players: int, strategies: int) -> Roles:
    """A role named r."""
    return Roles(names=("r",), players=(players,), strategies=(tuple("abcdefgh"[:strategies]),))


def rows() -> Iterator[tuple[str, str]]:
    """Each figure with its label."""
    for players, strategies in ((10, 3), (10, 5), (10, 8), (30, 5), (100, 3), (100, 4)):
        roles = one_role(players, strategies)
        game = RoleSymmetric.from_function(roles, lambda c: np.random.default_rng(0).normal(size=c.shape))
        points = np.random.default_rng(1).dirichlet(np.ones(strategies), 64)
        taken = milliseconds(lambda g=game, p=points: g.deviation_payoffs(p))
        yield f"deviation payoffs, {players} players, {strategies} strategies, 64 mixtures", f"{taken:8.2f} ms"
    roles = Roles(names=("x", "y"), players=(4, 4), strategies=(tuple("abcde"), tuple("uvw")))
    rng = np.random.default_rng(7)
    meets, cost = rng.normal(size=(8, 8)), rng.random(8)
    for name, payoff in (
        ("who meet in pairs", lambda c: c @ meets.T - np.diag(meets)),
        ("in congestion", lambda c: -c * cost - 0.3 * np.roll(c, 3, axis=1)),
        ("with payoffs at random", lambda c: np.random.default_rng(0).normal(size=c.shape)),
    ):
        game = RoleSymmetric.from_function(roles, payoff)
        answer = solve_nash(game)
        taken = milliseconds(lambda g=game: solve_nash(g), 3)
        proof = "all, proved" if answer.complete else "found, not proved all"
        mixed = sum(e.counts is None for e in answer.equilibria)
        label = f"Nash, 4 + 4 players {name}, 5 and 3 strategies"
        yield label, f"{taken:8.0f} ms, {mixed} symmetric ({proof})"
        waited = milliseconds(lambda g=game: solve_nash(g), 3, clock=time.perf_counter)
        yield "the same by the clock, with all threads that may be used", f"{waited:8.0f} ms"
    taken = milliseconds(lambda: logit_path(game), 3)
    yield "logit path of the last", f"{taken:8.0f} ms, reached: {logit_path(game).reached}"
    table = RoleSymmetric.from_function(one_role(50, 5), lambda c: np.random.default_rng(0).normal(size=c.shape))
    yield "alpha-rank, 50 players, 5 strategies", f"{milliseconds(lambda: alpha_rank(table), 3):8.1f} ms"
    many = one_role(64, 5)
    matrix = np.full((5, 5), -9.0)
    matrix[:2, :2], matrix[:2, 2:] = [[-1.0, 2.0], [0.0, 1.0]], 5.0

    def sample(profiles: np.ndarray, worlds: range) -> np.ndarray:
        luck = np.random.default_rng(0).normal(scale=0.05, size=4096)[list(worlds)]
        means = (profiles @ matrix.T - np.diag(matrix)) / 63.0
        return np.where(profiles > 0, means, np.nan)[..., None] + luck

    grown = solve_by_growing(many, sample)
    taken = milliseconds(lambda: solve_by_growing(many, sample), 1)
    yield (
        "growing restrictions, 64 players, 5 strategies, sampling left out",
        f"{taken:8.0f} ms, {grown.profiles} of {many.profile_count} profiles",
    )


if __name__ == "__main__":
    for label, figure in rows():
        print(f"{label:<76}{figure}", flush=True)
