"""What luck decides: how good each miner's work is, and how well validators measure it."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.settings import MinerSettings
from agents.streams import Purpose, lognormal, normal, uniform

__all__ = ["Nature"]


class Nature:
    """Log quality and scores of all worlds; worlds of the same number share their luck, so it is kept once for each.

    `index[world]` says which of the distinct luck worlds a world belongs to, `first[luck world]` where one stands.
    Log quality z starts from N(0, spread^2) and moves as z' = persistence z + drift N(0, 1), which keeps its spread;
    with probability `innovation_rate` it is drawn anew. A score is quality times exp(noise N(0, 1)).
    """

    def __init__(
        self, worlds: np.ndarray, players: int, settings: MinerSettings, *, noise: float, seed: int, epoch: int
    ) -> None:
        self._worlds, self.first, self.index = np.unique(worlds, return_index=True, return_inverse=True)
        self._settings, self._noise, self._seed, self._players = settings, noise, seed, players
        self._log_quality = settings.spread * self._luck(normal, Purpose.START_QUALITY, epoch)

    def skill(self) -> np.ndarray:
        """The quality that full effort makes, skill[world, player]."""
        return np.exp(self._log_quality)[self.index]

    def move(self, epoch: int) -> None:
        """One epoch's move of log quality."""
        settings = self._settings
        if settings.drift > 0:
            moves = settings.drift * self._luck(normal, Purpose.QUALITY_MOVE, epoch)
            self._log_quality = settings.persistence * self._log_quality + moves
        if settings.innovation_rate > 0:
            innovates = self._luck(uniform, Purpose.INNOVATION, epoch) < settings.innovation_rate
            fresh = settings.spread * self._luck(normal, Purpose.INNOVATED_QUALITY, epoch)
            self._log_quality = np.where(innovates, fresh, self._log_quality)

    def scores(self, epoch: int, quality: np.ndarray, seats: int) -> tuple[np.ndarray, np.ndarray]:
        """Scores[table, validator, miner], and the table[world] that holds each world's.

        Worlds that share their luck and their quality[world, miner] share a table.
        """
        luck = lognormal(
            self._seed,
            Purpose.SCORE,
            scale=self._noise,
            world=self._worlds[:, None],
            epoch=epoch,
            seat=np.arange(seats),
            columns=quality.shape[1],
        )
        shared = quality[self.first]
        if np.array_equal(shared[self.index], quality):
            luck *= shared[:, None, :]
            return luck, self.index
        return quality[:, None, :] * luck[self.index], np.arange(len(quality))

    def _luck(self, draw: Any, purpose: Purpose, epoch: int) -> np.ndarray:
        """A draw for every luck world and player."""
        return draw(self._seed, purpose, world=self._worlds, epoch=epoch, seat=np.array(0), columns=self._players)
