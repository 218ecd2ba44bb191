"""What a player gains who commits to a mixture first, the other replying to it (von Stackelberg 1934)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from econ.equilibrium.answer import Answer, Equilibrium, verdict
from econ.equilibrium.certificate import Game, answer_of, named_shares, two_players
from econ.equilibrium.leading_seat import Commitments, commitments
from econ.equilibrium.nash_of_roles import ALL_WORK
from econ.equilibrium.solver import solver
from econ.games.normal_form import NormalForm

__all__ = ["solve_stackelberg"]

MOST_REPLIES = 100_000
"""Replies of the follower to which the best commitment is looked for."""
MARGIN = 1e-9
"""A reply must be better than all others by this share of the spread somewhere, to be one the leader can induce."""


@solver(Game)
def solve_stackelberg(
    game: Game,
    *,
    leader: int | None = None,
    epsilon: float = 0.5,
    level: float = 0.95,
    budget: int | None = None,
    seed: int = 0,
) -> Answer:
    """The best commitments of a leader, player 0 or 1, or of each in turn.

    Strong: the follower breaks ties as the leader likes; for every reply a linear program finds the best mixture to
    which it is a best reply (Conitzer and Sandholm 2006). Weak: the follower breaks ties against the leader; then only
    replies count that are strictly best somewhere, and of those with equal payoffs to the follower the worst for the
    leader. That is a limit which the leader comes as near to as it likes (von Stengel and Zamir 2010).
    `figures` hold both payoffs to the leader, and that of the best pure commitment. The regret is the follower's: a
    leader is bound, and may well wish it were not. Only the first `budget` replies are looked at. In a game of roles
    one seat leads and the others play an equilibrium, see `leading_seat.commitments`; there the interval of what is
    expected stands in `figure_intervals`, and `budget` is that of each of those equilibria.

    >>> first, second = np.array([[2, 4], [1, 3]]), np.array([[1, 0], [0, 2]])
    >>> answer = solve_stackelberg(NormalForm([first, second]), leader=0)
    >>> round(answer.figures["player 1 leads, strong"], 9), answer.figures["player 1 leads, pure"]
    (3.666666667, 3.0)
    """
    if isinstance(game, NormalForm):
        found = _of_two(game, leader, epsilon, MOST_REPLIES if budget is None else budget)
        how = "the follower's reply is compared with all others on the payoffs themselves"
    else:
        work = ALL_WORK if budget is None else budget
        found = commitments(game, leader, epsilon=epsilon, level=level, budget=work)
        how = "the others' regret is computed again in the game that the commitment leaves them"
    return answer_of(
        game,
        "stackelberg",
        found.equilibria,
        complete=None,
        epsilon=epsilon,
        level=level,
        figures=found.figures,
        figure_intervals=found.intervals,
        unsearched=found.unsearched,
        checked=how,
    )


def _of_two(game: NormalForm, leader: int | None, epsilon: float, budget: int) -> Commitments:
    """The best commitments in a game of two, over the first so many replies."""
    two_players(game)
    if leader not in (None, 0, 1):
        raise ValueError(f"leader is {leader}; it is player 0 or 1, or None for each in turn")
    equilibria: list[Equilibrium] = []
    figures: dict[str, float | None] = {}
    for who in (0, 1) if leader is None else (leader,):
        own = game.payoffs[who] if who == 0 else game.payoffs[1].T  # [leader, follower]
        its = game.payoffs[1 - who] if who == 0 else game.payoffs[0].T
        names = f"{game.players[who]} leads, "
        for kind, found in (("strong", _strong(own, its, budget)), ("weak", _weak(own, its, budget))):
            payoff, mixture, reply = found
            figures[names + kind] = payoff
            equilibria.append(_equilibrium(game, who, names + kind, mixture, reply, own, its, epsilon))
        figures[names + "pure"] = _pure(own, its)
    left_out = max(max(game.sizes) - budget, 0)
    return Commitments(equilibria=equilibria, figures=figures, intervals={}, unsearched=left_out)


Commitment = tuple[float, np.ndarray, int]


def _strong(own: np.ndarray, its: np.ndarray, budget: int) -> Commitment:
    """The best commitment over all replies, each a best one to its own mixture."""
    best: Commitment | None = None
    for reply in range(min(own.shape[1], budget)):
        mixture = _highest(own[:, [reply]], its - its[:, [reply]])
        if mixture is not None:
            payoff = float(mixture @ own[:, reply])
            if not _replies(mixture, its, reply):
                continue
            if best is None or payoff > best[0]:
                best = payoff, mixture, reply
    return _better(best, _by_row(own, its, max))


def _weak(own: np.ndarray, its: np.ndarray, budget: int) -> Commitment:
    """The same over replies that are strictly best somewhere, all that equal one counted by the worst."""
    best: Commitment | None = None
    done: set[int] = set()
    for reply in range(min(own.shape[1], budget)):
        if reply in done:
            continue
        same = np.flatnonzero((its == its[:, [reply]]).all(axis=0))
        done.update(same.tolist())
        ahead = np.delete(its, same, axis=1) - its[:, [reply]]
        if not _strict_somewhere(ahead):
            continue
        mixture = _highest(own[:, same], ahead)
        if mixture is not None:
            earned = mixture @ own[:, same]
            if not _replies(mixture, its, reply):
                continue
            if best is None or float(earned.min()) > best[0]:
                best = float(earned.min()), mixture, int(same[earned.argmin()])
    return _better(best, _by_row(own, its, min))


def _replies(mixture: np.ndarray, its: np.ndarray, reply: int) -> bool:
    """Whether a reply is a best one to a mixture up to the rounding of the payoffs that are compared."""
    ahead = its - its[:, [reply]]
    return bool((mixture @ ahead <= MARGIN * (mixture @ np.abs(ahead) + np.abs(ahead).min(axis=0))).all())


def _better(found: Commitment | None, pure: Commitment) -> Commitment:
    """What the programs found, unless work was short, or payoffs too far apart for them, and a pure one is better."""
    if found is None or pure[0] > found[0] + MARGIN * max(abs(pure[0]), abs(found[0])):
        return pure
    return found


def _by_row(own: np.ndarray, its: np.ndarray, choose: Callable[..., int]) -> Commitment:
    """The best pure commitment, where the follower breaks ties by `choose`."""
    rows = []
    for row, (mine, other) in enumerate(zip(own, its, strict=True)):
        reply = choose(np.flatnonzero(other == other.max()).tolist(), key=mine.__getitem__)
        rows.append((float(mine[reply]), np.eye(len(own))[row], reply))
    return max(rows, key=lambda one: one[0])


def _highest(own: np.ndarray, ahead: np.ndarray) -> np.ndarray | None:
    """The mixture with the largest least entry of `mixture @ own` among those with `mixture @ ahead` <= 0, if any."""
    from scipy.optimize import linprog

    rows = len(own)
    size, gap = (float(np.abs(table).max(initial=0.0)) or 1.0 for table in (own, ahead))
    above = np.concatenate(
        (
            np.column_stack((ahead.T / gap, np.zeros(ahead.shape[1]))),
            np.column_stack((-own.T / size, np.ones(own.shape[1]))),
        )
    )
    found = linprog(
        np.append(np.zeros(rows), -1.0),
        A_ub=above,
        b_ub=np.zeros(len(above)),
        A_eq=np.append(np.ones(rows), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0.0, None)] * rows + [(None, None)],
        method="highs",
    )
    if found.status != 0:
        return None
    mixture = np.maximum(found.x[:rows], 0.0)
    return mixture / mixture.sum()


def _strict_somewhere(ahead: np.ndarray) -> bool:
    """Whether some mixture makes all of `mixture @ ahead` negative."""
    if (ahead < 0.0).all(axis=1).any():
        return True
    mixture = _highest(-ahead, np.zeros((len(ahead), 0)))
    return mixture is not None and bool((mixture @ ahead).max() < -MARGIN * np.abs(ahead).max())


def _pure(own: np.ndarray, its: np.ndarray) -> float:
    """The best pure commitment, ties broken for the leader."""
    replies = its >= its.max(axis=1, keepdims=True)
    return float(np.where(replies, own, -np.inf).max())


def _equilibrium(
    game: NormalForm,
    leader: int,
    kind: str,
    mixture: np.ndarray,
    reply: int,
    own: np.ndarray,
    its: np.ndarray,
    epsilon: float,
) -> Equilibrium:
    earned = mixture @ its
    regret = max(0.0, float(earned.max() - earned[reply]))
    pair = [mixture, np.eye(its.shape[1])[reply]]
    paid = [float(mixture @ own[:, reply]), float(earned[reply])]
    if leader == 1:
        pair.reverse()
        paid.reverse()
    named = named_shares(game, pair)
    return Equilibrium(
        kind=kind,
        strategy=named,
        strategy_interval={p: {s: (x, x) for s, x in shares.items()} for p, shares in named.items()},
        regret=regret,
        regret_interval=(regret, regret),
        verdict=verdict(regret, regret, epsilon),
        payoffs=dict(zip(game.players, paid, strict=True)),
    )
