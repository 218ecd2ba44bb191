"""What luck decides: how good each miner's work is, and how well validators measure it."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.placing import scale_rows
from agents.settings import MinerSettings
from agents.streams import Purpose, lognormal, normal, uniform

__all__ = ["Nature"]


class Nature:
    """Log quality and scores of all worlds; worlds of the same number share their luck, so it is kept once for each.

    `index[world]` says which of the distinct luck worlds a world belongs to.
    Log quality z starts from N(0, spread^2) and moves as z' = persistence z + drift N(0, 1), which keeps its spread;
    with probability `innovation_rate` it is drawn anew. A score is quality times exp(noise N(0, 1)).
    """

    def __init__(
        self, worlds: np.ndarray, players: int, settings: MinerSettings, *, noise: float, seed: int, epoch: int
    ) -> None:
        self._worlds, self.index = np.unique(worlds, return_inverse=True)
        self._settings, self._noise, self._seed, self._players = settings, noise, seed, players
        self._log_quality = settings.spread * self._luck(normal, Purpose.START_QUALITY, epoch)
        self._noises, self._place = np.empty((0, 0)), np.empty(0, dtype=np.int64)
        self._measuring = 0

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

    def draw_noises(self, epoch: int, seats: np.ndarray, columns: int) -> None:
        """Draw how far off each of these validators' seats[k] measures every miner in this epoch."""
        self._place = np.zeros(seats.max() + 1, dtype=np.int64)
        self._place[seats] = np.arange(seats.size)
        noises = lognormal(
            self._seed,
            Purpose.SCORE,
            scale=self._noise,
            world=self._worlds[:, None],
            epoch=epoch,
            seat=seats,
            columns=columns,
        )
        self._noises = noises.reshape(-1, columns)
        self._measuring = seats.size

    def scores(self, quality: np.ndarray, world: np.ndarray, seat: np.ndarray) -> np.ndarray:
        """Scores[row, miner] of world[row] and seat[row]: quality[world, miner] times the noises drawn last."""
        scores = np.empty((world.size, quality.shape[1]))
        noise = self.index[world] * self._measuring + self._place[seat]
        scale_rows(self._noises, noise, quality, world, scores)
        return scores

    def _luck(self, draw: Any, purpose: Purpose, epoch: int) -> np.ndarray:
        """A draw for every luck world and player."""
        return draw(self._seed, purpose, world=self._worlds, epoch=epoch, seat=np.array(0), columns=self._players)
