"""Rows of weights from the policies that decide them to the rule that pays them.

Until they are revealed, rows stay where their policies left them; only where each begins, and what it sums to, is
taken down. When they are paid, the loop that runs the rule lays them out world by world, and what is done with a
world's rows is done while they are in the nearest cache.
"""

from __future__ import annotations

import numpy as np

from agents.offers import Offers, settle_world
from agents.placing import plain
from agents.views import is_alone
from econ.compiled import compiled
from econ.yuma.epoch import Epoch, epoch_of_shares, is_compiled, paid_by
from econ.yuma.hyperparameters import Hyperparameters
from econ.yuma.kernel import grouped, pay_group
from econ.yuma.kernel_lanes import LANES, any_below, minimum, total
from econ.yuma.kernel_memory import lanes_at, memory_at, number, offset, pointer, put, put_lanes

__all__ = ["Decided"]

CANCELS = 1e-6
"""Where less than this is left of a row, it is summed again: a difference would have lost its digits."""


_NO_OFFERS, _NOTHING = Offers.none(0, 0).laid_out(1.0), np.zeros((0, 0))


class Decided:
    """Rows of weights that wait to be revealed, and the offers they answered.

    The row of world and seat begins with element begins[world, seat] of the array number source[world, seat], and has
    the sum summed[world, seat], 0 before it is decided; gone[world, column] are the columns whose UID has changed hands
    since. Addresses are looked up when rows are laid out, so a copy of all this has its own.

    >>> decided = Decided(1, 2, 2)
    >>> decided.take([np.array([[1.0, 3.0]])], np.array([0]), np.array([1])), decided.weights.tolist()
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
        """Take rows[0][row, column] down for world[row] and seat[row]; the first illegal row, or -1.

        Legal weights are finite and at least 0 with a positive, finite sum. Unless it is said to be `safe`, an array
        that anybody but the list holds may yet be written to, and is copied.
        """
        return int(_take(self._kept(rows, safe), plain(world), plain(seat), *self._taken()))

    def take_by_world(self, rows: list[np.ndarray], world: np.ndarray, seat: np.ndarray, *, safe: bool = False) -> int:
        """The same of rows[0][world, column], one for all seats of a world, which must follow each other.

        >>> decided = Decided(1, 2, 2)
        >>> decided.take_by_world([np.array([[1.0, 3.0]])], np.array([0, 0]), np.array([0, 1]))
        -1
        >>> decided.weights.tolist()
        [[[0.25, 0.75], [0.25, 0.75]]]
        """
        return int(_take_by_world(self._kept(rows, safe), plain(world), plain(seat), *self._taken()))

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
        _lay_worlds(*self._table(), weights)
        return weights

    def _table(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        starts = np.array([rows.ctypes.data for rows in self._rows] or [0])
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
    ) -> tuple[Epoch, np.ndarray | None, np.ndarray | None]:
        """Pay an epoch by these rows, and lay them out in `weights`, which is filled.

        Returns the epoch, and what the offers come to: received[world, seat] and spent[world, column], thousandths.
        """
        received = spent = _NOTHING
        offers = _NO_OFFERS
        if self.offers:
            received, spent = np.zeros(stake.shape), np.zeros(self.offers.payment.shape)
            offers = self.offers.laid_out(rules.kappa)
        more = (*self._table(), *offers, received, spent)
        if is_compiled(rules):
            result = paid_by(_lay_and_pay, more, weights, stake, bonds, rules, new_bonds)
        else:
            _lay_and_settle(weights, plain(stake), *more)
            result = epoch_of_shares(weights, stake, bonds, rules, new_bonds, previous)
        return (result, received, spent) if self.offers else (result, None, None)


@compiled
def _legal_sum(given, start, miners):  # type: ignore[no-untyped-def]
    """The sum of a row's weights; 0 where they are not legal: one NaN or infinity, and the sum is no number."""
    whole = miners - miners % LANES
    summed, negative = 0.0, False
    if whole:
        lowest = sums = lanes_at(given, start)
        for j in range(start + LANES, start + whole, LANES):
            row = lanes_at(given, j)
            sums += row
            lowest = minimum(lowest, row)
        summed, negative = total(sums), any_below(lowest, lowest * 0.0)
    for j in range(start + whole, start + miners):
        summed += number(given, j)
        negative |= number(given, j) < 0.0
    return summed if summed > 0.0 and summed < np.inf and not negative else 0.0


