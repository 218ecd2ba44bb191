"""UIDs come and go: who holds which of them, since when, and what a registration costs, in every world."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from agents.settings import RegistrationSettings
from econ.tokens.registration import NOBODY, after_blocks, after_registration, immune, pruned_uid

__all__ = ["NOBODY", "Uids"]


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
        return immune(self.registered_at * self._tempo, epoch * self._tempo, self._immunity)

    @property
    def cost(self) -> np.ndarray:
        """What the next registration costs, cost[world], in thousandths of an epoch's emission."""
        return self.price * self._settings.thousandths_per_rao

    def leave(self, world: np.ndarray, player: np.ndarray) -> None:
        """These players walk away; their UIDs stand empty until a registration takes them."""
        self.holder[world, self.uid[world, player]] = NOBODY
        self.uid[world, player] = NOBODY

    def register(
        self, epoch: int, bids: np.ndarray, emission: np.ndarray, order: Callable[[], np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Register all who bid at least the price, the highest bid first: who is new, and what the players paid.

        bids[world, player] are in thousandths of an epoch's emission, -inf where there is none; emission[world,
        column] is of the last epoch; `order`, called where somebody bids enough, draws order[world, player], which
        decides between equal bids. Returns new[world, column] and paid[world, player] in thousandths. Every
        registration raises the price for the next; where no UID may be replaced, as on a subnet with few of them,
        registrations fail and cost nothing.
        """
        new, paid = np.zeros(self.holder.shape, dtype=bool), np.zeros(bids.shape)
        world, player = np.nonzero(bids >= self.cost[:, None])
        if not world.size:
            return new, paid
        luck = order()[world, player]
        queue = np.lexsort((-luck, -bids[world, player], world))
        world, player = world[queue], player[queue]
        turn = np.arange(world.size) - np.searchsorted(world, world)
        earned, born = emission.copy(), self.registered_at * self._tempo
        for now in range(int(turn.max()) + 1):
            mine = turn == now  # one after the other in each world
            worlds, players = world[mine], player[mine]
            cost = self.cost[worlds]
            willing = bids[worlds, players] >= cost
            worlds, players, cost = worlds[willing], players[willing], cost[willing]
            everywhere = worlds.size == len(new)
            column = pruned_uid(
                earned if everywhere else earned[worlds],
                born if everywhere else born[worlds],
                np.full(worlds.size, epoch * self._tempo),
                self._immunity,
                min_non_immune=self._least_old,
            )
            enters = column != NOBODY
            if not enters.any():  # nor will a lower bid in these worlds
                break
            worlds, players, column, cost = worlds[enters], players[enters], column[enters], cost[enters]
            displaced = self.holder[worlds, column]
            held = displaced != NOBODY
            self.uid[worlds[held], displaced[held]] = NOBODY
            self.holder[worlds, column], self.uid[worlds, players] = players, column
            self.registered_at[worlds, column], born[worlds, column] = epoch, epoch * self._tempo
            new[worlds, column], earned[worlds, column] = True, 0.0
            paid[worlds, players] = cost
            self.price[worlds] = after_registration(self.price[worlds], self._rule)
            self._at_rest = False
        return new, paid

    def pass_epoch(self) -> None:
        """The price falls for a tempo."""
        if not self._at_rest:
            before, self.price = self.price, after_blocks(self.price, self._tempo, self._rule)
            self._at_rest = np.array_equal(before, self.price)
