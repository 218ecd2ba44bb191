"""Votes on root, for the rule that shared TAO before subnets had tokens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.network.settings import NetworkSettings
from agents.streams import Purpose, normal
from econ.yuma.bonds import shares

__all__ = ["Votes"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Votes:
    """Voters with lasting errors[voter, subnet] of log worth, a stake[voter] each, and a favourite[voter].

    Each votes by what it holds subnets to be worth, and gives part of its vote to its favourite.
    """

    errors: np.ndarray
    stake: np.ndarray
    favourite: np.ndarray
    favour: float

    @classmethod
    def of(cls, settings: NetworkSettings, *, address: tuple[int, int]) -> Votes:
        """The voters of a network, at an address (seed, world) of luck."""
        chain, count = settings.chain, settings.start.subnets
        luck = normal(
            address[0],
            Purpose.VOTE,
            world=np.array(address[1]),
            epoch=0,
            seat=np.array(0),
            columns=chain.voters * count,
        ).reshape(chain.voters, count)
        ranks = (np.arange(chain.voters) + 0.5) / chain.voters
        return cls(
            errors=chain.vote_noise * luck,
            stake=(1 - ranks) ** (-1 / settings.uids.stake_shape),
            favourite=np.argmax(luck, axis=1),
            favour=chain.vote_favour,
        )

    def cast(self, worth: np.ndarray) -> dict[str, np.ndarray]:
        """Root's weights and stake, as `econ.tokens.after_blocks` takes them."""
        rows = shares(worth * np.exp(self.errors))
        own = np.arange(worth.size) == self.favourite[:, np.newaxis]
        return {"root_weights": (1 - self.favour) * rows + self.favour * own, "root_stake": self.stake}
