"""UIDs come and go: who holds which of them, since when, and what a registration costs, in every world."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from agents.placing import plain
from agents.settings import RegistrationSettings
from econ.tokens.registration import NOBODY, decay_factor, multiplier

__all__ = ["NOBODY", "Newcomers", "Uids"]


class Newcomers(NamedTuple):
    """Who registered, a row each: the world, the player, its column, who lost that UID (-1: nobody), and the cost."""

    world: np.ndarray
    player: np.ndarray
    column: np.ndarray
    ousted: np.ndarray
    cost: np.ndarray


_NOBODY_CAME = np.zeros(0, dtype=np.int64)
NO_NEWCOMERS = Newcomers(_NOBODY_CAME, _NOBODY_CAME, _NOBODY_CAME, _NOBODY_CAME, np.zeros(0))


class Uids:
    """Players hold UIDs: `uid[world, player]` and `holder[world, column]`, -1 where there is none.

    `registered_at[world, column]` is the epoch of the registration, `price[world]` what the next one costs, in
    rao. A registration prunes a UID as the chain does: the lowest emission among those past their immunity. Who loses
    its UID waits outside and may register again. The UIDs of `validators` are never pruned.
    """

    def __init__(
        self,
        uid: np.ndarray,
        columns: int,
        settings: RegistrationSettings,
        *,
        immunity_period: int,
        tempo: int,
        epoch: int,
        validators: int = 0,
    ) -> None:
        worlds = len(uid)
        self.uid = uid.copy()
        self.holder = np.full((worlds, columns), NOBODY)
        world, player = np.nonzero(uid != NOBODY)
        self.holder[world, uid[world, player]] = player
        self._settings, self._rule = settings, settings.rule
        times, rest = multiplier(self._rule.increase)
        self._factor, self._decay = (times, np.uint64(rest)), decay_factor(self._rule.half_life)
        self._immunity, self._tempo = immunity_period, tempo
        self._least_old = max(0, settings.min_non_immune - validators)  # the rule counts their UIDs with the others
        self.registered_at = np.full((worlds, columns), epoch - -(-immunity_period // tempo))
        self.price = np.full(worlds, settings.start_price_rao)
        self._at_rest = False

    def go_on_from(self, other: Uids, world: np.ndarray) -> None:
        """Take over who holds what from the other's worlds[k]."""
        self.uid, self.holder = other.uid[world], other.holder[world]
        self.registered_at, self.price = other.registered_at[world], other.price[world]

    @property
    def all_inside(self) -> bool:
        """Whether every player holds a UID, so that nobody can register."""
        return bool((self.uid != NOBODY).all())

    def immune(self, epoch: int) -> np.ndarray:
        """Which UIDs cannot be replaced while others can, [world, column]."""
        return self.registered_at > self.newest_mortal(epoch)

    def newest_mortal(self, epoch: int) -> int:
        """The last epoch whose registrations are past immunity by now."""
        return epoch - -(-self._immunity // self._tempo)

    @property
    def cost(self) -> np.ndarray:
        """What the next registration costs, cost[world], in thousandths of an epoch's emission."""
        return self.price * self._settings.thousandths_per_rao

    def leave(self, world: np.ndarray, player: np.ndarray) -> None:
        """These players walk away; their UIDs stand empty until a registration takes them."""
        self.holder[world, self.uid[world, player]] = NOBODY
        self.uid[world, player] = NOBODY

    def register(
        self,
        epoch: int,
        world: np.ndarray,
        player: np.ndarray,
        bid: np.ndarray,
        emission: np.ndarray,
        order: Callable[[], np.ndarray],
    ) -> Newcomers:
        """Register all who bid at least the price, the highest bid first; costs are in thousandths.

        bid[row] of player[row] in world[row] are in thousandths of an epoch's emission; emission[world, column] is of
        the last epoch; `order`, called where somebody bids enough, draws order[world, player], which decides between
        equal bids. Every registration raises the price for the next; where no UID may be replaced, as on a subnet with
        few of them, registrations fail and cost nothing.
        """
        if not (bid >= self.cost.take(world)).any():
            return NO_NEWCOMERS
        from econ.tokens.registration_kernel import served  # numba is imported only where somebody registers

        rule = self._rule
        self.price = self.price.copy()
        won = np.empty((4, world.size), dtype=np.int64)
        count, cost = served(
            plain(world),
            plain(player),
            plain(bid),
            plain(order()),
            self._settings.thousandths_per_rao,
            (epoch, self._tempo),
            (self._immunity, self._least_old),
            self._factor,
            (rule.lowest, rule.highest),
            self.price,
            plain(emission),
            self.registered_at,
            self.uid,
            self.holder,
            won,
        )
        self._at_rest = self._at_rest and not count
        world, player, column, ousted = won[:, :count]
        return Newcomers(world, player, column, ousted, cost[:count])

    def pass_epoch(self) -> None:
        """The price falls for a tempo."""
        if self._at_rest:
            return
        from econ.tokens.registration_kernel import decayed  # numba is imported only where a price moves

        rule, later = self._rule, np.empty_like(self.price)
        blocks = np.full(self.price.shape, self._tempo)
        decayed(self.price, blocks, self._decay, rule.lowest, rule.highest, later)
        self._at_rest = bool((later == self.price).all())
        self.price = later
