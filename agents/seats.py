"""Seats: thin Mesa agents over the columns of a subnet's arrays, for people to look at and to group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from agents.mortal import MortalAgent
from agents.policy import Policy
from econ.quantity import QuantityError

if TYPE_CHECKING:
    from agents.subnet import Subnet

__all__ = ["Delegator", "Miner", "Owner", "Seat", "Validator"]


class Seat(MortalAgent):
    """A player of one role: plain numbers at worlds=1, read-only arrays over worlds otherwise.

    All seats have a `uid`, `stake`, `policy`, `incentive`, `dividends` and `validator_trust`; what a role does not
    have is 0 (-1 for a UID).
    """

    model: Subnet
    role: ClassVar[str]

    def __init__(self, model: Subnet, seat: int) -> None:
        super().__init__(model)
        self.seat = seat

    def __repr__(self) -> str:
        return f"{type(self).__name__}(seat={self.seat}, policy={self.policy!r})"

    def remove(self) -> None:
        """Refused: a seat stays as long as its subnet; who plays in it can change."""
        raise QuantityError(
            f"seat {self.seat} of {self.role} cannot be removed; give it another policy, or make a Subnet without it"
        )

    def _of(self, values: np.ndarray) -> Any:
        if values.size == 1:
            return values.item()
        values = values.view()
        values.flags.writeable = False
        return values

    def _constant(self, value: float) -> Any:
        return self._of(np.full(self.model.worlds, value))

    @property
    def policy(self) -> Any:
        """The policy of this seat (at several worlds: a tuple, by world). Setting it switches in all worlds."""
        return self.model.policy_of(self)

    @policy.setter
    def policy(self, policy: Policy) -> None:
        worlds = np.arange(self.model.worlds)
        self.model.switch(self.role, worlds, np.full(worlds.shape, self.seat), [policy] * worlds.size)

    @property
    def uid(self) -> Any:
        """The number of its UID on the subnet; -1 for those who have none."""
        return self._constant(-1)

    @property
    def stake(self) -> Any:
        """Share of the world's stake."""
        return self._constant(0.0)

    @property
    def incentive(self) -> Any:
        """Share of the miners' emission in the last paid epoch."""
        return self._constant(0.0)

    @property
    def dividends(self) -> Any:
        """Share of the validators' emission in the last paid epoch."""
        return self._constant(0.0)

    @property
    def validator_trust(self) -> Any:
        """Weight left after clipping in the last paid epoch."""
        return self._constant(0.0)


class Validator(Seat):
    """A validator's seat."""

    role = "validators"

    @property
    def uid(self) -> Any:
        """Validators hold the first UIDs."""
        return self._constant(self.seat)

    @property
    def stake(self) -> Any:
        """Share of the world's stake that counts for it."""
        return self._of(self.model.stake[:, self.seat])

    @property
    def dividends(self) -> Any:
        """Share of the validators' emission in the last paid epoch, before takes and nominators."""
        return self._of(self.model.dividends[:, self.seat])

    @property
    def validator_trust(self) -> Any:
        """Weight left after clipping in the last paid epoch."""
        return self._of(self.model.validator_trust[:, self.seat])


class Miner(Seat):
    """A miner's seat: a player, who holds a UID or waits outside for one."""

    role = "miners"

    def _at_uid(self, values: np.ndarray) -> Any:
        column = self.model._uids.uid[:, self.seat]
        return self._of(np.where(column < 0, 0.0, values[np.arange(column.size), np.maximum(column, 0)]))

    @property
    def uid(self) -> Any:
        """Miners hold the UIDs after the validators'."""
        column = self.model._uids.uid[:, self.seat]
        return self._of(np.where(column < 0, -1, column + self.model.stake.shape[1]))

    @property
    def quality(self) -> Any:
        """True quality of what the miner hands in now."""
        return self._at_uid(self.model.quality)

    @property
    def incentive(self) -> Any:
        """Share of the miners' emission in the last paid epoch."""
        return self._at_uid(self.model.incentive)


class Delegator(Seat):
    """A delegator's seat."""

    role = "delegators"

    @property
    def stake(self) -> Any:
        """Share of the world's stake that it has placed."""
        return self._of(self.model.placed_stake[:, self.seat].sum(axis=-1))


class Owner(Seat):
    """The seat of the subnet's owner."""

    role = "owner"

    @property
    def stake(self) -> Any:
        """Share of the world's stake that the owner has placed."""
        return self._of(self.model.placed_stake[:, -1].sum(axis=-1))
