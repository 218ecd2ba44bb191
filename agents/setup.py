"""What a subnet is made of, checked: who plays what in every world, the stake, and all settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from agents.learning import Learning
from agents.miners import ColludingMiner, HonestMiner
from agents.policy import DelegatorPolicy, MinerPolicy, OwnerPolicy, ValidatorPolicy
from agents.seating import Seating
from agents.settings import (
    CabalSettings,
    DelegatorSettings,
    MinerSettings,
    OwnerSettings,
    RegistrationSettings,
    ValidatorSettings,
    parse_start,
)
from agents.stake import StakePlan
from agents.staking import Childkey
from agents.streams import SEED_LIMIT, Purpose, uniform
from agents.validators import HonestValidator
from econ.quantity import QuantityError
from econ.yuma.rules import Rules

__all__ = ["Setup"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Policies of every seat and world, the cabal's miners last among the miners; own stake[world, validator].

    `start` epochs are played before epoch 0 with `start_policy` in all validators' seats.
    """

    validators: Seating[ValidatorPolicy]
    miners: Seating[MinerPolicy]
    delegators: Seating[DelegatorPolicy] | None
    owner: Seating[OwnerPolicy] | None
    rules: Rules
    validator_settings: ValidatorSettings
    miner_settings: MinerSettings
    cabal: CabalSettings
    cabal_seats: int
    registration: RegistrationSettings
    delegator_settings: DelegatorSettings
    owner_settings: OwnerSettings
    childkeys: tuple[Childkey, ...]
    learning: tuple[Learning, ...]
    stake: np.ndarray
    start: int
    start_policy: ValidatorPolicy
    worlds: np.ndarray
    seed: int
    burn_in: int
    series: bool

    @classmethod
    def given(
        cls,
        validators: Sequence[Any],
        miners: int | Sequence[Any],
        *,
        delegators: Sequence[Any],
        owner: Any,
        stake: StakePlan | None,
        start: str,
        start_policy: ValidatorPolicy | None,
        worlds: int | Sequence[int] | np.ndarray,
        seed: int,
        burn_in: int,
        cabal: CabalSettings,
        registration: RegistrationSettings,
        childkeys: Sequence[Childkey],
        learning: Sequence[Learning],
        **settings: Any,
    ) -> Setup:
        """From what `Subnet` is given, or `QuantityError`."""
        _check_kinds(stake=stake, start_policy=start_policy, cabal=cabal, registration=registration, **settings)
        learning, childkeys = _all_of("learning", learning, Learning), _all_of("childkeys", childkeys, Childkey)
        if not (isinstance(seed, int | np.integer) and 0 <= seed < SEED_LIMIT):
            raise QuantityError(f"seed is {seed}; it must be a whole number in [0, {SEED_LIMIT - 1}]")
        if not (isinstance(burn_in, int | np.integer) and burn_in >= 0):
            raise QuantityError(f"burn_in is {burn_in!r:.40}; it is a number of epochs and must be at least 0")
        numbers = _world_numbers(worlds)
        count, outside = numbers.size, registration.outside
        playing: Seating[ValidatorPolicy] = Seating.given(validators, count, ValidatorPolicy, "validators")
        colludes = any(policy.traits.colludes for policy in playing.policies)
        cabal_seats = (8 if colludes else 0) if cabal.miners is None else cabal.miners
        seated = [HonestMiner()] * (miners + outside) if isinstance(miners, int | np.integer) else miners
        working: Seating[MinerPolicy] = Seating.given(seated, count, MinerPolicy, "miners")
        if working.number.shape[1] <= outside:
            raise QuantityError(
                f"registration.outside is {outside}; there are {working.number.shape[1]} miners and at least one must "
                "hold a UID"
            )
        placing: Seating[DelegatorPolicy] | None = None
        if not isinstance(delegators, Sized) or len(delegators):
            placing = Seating.given(delegators, count, DelegatorPolicy, "delegators")
        owning: Seating[OwnerPolicy] | None = None
        if owner is not None:
            by_world = [[policy] for policy in owner] if isinstance(owner, Sequence) else [owner]
            owning = Seating.given(by_world, count, OwnerPolicy, "owner")
        for rule in learning:
            if (rule.role == "delegators" and placing is None) or (rule.role == "owner" and owning is None):
                raise QuantityError(f"{type(rule).__name__} is of {rule.role}, and there are none: give Subnet some")
        seats = playing.number.shape[1]
        own = (stake or StakePlan.parse("equal", seats)).shares(seed, numbers)
        if own.shape[1] != seats:
            raise QuantityError(f"stake is dealt to {own.shape[1]} seats; there are {seats} validators")
        return cls(
            validators=playing,
            miners=working.extended(ColludingMiner(utility=cabal.utility), cabal_seats),
            delegators=placing,
            owner=owning,
            stake=own,
            start=parse_start(start),
            start_policy=start_policy or HonestValidator(),
            worlds=numbers,
            seed=seed,
            burn_in=burn_in,
            cabal=cabal,
            cabal_seats=cabal_seats,
            registration=registration,
            childkeys=childkeys,
            learning=learning,
            **settings,
        )

    @property
    def columns(self) -> int:
        """How many UIDs miners can hold."""
        return self.miners.number.shape[1] - self.registration.outside

    @property
    def prize(self) -> float:
        """What a UID of average pay earns while it is immune, at least one epoch, in thousandths."""
        immunity = max(1.0, self.rules.immunity_period / self.rules.tempo)
        return 1000.0 * (1.0 - self.rules.validator_share) / self.columns * immunity

    def first_uids(self) -> np.ndarray:
        """Who holds which UID at first, uid[world, player]: where some wait outside, luck says who."""
        players, columns = self.miners.number.shape[1], self.columns
        uid = np.tile(np.arange(players), (self.worlds.size, 1))
        if players > columns:
            own = players - self.cabal_seats
            at = {"world": self.worlds, "epoch": 0, "seat": np.array(0), "columns": own}
            place = uniform(self.seed, Purpose.FIRST_UIDS, **at).argsort(axis=-1).argsort(axis=-1)
            uid[:, :own] = np.where(place < columns - self.cabal_seats, place, -1)
            uid[:, own:] -= players - columns
        return uid

    def started(self) -> tuple[Setup, np.ndarray]:
        """The setup of the start alone: of worlds that start alike only one, and which of them each world's is.

        In a start all validators' seats play the same, and delegators and owners do not act yet.
        """
        _, first, alike = np.unique(
            np.column_stack([self.worlds, self.miners.number]), axis=0, return_index=True, return_inverse=True
        )
        policies: tuple[ValidatorPolicy, ...] = (self.start_policy,)
        setup = replace(
            self,
            validators=Seating(policies=policies, number=np.zeros_like(self.validators.number[first])),
            miners=self.miners.in_worlds(first),
            delegators=self.delegators.in_worlds(first) if self.delegators else None,
            owner=self.owner.in_worlds(first) if self.owner else None,
            stake=self.stake[first],
            worlds=self.worlds[first],
            learning=(),
        )
        return setup, alike.reshape(-1)


