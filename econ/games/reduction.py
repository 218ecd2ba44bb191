"""A game of many players seen through one of few: which full profiles stand for the reduced ones.

A reduction trusts that payoffs change smoothly with the counts. Across a threshold, such as the majority of stake at
which consensus turns, they do not: `error_at` measures what it costs where the whole game is known, and direct sampling
at the mixture (econ/equilibrium/direct.py) needs no reduction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from econ.games.deviations import DeviationGame, expected
from econ.games.role_symmetric import RoleSymmetric
from econ.games.roles import Roles

__all__ = ["KINDS", "Reduction"]

KINDS = ("deviation-preserving", "hierarchical")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """How few `players`[role] stand for those of the `full` game.

    `deviation-preserving` (Wiedenbeck and Wellman 2012): the payoff of a strategy is that of one player of it among
    opponents in proportion to the reduced ones, so what a lone deviator gains is kept. `hierarchical` (Wellman et al.
    2005): every reduced player stands for equally many, and a deviation moves all of them.

    >>> full = Roles(names=("r",), players=(10,), strategies=(("a", "b"),))
    >>> Reduction(full=full, players=(4,)).profiles().tolist()
    [[10, 0], [7, 3], [9, 1], [4, 6], [6, 4], [1, 9], [3, 7], [0, 10]]
    """

    full: Roles
    players: tuple[int, ...]
    kind: str = "deviation-preserving"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r}; it must be one of {', '.join(KINDS)}")
        if len(self.players) != len(self.full.names):
            raise ValueError(f"players has {len(self.players)} numbers; it needs one for each of {self.full.names}")
        for name, few, many in zip(self.full.names, self.players, self.full.players, strict=True):
            least = min(2, many)
            if not least <= few <= many:
                raise ValueError(
                    f"role {name!r} is reduced to {few} of its {many} players; it must be {least} to {many}"
                )

    @property
    def reduced(self) -> Roles:
        """The roles of the reduced game."""
        return Roles(names=self.full.names, players=self.players, strategies=self.full.strategies)

    def profiles(self) -> np.ndarray:
        """The profiles [profile, axis] of the full game that must be known, each once."""
        return self._plan()[0]

    def reduce(self, payoffs: np.ndarray) -> np.ndarray:
        """Payoffs [reduced profile, axis, ...] from payoffs [profile, axis, ...] of `profiles()`, in that order."""
        needed, number = self._plan()
        payoffs = np.asarray(payoffs, dtype=float)
        if payoffs.shape[:2] != needed.shape:
            raise ValueError(f"payoffs has shape {payoffs.shape}; it must begin with {needed.shape}")
        table = payoffs[np.maximum(number, 0), np.arange(needed.shape[1])]
        table[number < 0] = np.nan
        return table

    def game(self, full: RoleSymmetric) -> RoleSymmetric:
        """The reduced game of a full one whose payoffs are known."""
        return RoleSymmetric(roles=self.reduced, payoffs=self.reduce(full.payoffs[self.full.index(self.profiles())]))

    def error_at(self, full: DeviationGame, reduced: DeviationGame, mixture: np.ndarray) -> float:
        """The largest error of the gain of any strategy over shares[axis], reduced against full.

        >>> full = Roles(names=("r",), players=(9,), strategies=(("a", "b"),))
        >>> smooth = RoleSymmetric.from_function(full, lambda c: 1.0 * c)
        >>> few = Reduction(full=full, players=(3,))
        >>> round(few.error_at(smooth, few.game(smooth), np.array([0.3, 0.7])), 9)
        0.0
        """
        shares = self.full.checked_mixture(mixture)
        worst = 0.0
        wide, few = (game.deviation_payoffs(shares) for game in (full, reduced))
        for part in self.full.slices():
            gains = [earned[part] - expected(earned[part], shares[part]) for earned in (wide, few)]
            worst = max(worst, float(np.abs(gains[0] - gains[1]).max()))
        return worst

    def _plan(self) -> tuple[np.ndarray, np.ndarray]:
        """The full profiles needed, and which of them gives the payoff of (reduced profile, axis); -1: not played."""
        few = self.reduced.profiles()
        number = np.full(few.shape, -1, dtype=np.int64)
        known: dict[bytes, int] = {}
        rows: list[np.ndarray] = []
        slices = list(self.full.slices())
        for k, counts in enumerate(few):
            for role, part in enumerate(slices):
                for place in range(part.start, part.stop):
                    if counts[place]:
                        row = self._stands_for(counts, role, place)
                        at = known.setdefault(row.tobytes(), len(rows))
                        if at == len(rows):
                            rows.append(row)
                        number[k, place] = at
        return np.array(rows), number

    def _stands_for(self, counts: np.ndarray, role: int, place: int) -> np.ndarray:
        row = np.zeros(len(counts), dtype=np.int64)
        for r, (part, few, many) in enumerate(zip(self.full.slices(), self.players, self.full.players, strict=True)):
            own = counts[part].copy()
            if r == role and self.kind == "deviation-preserving":
                own[place - part.start] -= 1
                row[part] = _scaled(own, few - 1, many - 1)
                row[place] += 1
            else:
                row[part] = _scaled(own, few, many)
        return row


def _scaled(counts: np.ndarray, few: int, many: int) -> np.ndarray:
    """Counts that sum to `few` as counts that sum to `many` in proportion; the largest remainders are rounded up."""
    if few == 0:
        return np.zeros_like(counts)
    whole, rest = np.divmod(counts * many, few)
    order = np.argsort(-rest, kind="stable")
    whole[order[: many - int(whole.sum())]] += 1
    return whole
