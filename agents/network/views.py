"""What those who move money in a network may see: the market as it stands, and what is theirs.

One view holds all rows that play one policy, and arrays of the whole market, read-only; amounts are floats in TAO and
alpha, since what is decided on them is cut to rao when it is done.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from agents.luck import Luck

__all__ = ["MarketView"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketView:
    """Rows and market of one epoch.

    By row: `seat[row]`, `free[row]` TAO, `root[row]` TAO on root, `held[row, subnet]` alpha, `locked[row, subnet]` of
    it and the `conviction[row, subnet]` that has grown, and for owners `subnet[row]`, the number of theirs, and
    `bought[row]` alpha that their orders bought and did not sell again. By subnet: `contest` all conviction as a share
    of alpha out, `age` days since it was registered, `price` and `moving_price` TAO an alpha, `tao_share` of the last
    epoch's TAO (all 0 if there was none), `alpha_yield` alpha a day for an alpha with an average validator after its
    take, `pool_tao` and `staked` (alpha with validators), `worth` what an alpha is held to be worth, TAO. `root_tao`
    all TAO on root and `root_yield` TAO a day for each, `tao_price` USD, `history[day, subnet]` prices at the ends of
    up to 30 days, the last day last.
    """

    epoch: int
    day: float
    days: float
    """Since the view before: the length of the time that one answer stands for."""
    seat: np.ndarray
    free: np.ndarray
    root: np.ndarray
    held: np.ndarray
    locked: np.ndarray
    conviction: np.ndarray
    subnet: np.ndarray
    bought: np.ndarray
    contest: np.ndarray
    age: np.ndarray
    price: np.ndarray
    moving_price: np.ndarray
    tao_share: np.ndarray
    alpha_yield: np.ndarray
    root_tao: float
    root_yield: float
    pool_tao: np.ndarray
    staked: np.ndarray
    worth: np.ndarray
    history: np.ndarray
    tao_price: float
    _luck: Luck = field(repr=False)

    @property
    def value(self) -> np.ndarray:
        """What held[row, subnet] is worth at the price of now, before slippage, in TAO."""
        return self.held * self.price

    @property
    def wealth(self) -> np.ndarray:
        """All that is a row's, TAO at the prices of now."""
        wealth: np.ndarray = self.free + self.root + self.value.sum(axis=-1)
        return wealth

    def normal(self, columns: int = 1) -> np.ndarray:
        """The rows' own luck in this epoch, standard normal[row, column]; asked again it is the same."""
        return self._luck.normal(columns)

    def uniform(self, columns: int = 1) -> np.ndarray:
        """The rows' own luck in this epoch, uniform[row, column] in (0, 1)."""
        return self._luck.uniform(columns)
