"""Seats: thin Mesa agents over the columns of a subnet's arrays, for people to look at and to group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

if TYPE_CHECKING:
    from agents.subnet import Subnet

__all__ = ["Miner", "Seat", "Validator"]


class Seat(mesa.Agent):
    """A column of the subnet's arrays: plain numbers at worlds=1, read-only arrays over worlds otherwise."""

    model: Subnet

    def __init__(self, model: Subnet, seat: int, uid: int) -> None:
        super().__init__(model)
        self.seat = seat
        self.uid = uid

    def _of(self, values: np.ndarray) -> Any:
        column = values[:, self.seat]
        if column.size == 1:
            return column[0].item()
        column = column.view()
        column.flags.writeable = False
        return column


class Validator(Seat):
    """A validator's seat."""

    @property
    def policy(self) -> Any:
        """The policy of this seat (at several worlds: a tuple, by world)."""
        return self.model.policy_of(self)

    @property
    def stake(self) -> Any:
        """Share of the world's stake."""
        return self._of(self.model.stake)

    @property
    def dividends(self) -> Any:
        """Share of the validators' emission in the last paid epoch."""
        return self._of(self.model.dividends)

    @property
    def validator_trust(self) -> Any:
        """Weight left after clipping in the last paid epoch."""
        return self._of(self.model.validator_trust)


class Miner(Seat):
    """A miner's seat."""

    @property
    def policy(self) -> Any:
        """The policy of this seat (at several worlds: a tuple, by world)."""
        return self.model.policy_of(self)

    @property
    def quality(self) -> Any:
        """True quality of what the miner makes now."""
        return self._of(self.model.quality)

    @property
    def incentive(self) -> Any:
        """Share of the miners' emission in the last paid epoch."""
        return self._of(self.model.incentive)
