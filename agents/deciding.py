"""Rows of weights from the policies that decide them to the rule that pays them.

Until they are revealed, rows stay where their policies left them; only where each begins, and what it sums to, is
taken down. When they are paid, the loop that runs the rule lays them out world by world, and what is done with a
world's rows is done while they are in the nearest cache.
"""

from __future__ import annotations

import numpy as np

from agents.laying import lay_and_pay, lay_and_settle, lay_worlds, take, take_by_world
from agents.offers import Offers
from agents.placing import plain
from agents.views import is_alone
from econ.yuma.epoch import Epoch, epoch_of_shares, is_compiled, paid_by
from econ.yuma.hyperparameters import Hyperparameters

__all__ = ["Decided"]

_NO_OFFERS, _NOTHING = Offers.none(0, 0).laid_out(1.0), np.zeros((0, 0))


class Decided:
    """Rows of weights that wait to be revealed, and the offers they answered.

    The row of world and seat begins with element begins[world, seat] of the array number source[world, seat], and has
    the sum summed[world, seat], 0 before it is decided; gone[world, column] are the columns whose UID has changed hands
    since. Addresses are looked up when rows are laid out, so a copy of all this has its own.

    >>> decided, zero, one = Decided(1, 2, 2), plain(np.array([0])), plain(np.array([1]))
    >>> decided.take([np.array([[1.0, 3.0]])], zero, one), decided.weights.tolist()
    (-1, [[[0.0, 0.0], [0.25, 0.75]]])
    >>> decided.forget(np.array([[False, True]])); decided.weights[0, 1].tolist()
    [1.0, 0.0]
    """

    def __init__(self, worlds: int, seats: int, columns: int) -> None:
        self._source, self._begins = np.zeros((2, worlds, seats), dtype=np.int64)
        self._summed = np.zeros((worlds, seats))
        self._gone = np.zeros((worlds, columns), dtype=bool)
        self._rows: list[np.ndarray] = []
        self.offers: Offers | None = None

    def take(self, rows: list[np.ndarray], world: np.ndarray, seat: np.ndarray, *, safe: bool = False) -> int:
        """Take rows[0][row, column] down for world[row] and seat[row], both `plain`; the first illegal row, or -1.

        Legal weights are finite and at least 0 with a positive, finite sum. Unless it is said to be `safe`, an array
        that anybody but the list holds may yet be written to, and is copied.
        """
        return int(take(self._kept(rows, safe), world, seat, *self._taken()))

    def take_by_world(self, rows: list[np.ndarray], world: np.ndarray, seat: np.ndarray, *, safe: bool = False) -> int:
        """The same of rows[0][world, column], one for all seats of a world, which must follow each other.

        >>> decided, world, seat = Decided(1, 2, 2), plain(np.array([0, 0])), plain(np.array([0, 1]))
        >>> decided.take_by_world([np.array([[1.0, 3.0]])], world, seat)
        -1
        >>> decided.weights.tolist()
        [[[0.25, 0.75], [0.25, 0.75]]]
        """
        return int(take_by_world(self._kept(rows, safe), world, seat, *self._taken()))

    def _kept(self, rows: list[np.ndarray], safe: bool) -> np.ndarray:
        """Rows that nobody else can write to, kept for as long as they wait."""
        safe = (safe or is_alone(rows)) and rows[0].flags.c_contiguous
        kept = plain(rows[0] if safe else np.array(rows[0], order="C"))
        self._rows.append(kept)
        return kept

    def _taken(self) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
        return len(self._rows) - 1, self._source, self._begins, self._summed

    def summed(self, world: np.ndarray, seat: np.ndarray) -> np.ndarray:
        """What the rows of world[row] and seat[row] sum to, as they were given."""
        return self._summed[world, seat]

    def forget(self, columns: np.ndarray) -> None:
        """Take columns[world, column] out of the weights; rows then sum to 1 again, or to 0."""
        self._gone |= columns

    def in_worlds(self, world: np.ndarray) -> Decided:
        """The same in the worlds of these indices alone."""
        other = Decided(0, 0, 0)
        other._source, other._begins, other._rows = self._source[world], self._begins[world], self._rows
        other._summed, other._gone = self._summed[world], self._gone[world]
        other.offers = self.offers and self.offers.in_worlds(world)
        return other

    @property
    def weights(self) -> np.ndarray:
        """The weights[world, seat, column], each row with sum 1; 0 where nothing is decided."""
        weights = np.empty((*self._summed.shape, self._gone.shape[1]))
        lay_worlds(*self._table(), weights)
        return weights

    def _table(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        starts = np.array([rows.__array_interface__["data"][0] for rows in self._rows] or [0])
        address = starts[self._source] + self._begins * self._summed.itemsize
        return address, self._summed, self._gone if self._gone.any() else self._gone[:0]

    def pay(
        self,
        weights: np.ndarray,
        stake: np.ndarray,
        bonds: np.ndarray,
        rules: Hyperparameters,
        new_bonds: np.ndarray,
        previous: Epoch | None,
        fresh: np.ndarray | None = None,
    ) -> tuple[Epoch, np.ndarray | None, np.ndarray | None]:
        """Pay an epoch by these rows, and lay them out in `weights`, which is filled.

        Where UIDs are fresh[world, column], bonds are set to 0 first, while they are at hand. Returns the epoch, and
        what the offers come to: received[world, seat] and spent[world, column], thousandths.
        """
        received = spent = _NOTHING
        offers = _NO_OFFERS
        if self.offers:
            received, spent = np.zeros(stake.shape), np.zeros(self.offers.payment.shape)
            offers = self.offers.laid_out(rules.kappa)
        emptied = self._gone[:0] if fresh is None else fresh
        more = (*self._table(), emptied, *offers, received, spent)
        if is_compiled(rules):
            result = paid_by(lay_and_pay, more, weights, stake, bonds, rules, new_bonds)
        else:
            lay_and_settle(weights, plain(stake), bonds, *more)
            result = epoch_of_shares(weights, stake, bonds, rules, new_bonds, previous)
        return (result, received, spent) if self.offers else (result, None, None)
