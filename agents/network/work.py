"""The work of all subnets: qualities, scores, weights and the Yuma epoch of each, subnets side by side in one array.

Validators give weight only to miners that score at least `floor` times their mean score, so that most weights are 0.
Weights are paid an epoch after they were decided, as under commit-reveal. All of this is float; rao begin in `books`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Executor, Future
from itertools import pairwise

import numpy as np

from agents.network.settings import UidSettings
from agents.streams import Purpose, lognormal, normal, uniform
from econ.compiled import compiled
from econ.yuma.bonds import shares
from econ.yuma.epoch import epoch_of_shares
from econ.yuma.hyperparameters import Hyperparameters

__all__ = ["SEATS", "Work", "warm_up"]

SEATS = 256
"""Addresses of luck that belong to one subnet; its UIDs are counted within them."""


LANES = 8
"""Sums that run beside each other, for the machine to take at once."""


class Work:
    """Miners and validators of some subnets of one world, each with a Yuma epoch of its own.

    `subnets` are the numbers of the subnets, so that a slice of a network meets the same luck as the whole.

    UIDs are the miners' and, after them, the validators'. Arrays of miners have a column for each miner; from the day
    on which somebody takes a validator's UID, to mine, they have one for each UID. `log_quality` is -inf where nobody
    mines; `placed[subnet, validator]` is how nominators' stake is dealt, 0 to validators that lost their UID: their
    nominators go to the others.
    """

    def __init__(
        self, subnets: np.ndarray, settings: UidSettings, rules: Hyperparameters, *, address: tuple[int, int]
    ) -> None:
        self.settings, self.rules = settings, rules
        self._subnets, self._seed, self._world = subnets, address[0], np.array(address[1])
        count, validators, miners = subnets.size, settings.validators, settings.miners
        self._dealt = self._nominations()
        self.placed = self._dealt.copy()
        self.spared = np.zeros((count, miners + validators), dtype=bool)
        self.spared[np.arange(count), miners + self._dealt.argmax(axis=1)] = True
        self.log_quality = settings.spread * self._normal(Purpose.NETWORK_START, 0, slice(None), miners)
        self.weights = np.zeros((count, validators, miners))
        self.bonds, self._spare = np.zeros_like(self.weights), np.zeros_like(self.weights)
        self.consensus, self.incentive = np.zeros((count, miners)), np.zeros((count, miners))
        self.dividends, self.validator_trust = np.zeros((count, validators)), np.zeros((count, validators))
        self._evaluators = np.arange(validators - settings.copiers)
        self._ahead: tuple[tuple[int, int], Future[np.ndarray]] | None = None
        self._decide(self._scores(0), slice(None))

    @property
    def mines(self) -> np.ndarray:
        """Where somebody mines, [subnet, column]."""
        return self.log_quality > -np.inf

    @property
    def validates(self) -> np.ndarray:
        """Who holds a validator's UID, [subnet, validator]."""
        return self.placed > 0

    @property
    def earned(self) -> np.ndarray:
        """What each UID earned in the last epoch, [subnet, uid]: incentive and dividends, each of sum 1."""
        count, miners = len(self.incentive), self.settings.miners
        earned = np.zeros((count, miners + self.settings.validators))
        earned[:, : self.incentive.shape[1]] = self.incentive
        earned[:, miners:] += self.dividends
        return earned

    def _nominations(self) -> np.ndarray:
        """How nominators' stake is dealt to validators, [subnet, validator]: Pareto's quantiles in a random order."""
        validators = self.settings.validators
        quantiles = (1 - (np.arange(validators) + 0.5) / validators) ** (-1 / self.settings.stake_shape)
        luck = uniform(
            self._seed, Purpose.NOMINATION, world=self._world, epoch=0, seat=self._subnets * SEATS, columns=validators
        )
        return shares(quantiles[np.argsort(luck, axis=-1)])

    def _normal(self, purpose: Purpose, epoch: int, part: slice, columns: int) -> np.ndarray:
        seats = self._subnets[part] * SEATS
        return normal(self._seed, purpose, world=self._world, epoch=epoch, seat=seats, columns=columns)

    def begin(self, place: int, epoch: int) -> None:
        """A new subnet in a place: new miners and all validators, no weights, no bonds."""
        miners = self.settings.miners
        drawn = self._normal(Purpose.NETWORK_START, epoch, slice(place, place + 1), miners)
        self.log_quality[place, :miners] = self.settings.spread * drawn[0]
        self.log_quality[place, miners:] = -np.inf
        self.placed[place] = self._dealt[place]
        for array in (self.weights, self.bonds, self.consensus, self.incentive, self.dividends, self.validator_trust):
            array[place] = 0.0

    def enter(self, place: np.ndarray, uid: np.ndarray, epoch: int) -> None:
        """New miners of places[k] at uid[k]: a quality of their own, and no weights, bonds or pay."""
        validator = uid - self.settings.miners
        gone = (validator >= 0) & self.placed[place, np.maximum(validator, 0)].astype(bool)
        if gone.any():
            self._prune(place[gone], validator[gone])
        seats = self._subnets[place] * SEATS + uid
        drawn = normal(self._seed, Purpose.NETWORK_NEWCOMER, world=self._world, epoch=epoch, seat=seats, columns=1)
        self.log_quality[place, uid] = self.settings.spread * drawn[:, 0]
        self.weights[place, :, uid] = self.bonds[place, :, uid] = 0.0
        self.consensus[place, uid] = self.incentive[place, uid] = 0.0

    def _prune(self, place: np.ndarray, validator: np.ndarray) -> None:
        """Validators that lose their UID: their bonds end, and their nominators' stake is dealt to the others."""
        every = self.spared.shape[1]
        if (more := every - self.log_quality.shape[1]) > 0:
            wide = {name: np.pad(getattr(self, name), ((0, 0), (0, 0), (0, more))) for name in ("weights", "bonds")}
            self.weights, self.bonds, self._spare = wide["weights"], wide["bonds"], np.zeros_like(wide["bonds"])
            self.consensus, self.incentive = (
                np.pad(each, ((0, 0), (0, more))) for each in (self.consensus, self.incentive)
            )
            self.log_quality = np.pad(self.log_quality, ((0, 0), (0, more)), constant_values=-np.inf)
        self.placed[place, validator] = 0.0
        self.placed[place] = shares(self.placed[place])
        for array in (self.bonds, self.weights, self.dividends, self.validator_trust):
            array[place, validator] = 0.0

    def pay(self, stake: np.ndarray, pool: Executor | None = None, parts: int = 1) -> None:
        """Pay the weights decided before, by stake[subnet, validator].

        In so many parts of subnets side by side on a pool of threads, if one is given: the results are the same.
        """
        self._side_by_side(lambda part: self._pay(stake, part), pool, parts)
        self.bonds, self._spare = self._spare, self.bonds

    def decide(self, epoch: int, pool: Executor | None = None, parts: int = 1) -> None:
        """Let quality move, and decide the weights of the next epoch.

        On a pool of threads the scores of the epoch after that are drawn while the caller goes on: luck is addressed.
        """
        known, self._ahead = self._ahead, None
        columns = self.log_quality.shape[1]
        drawn = known[1].result() if known and known[0] == (epoch + 1, columns) else self._scores(epoch + 1)
        self._side_by_side(lambda part: self._move(epoch, drawn, part), pool, parts)
        if pool is not None:
            self._ahead = (epoch + 2, columns), pool.submit(self._scores, epoch + 2)

    def _side_by_side(self, act: Callable[[slice], None], pool: Executor | None, parts: int) -> None:
        edges = np.linspace(0, len(self.weights), parts + 1).astype(int)
        slices = [slice(first, last) for first, last in pairwise(edges.tolist()) if last > first]
        for _ in (map if pool is None else pool.map)(act, slices):
            pass

    def _pay(self, stake: np.ndarray, part: slice) -> None:
        result = epoch_of_shares(
            self.weights[part], shares(stake[part]), self.bonds[part], self.rules, self._spare[part]
        )
        self.consensus[part], self.incentive[part] = result.consensus, result.incentive
        self.dividends[part], self.validator_trust[part] = result.dividends, result.validator_trust

    def _move(self, epoch: int, scores: np.ndarray, part: slice) -> None:
        spread, drift = self.settings.spread, self.settings.drift
        if drift:
            kept = math.sqrt(1 - (drift / spread) ** 2)
            moved = self._normal(Purpose.NETWORK_QUALITY, epoch, part, self.log_quality.shape[1])
            self.log_quality[part] = kept * self.log_quality[part] + drift * moved
        self._decide(scores, part)

    def _scores(self, epoch: int) -> np.ndarray:
        """What noise makes of a quality of 1 in the eyes of each evaluator, [subnet, evaluator, miner]."""
        return lognormal(
            self._seed,
            Purpose.NETWORK_SCORE,
            scale=self.settings.noise,
            world=self._world,
            epoch=epoch,
            seat=self._subnets[:, np.newaxis] * SEATS + self._evaluators,
            columns=self.log_quality.shape[1],
        )

    def _decide(self, scores: np.ndarray, part: slice) -> None:
        weights, consensus = self.weights[part], self.consensus[part]
        _weigh(np.ascontiguousarray(scores[part]), np.exp(self.log_quality[part]), self.settings.floor, weights)
        if self.settings.copiers:
            agreed = np.where(consensus.any(axis=1, keepdims=True), consensus, self.mines[part])
            weights[:, self._evaluators.size :] = shares(agreed)[:, np.newaxis, :]


