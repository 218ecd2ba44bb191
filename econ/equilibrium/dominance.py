"""What iterated dominance leaves of the strategies of a game in normal form, and what is rationalisable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from econ.equilibrium.answer import Answer
from econ.equilibrium.certificate import answer_of, from_mixtures
from econ.equilibrium.solver import solver
from econ.games.normal_form import NormalForm

__all__ = ["solve_dominance", "solve_rationalisable", "solve_weak_dominance", "undominated"]

MARGIN = 1e-9
"""A mixture must gain more than this share of the spread of a player's payoffs; less may be rounding."""
MOST_ROUNDS = 10_000
MOST_ORDERS = 2_000
"""Sets of strategies looked at for the orders of weak dominance."""

Kept = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Beaten:
    """A strategy that a mixture of others is better than, and by how much at least."""

    player: int
    strategy: int
    by: tuple[tuple[int, float], ...]
    margin: float


@solver(NormalForm)
def solve_dominance(
    game: NormalForm,
    *,
    mixed: bool = True,
    epsilon: float = 0.5,
    level: float = 0.95,
    budget: int = MOST_ROUNDS,
    seed: int = 0,
) -> Answer:
    """What is left when strictly dominated strategies go, again and again; the order does not matter.

    With `mixed` a strategy also goes where a mixture of the others is better against everything (a linear program a
    strategy); without, only where a single one is. `survivors` holds what is left, `steps` say what went and why. Where
    one strategy is left to everybody, the profile is the only equilibrium: `complete` is True. After `budget` rounds
    what is left so far is told.

    >>> answer = solve_dominance(NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])]))
    >>> answer.survivors, answer.complete
    ({'player 1': ('2',), 'player 2': ('2',)}, True)
    """
    kept, rounds, cut = _iterated(game, strict=True, mixed=mixed, budget=budget)
    return _answer(
        game, "dominance", kept, rounds, epsilon, level, "no equilibrium, correlated or not, uses the others", cut=cut
    )


@solver(NormalForm)
def solve_rationalisable(
    game: NormalForm, *, epsilon: float = 0.5, level: float = 0.95, budget: int = MOST_ROUNDS, seed: int = 0
) -> Answer:
    """The rationalisable strategies: a best response to some belief about rationalisable strategies of the others.

    They are what iterated strict dominance by mixtures leaves (Pearce 1984, lemma 3). With three or more players that
    holds for beliefs that may correlate the others (Brandenburger and Dekel 1987); `steps` say so.

    >>> pennies = np.array([[1, -1], [-1, 1]])
    >>> solve_rationalisable(NormalForm([pennies, -pennies])).survivors["player 1"]
    ('1', '2')
    """
    kept, rounds, cut = _iterated(game, strict=True, mixed=True, budget=budget)
    note = "a strategy is rationalisable exactly if it survives" + (" all rounds" if cut else "")
    if len(game.sizes) > 2:
        note += ", beliefs being free to correlate the other players: with independent beliefs fewer may be"
    return _answer(game, "rationalisable", kept, rounds, epsilon, level, note, cut=cut)


@solver(NormalForm)
def solve_weak_dominance(
    game: NormalForm,
    *,
    mixed: bool = True,
    epsilon: float = 0.5,
    level: float = 0.95,
    budget: int = MOST_ORDERS,
    seed: int = 0,
) -> Answer:
    """What is left when all weakly dominated strategies go at once, again and again.

    Here the order matters: other orders may leave other strategies, and may remove equilibria. `figures` count the
    different ends that removing one at a time can reach (`ends`, None if the `budget` of sets ran out before all orders
    were followed), and `steps` name them.

    >>> game = NormalForm([np.array([[1, 0], [1, 1], [0, 1]]), np.array([[1, 0], [0, 0], [0, 1]])])
    >>> solve_weak_dominance(game).survivors
    {'player 1': ('2',), 'player 2': ('1', '2')}
    """
    kept, rounds, _ = _iterated(game, strict=False, mixed=mixed)
    ends, whole = _ends(game, mixed, budget)
    others = sorted(end for end in ends if end != kept)
    told = [f"another order leaves {_told(game, end)}" for end in others[:5]]
    if len(others) > 5:
        told.append(f"and {len(others) - 5} more ends")
    if not whole:
        told.append(f"not every order was followed: {budget} sets of strategies were looked at")
    note = "weak dominance can remove equilibria" + ("" if told else "; every order leaves the same")
    answer = _answer(game, "weak-dominance", kept, [*rounds, *told], epsilon, level, note, alone=False)
    return replace(answer, figures={**answer.figures, "ends": float(len(ends | {kept})) if whole else None})


