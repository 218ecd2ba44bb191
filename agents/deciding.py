"""Rows of weights from the policies that decide them to the rule that pays them.

Until they are revealed, rows stay where their policies left them; only where each begins, and what it sums to, is
taken down. When they are paid, the loop that runs the rule lays them out world by world, and what is done with a
world's rows is done while they are in the nearest cache.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from agents.laying import lay_and_pay, lay_and_settle, lay_worlds, take, take_by_world
from agents.offers import Offers
from agents.placing import plain
from econ.yuma.epoch import Epoch, epoch_of_shares, is_compiled, paid_by
from econ.yuma.hyperparameters import Hyperparameters

__all__ = ["Decided", "Plan"]

_NO_OFFERS, _NOTHING = Offers.none(0, 0).laid_out(1.0), np.zeros((0, 0))


class Plan(NamedTuple):
    """Where the row of every seat will lie: in which of so many `arrays`, source[world, seat], and as which row of it.

    It holds as long as nobody changes policy.
    """

    arrays: int
    source: np.ndarray
    number: np.ndarray

    def in_worlds(self, world: np.ndarray) -> Plan:
        """The same in the worlds of these indices alone."""
        return Plan(self.arrays, self.source[world], self.number[world])


class Decided:
    """Rows of weights that wait to be revealed, and the offers they answered.

    `plan` says where they lie; summed[world, seat] is what each sums to, 0 before it is decided; gone[world, column]
    are the columns whose UID has changed hands since.

    >>> plan = Plan(2, np.array([[0, 1]]), np.array([[0, 0]]))
    >>> decided, second = Decided(plan, 2), plain(np.array([1]))
    >>> decided.take(1, np.array([[1.0, 3.0]]), second), decided.weights.tolist()
    (-1, [[[0.0, 0.0], [0.25, 0.75]]])
    >>> decided.forget(np.array([[False, True]])); decided.weights[0, 1].tolist()
    [1.0, 0.0]
    """

    def __init__(self, plan: Plan, columns: int) -> None:
        self._plan = plan
        self._summed = np.zeros(plan.source.shape)
        self._gone = np.zeros((len(plan.source), columns), dtype=bool)
        self._rows: dict[int, np.ndarray] = {}
        self._starts = np.zeros(plan.arrays, dtype=np.int64)
        self.offers: Offers | None = None

    def take(
        self,
        source: int,
        rows: np.ndarray,
        place: np.ndarray,
        world: np.ndarray | None = None,
        *,
        safe: bool = False,
    ) -> int:
        """Take rows, the array number `source` of the plan, down; the first illegal one, or -1.

        Row r is that of place[r] in a flat [world, seat]; where `world` is given, it is row world[r], and those of a
        world follow each other; both are `plain`. Legal weights are finite and at least 0 with a positive, finite sum.
        An array that is not said to be `safe` may yet be written to, and is copied.

        >>> decided = Decided(Plan(1, np.array([[0, 0]]), np.array([[0, 0]])), 2)
        >>> decided.take(0, np.array([[1.0, 3.0]]), plain(np.array([0, 1])), plain(np.array([0, 0])))
        -1
        >>> decided.weights.tolist()
        [[[0.25, 0.75], [0.25, 0.75]]]
        """
        self._rows[source] = kept = plain(rows if safe else np.array(rows, order="C"))
        if world is None:
            self._starts[source], illegal = take(kept, place, self._summed)
        else:
            self._starts[source], illegal = take_by_world(kept, world, place, self._summed)
        return illegal

    def rows(self, source: int) -> np.ndarray:
        """The rows of the array number `source` of the plan, as they were given."""
        return self._rows[source]

    def summed(self, place: np.ndarray) -> np.ndarray:
        """What the rows of place[row] in a flat [world, seat] sum to, as they were given."""
        return self._summed.take(place)

    def forget(self, columns: np.ndarray) -> None:
        """Take columns[world, column] out of the weights; rows then sum to 1 again, or to 0."""
        self._gone |= columns

    def in_worlds(self, world: np.ndarray) -> Decided:
        """The same in the worlds of these indices alone."""
        other = Decided(self._plan.in_worlds(world), self._gone.shape[1])
        other._summed, other._gone = self._summed[world], self._gone[world]
        other._rows, other._starts = self._rows, self._starts
        other.offers = self.offers and self.offers.in_worlds(world)
        return other

    @property
    def weights(self) -> np.ndarray:
        """The weights[world, seat, column], each row with sum 1; 0 where nothing is decided."""
        weights = np.empty((*self._summed.shape, self._gone.shape[1]))
        lay_worlds(*self._table(), weights)
        return weights

    def _table(self) -> tuple[np.ndarray, ...]:
        return self._starts, *self._plan[1:], self._summed, self._gone if self._gone.any() else self._gone[:0]

    def __setstate__(self, state: dict[str, Any]) -> None:
        """A copy's rows lie elsewhere."""
        self.__dict__.update(state)
        for source, rows in self._rows.items():
            self._starts[source] = rows.__array_interface__["data"][0]

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
