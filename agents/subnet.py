"""The subnet: the table at which policies meet, and the order of one epoch.

Truth lives in arrays over [world, seat]. A seat is a thin Mesa agent over its column, for people; the epoch itself
groups rows by the policy that plays them. Worlds are independent replicates; worlds of the same number share their
luck whatever is played in them, which is how two profiles are compared on the same draws.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import mesa
import numpy as np

from agents.ledger import Ledger
from agents.miners import ColludingMiner, HonestMiner
from agents.nature import Nature
from agents.placing import place_rows, what_is_wrong
from agents.policy import (
    MinerPolicy,
    MinerView,
    Outcome,
    PolicyError,
    PublicView,
    ValidatorPolicy,
    ValidatorView,
)
from agents.seating import Seating
from agents.seats import Miner, Seat, Validator
from agents.settings import CabalSettings, MinerSettings, ValidatorSettings, parse_start
from agents.stake import StakePlan
from agents.streams import SEED_LIMIT
from agents.validators import HonestValidator
from econ.quantity import QuantityError
from econ.yuma.bonds import shares
from econ.yuma.epoch import Epoch, emission, epoch_of_shares
from econ.yuma.rules import Rules

__all__ = ["Subnet"]


class Subnet(mesa.Model):
    """Validators and miners with policies, stepped an epoch at a time through Yuma consensus.

    `validators` is a policy a seat, or a list of those for every world; `miners` a number of honest miners or a policy
    a seat. `worlds` is a number of worlds (0, 1, ...) or the world numbers themselves, which may repeat. A start
    `honest:N` is played at once when the model is made, so a new model stands before epoch 0. With `series` the ledger
    keeps every epoch's numbers, else only the averages from `burn_in` on.

    >>> from agents import HonestValidator, Subnet, WeightCopier
    >>> subnet = Subnet([HonestValidator()] * 4 + [WeightCopier()], miners=8, start="honest:3")
    >>> subnet.step()
    >>> len(subnet.validators), len(subnet.miners), subnet.epoch
    (5, 8, 1)
    """

    def __init__(
        self,
        validators: Sequence[ValidatorPolicy] | Sequence[Sequence[ValidatorPolicy]],
        miners: int | Sequence[MinerPolicy] = 64,
        *,
        rules: Rules | None = None,
        validator_settings: ValidatorSettings | None = None,
        miner_settings: MinerSettings | None = None,
        cabal: CabalSettings | None = None,
        stake: StakePlan | None = None,
        start: str = "honest:40",
        start_policy: ValidatorPolicy | None = None,
        worlds: int | Sequence[int] | np.ndarray = 1,
        seed: int = 0,
        burn_in: int = 0,
        series: bool = True,
    ) -> None:
        if not (isinstance(seed, int | np.integer) and 0 <= seed < SEED_LIMIT):
            raise QuantityError(f"seed is {seed}; it must be a whole number in [0, {SEED_LIMIT - 1}]")
        if burn_in < 0:
            raise QuantityError(f"burn_in is {burn_in}; it is a number of epochs and must be at least 0")
        super().__init__(rng=seed)
        self.rules = rules or Rules()
        self.validator_settings = validator_settings or ValidatorSettings()
        self.miner_settings = miner_settings or MinerSettings()
        self.cabal = cabal or CabalSettings()
        self.seed_number = seed
        self.world_numbers = _world_numbers(worlds)
        count = self.world_numbers.size

        self._playing: Seating[ValidatorPolicy] = Seating.given(validators, count, ValidatorPolicy, "validators")
        given = [HonestMiner()] * miners if isinstance(miners, int) else miners
        colludes = any(policy.traits.colludes for policy in self._playing.policies)
        self.cabal_seats = (8 if colludes else 0) if self.cabal.miners is None else self.cabal.miners
        own = ColludingMiner(utility=self.cabal.utility)
        working: Seating[MinerPolicy] = Seating.given(given, count, MinerPolicy, "miners")
        self._working = working.extended(own, self.cabal_seats)
        self.cabal_mask = self._working.laid_out([policy.traits.colludes for policy in self._working.policies])
        self._utility = self._working.laid_out([policy.utility for policy in self._working.policies])
        self._effort_cost = np.where(self.cabal_mask, self.cabal.cost, self.miner_settings.cost)

        seats, columns = self._playing.number.shape[1], self._working.number.shape[1]
        plan = stake or StakePlan.parse("equal", seats)
        self.stake = plan.shares(seed, self.world_numbers)
        if self.stake.shape[1] != seats:
            raise QuantityError(f"stake is dealt to {self.stake.shape[1]} seats; there are {seats} validators")

        self.consensus = np.full((count, columns), 1.0 / columns)
        self.incentive = np.zeros((count, columns))
        self.dividends = np.zeros((count, seats))
        self.validator_trust = np.zeros((count, seats))
        self.bonds = np.zeros((count, seats, columns))
        self._paid: Epoch | None = None
        self._revealed = np.zeros((count, seats, columns))
        # Arrays of last epochs are filled again: allocating them anew would cost as much as the rule itself.
        self._other_bonds = np.zeros((count, seats, columns))
        self._other_weights: np.ndarray | None = None
        self._hidden: deque[np.ndarray] = deque()

        self.ledger = Ledger(count, seats, columns, burn_in=burn_in, series=series)
        self.epoch = -parse_start(start)
        self._nature = Nature(
            self.world_numbers,
            columns,
            self.miner_settings,
            noise=self.validator_settings.noise,
            seed=seed,
            epoch=self.epoch,
        )
        self._effort = np.ones((count, columns))
        self.quality = self._nature.quality(self._utility, self._effort)
        self.validators = [Validator(self, seat, seat) for seat in range(seats)]
        self.miners = [Miner(self, column, seats + column) for column in range(columns)]

        self._memory: dict[ValidatorPolicy, np.ndarray] = {}
        if self.epoch < 0:
            self._start(start_policy or HonestValidator())

    def _start(self, policy: ValidatorPolicy) -> None:
        """Play the epochs before 0 with one policy in all validators' seats."""
        playing = self._playing
        self._playing = Seating(policies=(policy,), number=np.zeros_like(playing.number))
        while self.epoch < 0:
            self._play_epoch()
        self._playing = playing

    # What people read --------------------------------------------------------------------------------------------

    @property
    def worlds(self) -> int:
        """How many worlds are played side by side."""
        return self.world_numbers.size

    def policy_of(self, seat: Seat) -> Any:
        """The policy of a seat; a tuple of them, by world, where there are several worlds."""
        seating = self._working if isinstance(seat, Miner) else self._playing
        played = tuple(seating.policies[n] for n in seating.number[:, seat.seat])
        return played[0] if self.worlds == 1 else played

    def run(self, epochs: int) -> None:
        """Step that many epochs."""
        for _ in range(epochs):
            self.step()

    def step(self) -> None:
        """Play one epoch in the order of the base game."""
        self._play_epoch()

    # The order of an epoch ---------------------------------------------------------------------------------------

    def _play_epoch(self) -> None:
        if len(self._hidden) >= self.rules.reveal_lag:
            self._pay(self._hidden.popleft())
        self._choose_effort()
        self._nature.move(self.epoch)
        self.quality = self._nature.quality(self._utility, self._effort)
        self._decide_weights()
        self.epoch += 1

    def _pay(self, weights: np.ndarray) -> None:
        """The chain's epoch: these weights are paid, and they and their consensus become public."""
        result = epoch_of_shares(weights, self.stake, self.bonds, self.rules, self._other_bonds, self._paid)
        self._paid = result
        self.bonds, self._other_bonds = result.bonds, self.bonds
        self._revealed, self._other_weights = weights, self._revealed
        self.incentive, self.dividends = result.incentive, result.dividends
        self.validator_trust = result.validator_trust
        self.consensus = _kept_where_zero(result.consensus, self.consensus)
        self.ledger.record(
            self.epoch,
            result,
            emission(result, self.stake, self.rules.validator_share),
            self._costs(),
            self.quality,
        )

    def _costs(self) -> dict[str, np.ndarray]:
        """What this epoch costs, by role, [world, seat]; roles that pay nothing are left out."""
        costs = {}
        if self.validator_settings.cost:
            evaluates = self._playing.laid_out([policy.traits.evaluates for policy in self._playing.policies])
            costs["validator_cost"] = evaluates * self.validator_settings.cost
        if self._effort_cost.any():
            costs["miner_cost"] = self._effort * self._effort_cost
        return costs

    def _choose_effort(self) -> None:
        public = self._public()
        for policy, world, seat, place in self._working.rows:
            view = MinerView(epoch=self.epoch, world=world, seat=seat, public=PublicView(policy, public))
            effort = np.asarray(policy.effort(view), dtype=float)
            if effort.shape != world.shape:
                raise PolicyError(
                    f"{policy.name} (epoch {self.epoch}) returned effort of shape {effort.shape}; "
                    f"it must be one number for each of {world.size} rows"
                )
            if not (effort.min() >= 0 and effort.max() <= 1):
                row = int(np.argmin((effort >= 0) & (effort <= 1)))
                raise PolicyError(
                    f"{policy.name} ({self._where(world[row], seat[row])}) returned effort {effort[row]}; "
                    "it must lie in [0, 1]"
                )
            np.put(self._effort, place, effort)

    def _decide_weights(self) -> None:
        """First movers, then second movers, then memories."""
        scores = None
        if any(policy.traits.evaluates for policy in self._playing.policies):
            scores = self._nature.scores(self.epoch, self.quality, self._playing.number.shape[1])
        decided = self._other_weights if self._other_weights is not None else np.zeros_like(self._revealed)
        self._other_weights = None
        views: list[tuple[ValidatorPolicy, ValidatorView]] = []
        for order in ("first", "second"):
            public = self._public(decided if order == "second" and self.rules.reveal_period == 0 else None)
            for policy, world, seat, _ in self._playing.rows:
                if policy.traits.moves == order:
                    view = self._view(policy, world, seat, scores, public)
                    self._place(policy, view, policy.weights(view), decided)
                    views.append((policy, view))
        for policy, view in views:
            if view.memory.shape[1]:
                outcome = Outcome(weights=decided[view.world, view.seat])
                self._memory[policy][view.world, view.seat] = policy.remember(view, outcome)
        self._hidden.append(decided)

    # What policies see -------------------------------------------------------------------------------------------

    def _view(
        self,
        policy: ValidatorPolicy,
        world: np.ndarray,
        seat: np.ndarray,
        scores: tuple[np.ndarray, np.ndarray] | None,
        public: dict[str, np.ndarray],
    ) -> ValidatorView:
        if policy not in self._memory:
            size = policy.memory_size(self.cabal_mask.shape[1])
            self._memory[policy] = np.full((*self._playing.number.shape, size), np.nan)
        own = None
        if policy.traits.evaluates and scores is not None:
            tables, table = scores
            rows = tables.reshape(-1, tables.shape[-1])
            own = _frozen(rows.take(table[world] * tables.shape[1] + seat, axis=0))
        return ValidatorView(
            epoch=self.epoch,
            world=world,
            seat=seat,
            stake=_frozen(self.stake[world, seat]),
            memory=_frozen(self._memory[policy][world, seat]),
            public=PublicView(policy, public),
            miners=self.cabal_mask.shape[1],
            _policy=policy,
            _cabal=_frozen(self.cabal_mask) if policy.traits.colludes else None,
            _scores=own,
        )

    def _public(self, decided: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """The last revealed arrays; with the first movers' rows of this epoch, those and their consensus."""
        weights, consensus = self._revealed, self.consensus
        if decided is not None:
            moved = self._playing.laid_out([policy.traits.moves == "first" for policy in self._playing.policies])
            current = self.rules.paying_rule.consensus(decided, shares(self.stake * moved), self.rules)
            consensus = _kept_where_zero(current, consensus)
            weights = np.where(moved[..., None], decided, weights)
        arrays = {
            "consensus": consensus,
            "weights": weights,
            "incentive": self.incentive,
            "dividends": self.dividends,
            "validator_trust": self.validator_trust,
        }
        return {name: _frozen(values) for name, values in arrays.items()}

    # Checks ---------------------------------------------------------------------------------------------------------

    def _place(self, policy: ValidatorPolicy, view: ValidatorView, answer: np.ndarray, decided: np.ndarray) -> None:
        """Lay a policy's rows into the decided weights; `PolicyError` if they are not legal."""
        shape = (view.world.size, view.miners)
        try:
            rows = np.asarray(answer)
            plain = rows.dtype.kind in "biuf" and not isinstance(answer, np.ma.MaskedArray)
        except ValueError:  # a ragged list
            plain = False
        if not plain:
            raise PolicyError(
                f"{policy.name} (epoch {self.epoch}) returned {type(answer).__name__}; "
                f"weights are an array of real numbers, {shape[0]} rows of {shape[1]} miners"
            )
        rows = rows.astype(float, copy=False)
        if rows.shape != shape:
            raise PolicyError(
                f"{policy.name} (epoch {self.epoch}) returned weights of shape {rows.shape}; "
                f"it was asked for {shape[0]} rows of {shape[1]} miners"
            )
        wrong = place_rows(rows, view.world, view.seat, decided)
        if wrong >= 0:
            raise PolicyError(
                f"{policy.name} ({self._where(view.world[wrong], view.seat[wrong])}) returned "
                f"{what_is_wrong(rows[wrong])}; weights must be finite and at least 0 with a positive sum"
            )

    def _where(self, world: int, seat: int) -> str:
        return f"seat {seat}, world {self.world_numbers[world]}, epoch {self.epoch}"


def _frozen(values: np.ndarray) -> np.ndarray:
    view = values.view()
    view.flags.writeable = False
    return view


def _kept_where_zero(consensus: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Consensus[world, miner] with sum 1, or its last value where it is all zero."""
    return np.where(consensus.any(axis=-1, keepdims=True), shares(consensus), last)


def _world_numbers(worlds: int | Sequence[int] | np.ndarray) -> np.ndarray:
    numbers = np.arange(int(worlds)) if isinstance(worlds, int | np.integer) else np.asarray(worlds, dtype=np.int64)
    if numbers.ndim != 1 or numbers.size < 1 or np.min(numbers) < 0 or np.max(numbers) >= SEED_LIMIT:
        raise QuantityError(f"worlds is {worlds}; there must be at least 1, numbered from 0 to {SEED_LIMIT - 1}")
    return numbers
