"""Seats of a network: thin Mesa agents over its arrays, for people to look at and to group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agents.mortal import MortalAgent
from agents.network.books import OWNER, SPECIAL
from econ.tokens.rao import RAO

if TYPE_CHECKING:
    from agents.network.model import Network

__all__ = ["InvestorSeat", "SubnetSeat"]


class SubnetSeat(MortalAgent):
    """A subnet with its pool and its owner."""

    model: Network

    def __init__(self, model: Network, number: int) -> None:
        super().__init__(model)
        self.number = number

    @property
    def price(self) -> float:
        """TAO an alpha."""
        return float(self.model.price[self.number])

    @property
    def moving_price(self) -> float:
        """The moving price, TAO an alpha."""
        return float(self.model.economy.moving_price[self.number])

    @property
    def tao_share(self) -> float:
        """Its share of the last epoch's TAO."""
        return float(self.model.tao_share[self.number])

    @property
    def pool_tao(self) -> float:
        """TAO in its pool."""
        return float(self.model.economy.pool.tao[self.number]) / RAO

    @property
    def owner(self) -> Any:
        """The policy of its owner: the founder's, or that of the delegator whose conviction is greatest."""
        column = int(self.model.books.locks.owner[self.number])
        return self.model.owners[self.number] if column == OWNER else self.model.investors[column - SPECIAL].policy


class InvestorSeat(MortalAgent):
    """A delegator or a trader; `role` says which."""

    model: Network

    def __init__(self, model: Network, number: int, role: str, policy: Any) -> None:
        super().__init__(model)
        self.number, self.role, self.policy = number, role, policy

    @property
    def free(self) -> float:
        """TAO in its free balance."""
        return float(self.model.books.free[self.number]) / RAO

    @property
    def root(self) -> float:
        """TAO on root."""
        return float(self.model.books.root.value[self.number]) / RAO

    @property
    def wealth(self) -> float:
        """All it has, TAO at the prices of now and before slippage."""
        return float(self.model.wealth[self.number])