def undominated(game: NormalForm) -> Kept:
    """The strategies by number, and player, that no single other one is strictly better than, again and again.

    >>> undominated(NormalForm([np.array([[3, 0], [5, 1]]), np.array([[3, 5], [0, 1]])]))
    ((1,), (1,))
    """
    return _iterated(game, strict=True, mixed=False)[0]


def _iterated(
    game: NormalForm, *, strict: bool, mixed: bool, budget: int = MOST_ROUNDS
) -> tuple[Kept, list[str], bool]:
    """What is left, what went and why, and whether the rounds ended before that did."""
    kept: Kept = tuple(tuple(range(size)) for size in game.sizes)
    told: list[str] = []
    number = 0
    while True:
        number += 1
        gone = list(_beaten(game, kept, strict=strict, mixed=mixed))
        if not gone:
            return kept, told, False
        if number > budget:
            return kept, [*told, f"after {budget} rounds more could go: they were not followed"], True
        told += [f"round {number}: {_said(game, one, strict=strict)}" for one in gone]
        kept = _without(kept, gone)


def _without(kept: Kept, gone: Sequence[Beaten]) -> Kept:
    out = {(one.player, one.strategy) for one in gone}
    return tuple(tuple(s for s in own if (player, s) not in out) for player, own in enumerate(kept))


def _beaten(game: NormalForm, kept: Kept, *, strict: bool, mixed: bool) -> Iterator[Beaten]:
    """The strategies of what is kept that some other, or a mixture of others, dominates there."""
    for player, own in enumerate(kept):
        if len(own) < 2:
            continue
        table = np.moveaxis(game.payoffs[player][np.ix_(*kept)], player, 0).reshape(len(own), -1)
        spread = float(table.max() - table.min())
        paid = (table - table.min()) / (spread or 1.0)
        for place, strategy in enumerate(own):
            found = _by_one(table, place, strict=strict)
            if found is None and mixed and len(own) > 2:
                found = _by_mixture(paid, place, strict=strict)
                found = None if found is None else (found[0], found[1] * spread)
            if found is not None:
                by = tuple((own[k], float(found[0][k])) for k in np.flatnonzero(found[0]))
                yield Beaten(player, strategy, by, found[1])


def _by_one(table: np.ndarray, place: int, *, strict: bool) -> tuple[np.ndarray, float] | None:
    own = table[place]
    good = (table > own).all(axis=1) if strict else (table >= own).all(axis=1) & (table > own).any(axis=1)
    if not good.any():
        return None
    best = int(np.argmax(np.where(good, (table - own).sum(axis=1), -np.inf)))
    return np.eye(len(table))[best], float((table[best] - own).min())