@compiled
def _take(rows, world, seat, which, source, begins, summed):  # type: ignore[no-untyped-def]
    miners, given = rows.shape[1], pointer(rows)
    for r in range(rows.shape[0]):
        found = _legal_sum(given, r * miners, miners)
        if found == 0.0:
            return r
        source[world[r], seat[r]], begins[world[r], seat[r]] = which, r * miners
        summed[world[r], seat[r]] = found
    return -1


@compiled
def _take_by_world(rows, world, seat, which, source, begins, summed):  # type: ignore[no-untyped-def]
    miners, given = rows.shape[1], pointer(rows)
    found = 0.0
    for r in range(world.size):
        if r == 0 or world[r] != world[r - 1]:
            found = _legal_sum(given, world[r] * miners, miners)
            if found == 0.0:
                return r
        source[world[r], seat[r]], begins[world[r], seat[r]] = which, world[r] * miners
        summed[world[r], seat[r]] = found
    return -1


@compiled
def _lay_world(world, address, summed, gone, weights):  # type: ignore[no-untyped-def]
    """Rows of one world, divided by their sums and without the columns that are gone, into weights from there on."""
    miners, seats = gone.shape[1], address.shape[1]
    whole = miners - miners % LANES
    for seat in range(seats):
        row, by = offset(weights, (world * seats + seat) * miners), summed[world, seat]
        given = memory_at(weights, address[world, seat])
        if by == 0.0:
            for j in range(miners):
                put(row, j, 0.0)
        elif seat and address[world, seat] == address[world, seat - 1] and by == summed[world, seat - 1]:  # one row
            before = offset(weights, (world * seats + seat - 1) * miners)
            for j in range(0, whole, LANES):
                put_lanes(row, j, lanes_at(before, j))
            for j in range(whole, miners):
                put(row, j, number(before, j))
        else:
            for j in range(0, whole, LANES):
                put_lanes(row, j, lanes_at(given, j) / by)
            for j in range(whole, miners):
                put(row, j, number(given, j) / by)
    if gone.shape[0]:
        _forget(np.nonzero(gone[world])[0], offset(weights, world * seats * miners), seats, miners)


@compiled
def _forget(columns, weights, seats, miners):  # type: ignore[no-untyped-def]
    """Take columns out of all rows of a world, which then sum to 1 again, or to 0."""
    for seat in range(seats if columns.size else 0):
        row, taken = offset(weights, seat * miners), 0.0
        for column in columns:
            taken += number(row, column)
            put(row, column, 0.0)
        if taken > 0.0:
            left = 1.0 - taken
            if left < CANCELS:
                left = 0.0
                for j in range(miners):
                    left += number(row, j)
            if left > 0.0:
                for j in range(miners):
                    put(row, j, number(row, j) / left)


@compiled
def _lay_worlds(address, summed, gone, weights):  # type: ignore[no-untyped-def]
    for world in range(address.shape[0]):
        _lay_world(world, address, summed, gone, pointer(weights))


@compiled
def _lay_and_settle(  # type: ignore[no-untyped-def]
    weights, stake, address, summed, gone, first, column, least, payment, needed, received, spent
):
    for world in range(address.shape[0]):
        _lay_world(world, address, summed, gone, pointer(weights))
        settle_world(world, pointer(weights), stake, first, column, least, payment, needed, received, spent)


@compiled
def _lay_and_pay(  # type: ignore[no-untyped-def]
    weights, stake, bonds, rule, constant, faint, consensus, incentive, dividends, trust, new_bonds, place, scratch,
    address, summed, gone, first, column, least, payment, needed, received, spent
):  # fmt: skip
    """Group after group of worlds: rows laid out, offers settled, the epoch paid."""
    worlds, validators, miners = bonds.shape
    w, s, held = pointer(weights), pointer(stake), pointer(bonds)
    out = pointer(consensus), pointer(incentive), pointer(dividends), pointer(trust), pointer(new_bonds)
    for begin in range(0, worlds, grouped(miners)):
        count = min(grouped(miners), worlds - begin)
        for world in range(begin, begin + count):
            _lay_world(world, address, summed, gone, w)
            settle_world(world, w, stake, first, column, least, payment, needed, received, spent)
        pay_group(w, s, held, rule, constant, faint, validators, miners, begin, count, out, place, scratch)