def warm_up() -> None:
    """Compile now, so that no one waits for it mid-way."""
    _weigh(np.ones((1, 1, 2)), np.ones((1, 2)), 1.0, np.zeros((1, 1, 2)))


@compiled
def _weigh(scores, quality, floor, weights):  # type: ignore[no-untyped-def]
    """weights[subnet, validator, miner] of the evaluators from noise scores[subnet, evaluator, miner].

    Quality times noise where that is at least `floor` times the row's mean, else 0; rows sum to 1. Sums run in lanes.
    A quality of 0 is nobody's, and counts in no mean.
    """
    subnets, miners = quality.shape
    lanes = np.empty(LANES)
    whole = miners - miners % LANES
    for s in range(subnets):
        mine = 0
        for m in range(miners):
            mine += quality[s, m] > 0.0
        for v in range(scores.shape[1]):
            row, out = scores[s, v], weights[s, v]
            for m in range(miners):
                out[m] = row[m] * quality[s, m]
            least = floor * _sum(out, whole, lanes) / mine * (1.0 - 1e-12)
            for m in range(miners):
                out[m] = out[m] if out[m] >= least else 0.0
            scale = 1.0 / _sum(out, whole, lanes)
            for m in range(miners):
                out[m] *= scale


@compiled
def _sum(values, whole, lanes):  # type: ignore[no-untyped-def]
    """The sum of values, the first `whole` of them lane by lane."""
    lanes[:] = 0.0
    for m in range(0, whole, LANES):
        for k in range(LANES):
            lanes[k] += values[m + k]
    total = 0.0
    for k in range(LANES):
        total += lanes[k]
    for m in range(whole, values.size):
        total += values[m]
    return total
