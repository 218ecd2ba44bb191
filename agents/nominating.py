"""The delegators' and the owner's side of an epoch: where stake is placed, what is burned, what they earn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from agents.answers import are_legal, ask, checked_numbers, real_array
from agents.errors import PolicyError
from agents.luck import Luck
from agents.policy import DelegatorPolicy, OwnerPolicy
from agents.seating import Seating
from agents.settings import DelegatorSettings, OwnerSettings
from agents.staking import Staking
from agents.streams import Purpose, lognormal, policy_purpose
from agents.views import DelegatorView, OwnerView, Public, PublicView, Seen, frozen
from econ.yuma.bonds import shares

__all__ = ["Nominating"]


class Nominating:
    """Delegators' and owner's policies over the stake of all worlds."""

    def __init__(
        self,
        delegators: Seating[DelegatorPolicy] | None,
        owner: Seating[OwnerPolicy] | None,
        staking: Staking,
        *,
        settings: DelegatorSettings,
        owner_settings: OwnerSettings,
        noise: float,
        address: tuple[int, np.ndarray],
        where: Callable[[int, int], str],
    ) -> None:
        self.delegators, self.owner, self._staking = delegators, owner, staking
        self._settings, self._owner_settings, self._noise = settings, owner_settings, noise
        self._address, self._where = address, where
        self.burned = np.zeros(len(staking.own))
        self.invested = np.zeros(staking.own.shape)

    def measures(self, epoch: int) -> np.ndarray | None:
        """Which delegators measure miners in an epoch and pay for it, [world, delegator]; None where there are none."""
        if self.delegators is None:
            return None
        asked = self._may_move(epoch)
        return self.delegators.laid_out([asked and policy.traits.evaluates for policy in self.delegators.policies])

    def _may_move(self, epoch: int) -> bool:
        return epoch >= 0 and epoch % self._settings.period == 0

    def move(self, epoch: int, public: Public, emission: np.ndarray, quality: np.ndarray) -> None:
        """Ask the owner, and in every `period`-th epoch the delegators, and do as they say."""
        self._ask_owner(epoch, public)
        if self.delegators is None or not self._may_move(epoch):
            return
        yields = frozen(self._staking.yields(emission))
        placed = self._staking.placed
        everything = self._staking.total.sum(axis=1)
        roll = self.delegators.roll
        for policy, part in roll.parts:
            world, seat = roll.world[part], roll.seat[part]
            mine = placed[world, seat]
            scores = None
            if policy.traits.evaluates:
                scores = frozen(quality[world] * self._noises(epoch, world, seat, quality.shape[1]))
            view = DelegatorView(
                epoch=epoch,
                world=world,
                seat=seat,
                public=PublicView(policy, Seen(public)),
                stake=frozen(mine.sum(axis=1) / everything[world]),
                held=frozen(shares(mine)),
                yields=yields.view(),
                _policy=policy,
                _luck=Luck(self._address, policy_purpose("delegators"), epoch, world, seat),
                _scores=scores,
            )
            division = real_array(
                policy, ask(policy, "stake", view, self._where), "stakes", mine.shape, view, self._where
            )
            legal = are_legal(division)
            if not legal.all():
                row = int(np.argmin(legal))
                raise PolicyError(
                    f"{policy.name} ({self._where(world[row], seat[row])}) returned the stakes {division[row]}; "
                    "they must be finite and at least 0 with a positive, finite sum"
                )
            self._staking.place(world, seat, shares(division))

    def _ask_owner(self, epoch: int, public: Public) -> None:
        if self.owner is None:
            return
        roll = self.owner.roll
        for policy, part in roll.parts:
            world, seat = roll.world[part], roll.seat[part]
            view = OwnerView(
                epoch=epoch,
                world=world,
                seat=seat,
                public=PublicView(policy, Seen(public)),
                _policy=policy,
                _luck=Luck(self._address, policy_purpose("owner"), epoch, world, seat),
            )
            burn, invest = (ask(policy, act, view, self._where) for act in ("burn", "invest"))
            self.burned[world] = (
                0.0 if burn is None else checked_numbers(policy, burn, view, "burned shares", 0.0, 1.0, self._where)
            )
            staked = np.zeros_like(self.invested[world])
            if invest is not None:
                staked = real_array(policy, invest, "investments", staked.shape, view, self._where)
                checked_numbers(policy, staked.min(axis=1), view, "investments", 0.0, 1.0, self._where)
                checked_numbers(policy, staked.sum(axis=1) - 1e-9, view, "investments in all", -1.0, 1.0, self._where)
            self.invested[world] = staked

    def invest(self) -> None:
        """The owner stakes what it invests of its cut, as far as stake compounds."""
        cut = self._owner_settings.income / 1000.0
        self._staking.placed[:, -1] += self._staking.compounding * cut * self.invested

    def _noises(self, epoch: int, world: np.ndarray, seat: np.ndarray, columns: int) -> np.ndarray:
        seed, numbers = self._address
        return lognormal(
            seed,
            Purpose.DELEGATOR_SCORE,
            scale=self._noise,
            world=numbers[world],
            epoch=epoch,
            seat=seat,
            columns=columns,
        )
