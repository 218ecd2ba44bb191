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
        self._noises, self._measures = np.empty((0, 0)), np.empty(0, dtype=np.int64)

    def go_on_from(self, other: Nature) -> None:
        """Take over what miners have become in worlds of the same numbers."""
        self._log_quality = other._log_quality

    def skill(self) -> np.ndarray:
        """The quality that full effort makes, skill[luck world, player]."""
        return np.exp(self._log_quality)

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

    def measure(self, seats: np.ndarray) -> None:
        """From now on these validators' seats[k] measure miners."""
        self._measures = seats

    def noise_of(self, world: np.ndarray, seat: np.ndarray) -> np.ndarray:
        """Which of the noises belong to world[row] and seat[row], as long as the same seats measure."""
        return self.index[world] * self._measures.size + np.searchsorted(self._measures, seat)

    def draw_noises(self, epoch: int, columns: int) -> None:
        """Draw how far off each seat that measures is about every miner in this epoch."""
        noises = lognormal(
            self._seed,
            Purpose.SCORE,
            scale=self._noise,
            world=self._worlds[:, None],
            epoch=epoch,
            seat=self._measures,
            columns=columns,
        )
        self._noises = noises.reshape(-1, columns)

    def scores(self, quality: np.ndarray, world: np.ndarray, noise: np.ndarray) -> np.ndarray:
        """Scores[row, miner]: quality[world, miner] times the noises drawn last, noise[row] of them."""
        scores = np.empty((world.size, quality.shape[1]))
        scale_rows(self._noises, noise, quality, world, scores)
        return scores

    def _luck(self, draw: Any, purpose: Purpose, epoch: int) -> np.ndarray:
        """A draw for every luck world and player."""
        return draw(self._seed, purpose, world=self._worlds, epoch=epoch, seat=np.array(0), columns=self._players)
