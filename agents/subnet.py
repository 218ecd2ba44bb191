"""The subnet as people meet it: a Mesa model of seats, stepped an epoch at a time.

A seat is a thin Mesa agent over its column of the worlds' arrays, which are the truth (`agents.worlds`). Worlds of the
same number share their luck whatever is played in them, which is how two profiles are compared on the same draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import mesa
import numpy as np

from agents.learning import Learning
from agents.policy import DelegatorPolicy, MinerPolicy, OwnerPolicy, ValidatorPolicy
from agents.seats import Delegator, Miner, Owner, Seat, Validator
from agents.settings import (
    CabalSettings,
    DelegatorSettings,
    MinerSettings,
    OwnerSettings,
    RegistrationSettings,
    ValidatorSettings,
)
from agents.setup import Setup
from agents.stake import StakePlan
from agents.staking import Childkey
from agents.worlds import Worlds
from econ.quantity import QuantityError
from econ.yuma.rules import Rules

__all__ = ["Subnet"]


class Subnet(Worlds, mesa.Model):
    """Validators and miners with policies, stepped an epoch at a time through Yuma consensus.

    `validators` is a policy a seat, or a list of those for every world; `miners` a number of honest miners or a policy
    a seat, and so are `delegators` and `owner`. With `registration.outside` above 0 the last so many of the miners
    given wait outside for a UID (who does is drawn anew in every world). `worlds` is a number of worlds (0, 1, ...) or
    the world numbers themselves, which may repeat. A start `honest:N` is played at once when the model is made, so a
    new model stands before epoch 0. `learning` rules let seats change their policies in mid-run. With `series` the
    ledger keeps every epoch's numbers, else only the averages from `burn_in` on.

    >>> from agents import HonestValidator, Subnet, WeightCopier
    >>> subnet = Subnet([HonestValidator()] * 4 + [WeightCopier()], miners=8, start="honest:3")
    >>> subnet.step()
    >>> len(subnet.validators), len(subnet.miners), subnet.epoch
    (5, 8, 1)
    """

    def __init__(
        self,
        validators: Sequence[ValidatorPolicy] | Sequence[Sequence[ValidatorPolicy]],
        miners: int | Sequence[MinerPolicy] | Sequence[Sequence[MinerPolicy]] = 64,
        *,
        delegators: Sequence[DelegatorPolicy] | Sequence[Sequence[DelegatorPolicy]] = (),
        owner: OwnerPolicy | Sequence[OwnerPolicy] | None = None,
        rules: Rules | None = None,
        validator_settings: ValidatorSettings | None = None,
        miner_settings: MinerSettings | None = None,
        cabal: CabalSettings | None = None,
        registration: RegistrationSettings | None = None,
        delegator_settings: DelegatorSettings | None = None,
        owner_settings: OwnerSettings | None = None,
        childkeys: Sequence[Childkey] = (),
        learning: Sequence[Learning] = (),
        stake: StakePlan | None = None,
        start: str = "honest:40",
        start_policy: ValidatorPolicy | None = None,
        worlds: int | Sequence[int] | np.ndarray = 1,
        seed: int = 0,
        burn_in: int = 0,
        series: bool = True,
    ) -> None:
        setup = Setup.given(
            validators,
            miners,
            delegators=delegators,
            owner=owner,
            rules=Rules() if rules is None else rules,
            validator_settings=ValidatorSettings() if validator_settings is None else validator_settings,
            miner_settings=MinerSettings() if miner_settings is None else miner_settings,
            cabal=CabalSettings() if cabal is None else cabal,
            registration=RegistrationSettings() if registration is None else registration,
            delegator_settings=DelegatorSettings() if delegator_settings is None else delegator_settings,
            owner_settings=OwnerSettings() if owner_settings is None else owner_settings,
            childkeys=childkeys,
            learning=learning,
            stake=stake,
            start=start,
            start_policy=start_policy,
            worlds=worlds,
            seed=seed,
            burn_in=burn_in,
            series=series,
        )
        mesa.Model.__init__(self, rng=seed)
        Worlds.__init__(self, setup)
        self.validators = [Validator(self, seat) for seat in range(setup.validators.number.shape[1])]
        self.miners = [Miner(self, player) for player in range(setup.miners.number.shape[1])]
        holders = setup.delegators.number.shape[1] if setup.delegators else 0
        self.delegators = [Delegator(self, seat) for seat in range(holders)]
        self.owner = Owner(self, 0) if setup.owner else None

    def run(self, epochs: int) -> None:
        """Step that many epochs; `QuantityError` unless they are a whole number of at least 0."""
        if not isinstance(epochs, Integral) or epochs < 0:
            raise QuantityError(f"epochs is {epochs!r:.40}; it must be a whole number of at least 0")
        for _ in range(int(epochs)):
            self.step()

    def step(self) -> None:
        """Play one epoch in the order of the base game."""
        self.play_epoch()

    @property
    def worlds(self) -> int:
        """How many worlds are played side by side."""
        return self.setup.worlds.size

    @property
    def world_numbers(self) -> np.ndarray:
        """The numbers of the worlds, by which luck is addressed."""
        return self.setup.worlds

    @property
    def cabal_seats(self) -> int:
        """How many of the last miners' seats are the cabal's."""
        return self.setup.cabal_seats

    @property
    def cabal_mask(self) -> np.ndarray:
        """Which UIDs the cabal's miners hold, [world, column]."""
        return self._mining.colludes.copy()

    @property
    def work(self) -> np.ndarray:
        """Work that miners did in the last epoch, [world, miner]; 1 is a full effort, a copy is none."""
        return self._mining.work()

    @property
    def uid(self) -> np.ndarray:
        """The column of each miner's UID, uid[world, miner]; -1 while it has none."""
        return self._uids.uid.copy()

    @property
    def weights(self) -> np.ndarray:
        """The weights that the last epoch paid by, revealed and in shares, [world, seat, column]."""
        return self._revealed_now().copy()

    @property
    def learnt(self) -> list[np.ndarray]:
        """For each learning rule, the share of seats that play each of its policies, [epoch, world, policy]."""
        return [np.array(revisions.counts) for revisions in self._revisions]

    @property
    def placed_stake(self) -> np.ndarray:
        """What delegators, and last the owner, have placed, share[world, holder, validator] of the world's stake."""
        return self._staking.placed / self._staking.total.sum(axis=1)[:, None, None]

    def policy_of(self, seat: Seat) -> Any:
        """The policy of a seat; a tuple of them, by world, where there are several worlds."""
        seating = self.seating(seat.role)
        played = tuple(seating.policies[n] for n in seating.number[:, seat.seat])
        return played[0] if self.worlds == 1 else played