def _by_mixture(paid: np.ndarray, place: int, *, strict: bool) -> tuple[np.ndarray, float] | None:
    """The mixture of the others that gains most, at least (strict) or in sum with no loss; checked on the payoffs."""
    from scipy.optimize import linprog

    rivals = np.delete(np.arange(len(paid)), place)
    gain = (paid[rivals] - paid[place]).T  # [others, rival]
    stake = np.abs(gain).max(axis=1)  # a loss is rounding only beside what is at stake against the same others
    if not (gain.max(axis=1) >= (MARGIN if strict else 0.0)).all():
        return None  # against some others nothing is better
    if strict:
        cost = np.append(np.zeros(len(rivals)), -1.0)
        above = np.column_stack((-gain, np.ones(len(gain))))
        bounds: list[tuple[float | None, float | None]] = [(0.0, None)] * len(rivals) + [(None, None)]
    else:
        above = -gain / np.where(stake > 0.0, stake, 1.0)[:, None]
        cost, bounds = -gain.sum(axis=0), [(0.0, None)] * len(rivals)
    total = np.append(np.ones(len(rivals)), np.zeros(len(cost) - len(rivals)))[None]
    found = linprog(cost, A_ub=above, b_ub=np.zeros(len(gain)), A_eq=total, b_eq=[1.0], bounds=bounds, method="highs")
    if found.status != 0:
        return None
    shares = np.maximum(found.x[: len(rivals)], 0.0)
    shares[shares < MARGIN] = 0.0
    shares /= shares.sum()
    earned = gain @ shares
    low, high = float(earned.min()), float(earned.max())
    rounding = MARGIN * 1e-3 * stake + 4.0 * np.finfo(float).eps * paid.max(axis=0)
    if not (low > MARGIN if strict else bool((earned >= -rounding).all()) and high > MARGIN):
        return None
    weights = np.zeros(len(paid))
    weights[rivals] = shares
    return weights, low


def _ends(game: NormalForm, mixed: bool, budget: int) -> tuple[set[Kept], bool]:
    """All ends of removing weakly dominated strategies one at a time, and whether all orders were followed."""
    start: Kept = tuple(tuple(range(size)) for size in game.sizes)
    seen, waiting, ends = {start}, [start], set()
    while waiting:
        kept = waiting.pop()
        following = {_without(kept, [one]) for one in _beaten(game, kept, strict=False, mixed=mixed)}
        if not following:
            ends.add(kept)
        for more in following - seen:
            if len(seen) >= budget:
                return ends, False
            seen.add(more)
            waiting.append(more)
    return ends, True


def _answer(
    game: NormalForm,
    concept: str,
    kept: Kept,
    steps: Sequence[str],
    epsilon: float,
    level: float,
    note: str,
    *,
    alone: bool = True,
    cut: bool = False,
) -> Answer:
    """The survivors; where they are one profile, that with its certificate."""
    single = all(len(own) == 1 for own in kept)
    profile = [np.eye(size)[own[0]] for size, own in zip(game.sizes, kept, strict=True)]
    survivors = {
        player: tuple(listed[s] for s in own)
        for player, listed, own in zip(game.players, game.strategies, kept, strict=True)
    }
    return answer_of(
        game,
        concept,
        [from_mixtures(game, profile, epsilon)] if single else [],
        complete=True if single and alone else None,
        epsilon=epsilon,
        level=level,
        survivors=survivors,
        unsearched=int(cut),
        figures={"left": float(sum(map(len, kept))), "removed": float(sum(game.sizes) - sum(map(len, kept)))},
        steps=(*steps, note),
        checked="every removal is checked on the payoffs themselves, with its margin",
    )


def _said(game: NormalForm, one: Beaten, *, strict: bool) -> str:
    listed = game.strategies[one.player]
    by = " + ".join(listed[s] if share == 1.0 else f"{share:.4g} {listed[s]}" for s, share in one.by)
    how = f"by at least {one.margin:.4g}" if strict else "never worse and sometimes better"
    return f"{game.players[one.player]} drops {listed[one.strategy]}: {by} is {'better ' if strict else ''}{how}"


def _told(game: NormalForm, kept: Kept) -> str:
    return "; ".join(
        f"{player}: {', '.join(listed[s] for s in own)}"
        for player, listed, own in zip(game.players, game.strategies, kept, strict=True)
    )