_KINDS: dict[str, type] = {
    "rules": Rules,
    "validator_settings": ValidatorSettings,
    "miner_settings": MinerSettings,
    "cabal": CabalSettings,
    "registration": RegistrationSettings,
    "delegator_settings": DelegatorSettings,
    "owner_settings": OwnerSettings,
    "stake": StakePlan,
    "start_policy": ValidatorPolicy,
}


def _check_kinds(**given: Any) -> None:
    """`QuantityError` for what is not of the kind that is asked for; None is the default."""
    for name, value in given.items():
        kind = _KINDS.get(name, object)
        if value is not None and not isinstance(value, kind):
            raise QuantityError(f"{name} is {value!r:.60}; give it a {kind.__name__}")


def _all_of(name: str, given: Sequence[Any], kind: type[Any]) -> tuple[Any, ...]:
    """Several of a kind, or `QuantityError`."""
    if not isinstance(given, Iterable):
        raise QuantityError(f"{name} is {given!r:.60}; give a list, of {kind.__name__} alone")
    several = tuple(given)
    for each in several:
        if not isinstance(each, kind):
            raise QuantityError(f"{name} holds {each!r:.60}; it must hold {kind.__name__} alone")
    return several


def _world_numbers(worlds: int | Sequence[int] | np.ndarray) -> np.ndarray:
    numbers = np.arange(int(worlds)) if isinstance(worlds, int | np.integer) else np.asarray(worlds)
    whole = numbers.dtype.kind in "iu" and numbers.ndim == 1 and numbers.size > 0
    if not whole or np.min(numbers) < 0 or np.max(numbers) >= SEED_LIMIT:
        raise QuantityError(f"worlds is {worlds!r:.100}; give at least 1, numbered from 0 to {SEED_LIMIT - 1}")
    return numbers.astype(np.int64)
