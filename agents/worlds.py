"""All worlds of a subnet: the arrays that are the truth, and the order of one epoch."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from agents.accounts import Accounts, Paid
from agents.deciding import Decided
from agents.learning import Revisions
from agents.ledger import Ledger
from agents.mining import Mining
from agents.nature import Nature
from agents.nominating import Nominating
from agents.offers import Offers
from agents.placing import clear_columns, paid_first, publish, take_out
from agents.policy import Policy
from agents.seating import Seating
from agents.setup import Setup
from agents.staking import Staking
from agents.streams import Purpose, uniform
from agents.uids import Uids
from agents.validating import Validating
from agents.views import Public
from econ.quantity import QuantityError
from econ.yuma.bonds import shares
from econ.yuma.epoch import Epoch, emission, is_compiled

__all__ = ["Worlds"]


class Worlds:
    """Worlds side by side, independent of each other; those of the same number share their luck.

    Arrays are over [world, seat] or [world, column], the columns being the UIDs that miners can hold. New ones stand
    before epoch 0: the epochs of the start are played at once, in one world for all that start alike.
    """

    def __init__(self, setup: Setup, epoch: int = 0) -> None:
        self.setup, self.rules, self.epoch = setup, setup.rules, epoch
        count, seats = setup.validators.number.shape
        players, columns = setup.miners.number.shape[1], setup.columns
        address = (setup.seed, setup.worlds)
        noise = setup.validator_settings.noise
        self._nature = Nature(setup.worlds, players, setup.miner_settings, noise=noise, seed=setup.seed, epoch=epoch)
        self._uids = Uids(
            setup.first_uids(),
            columns,
            setup.registration,
            immunity_period=self.rules.immunity_period,
            tempo=self.rules.tempo,
            epoch=epoch,
            validators=seats,
        )
        self._mining = Mining(
            setup.miners,
            self._uids,
            effort_exponent=setup.miner_settings.effort_exponent,
            address=address,
            prize=setup.prize,
        )
        self._validating = Validating(
            setup.validators, nature=self._nature, address=address, columns=columns, where=self._where
        )
        holders = setup.delegators.number.shape[1] if setup.delegators else 0
        self._staking = Staking(
            setup.stake,
            delegators=holders,
            delegated=setup.delegator_settings.stake,
            take=setup.validator_settings.take,
            compounding=setup.validator_settings.compounding,
            childkeys=setup.childkeys,
        )
        self._nominating = Nominating(
            setup.delegators,
            setup.owner,
            self._staking,
            settings=setup.delegator_settings,
            owner_settings=setup.owner_settings,
            noise=noise,
            address=address,
            where=self._where,
        )
        self._accounts = Accounts(
            setup,
            mining=self._mining,
            validating=self._validating,
            staking=self._staking,
            nominating=self._nominating,
        )
        self.ledger = Ledger(count, seats, players, burn_in=setup.burn_in, series=setup.series, delegators=holders)
        self._revisions = [Revisions(rule, address) for rule in setup.learning]

        self.stake = self._staking.shares
        self.quality = self._mining.quality(self._nature.skill(), self._nature.index)
        self.consensus = np.full((count, columns), 1.0 / columns)
        self.incentive = np.zeros((count, columns))
        self.dividends = np.zeros((count, seats))
        self.validator_trust = np.zeros((count, seats))
        self._bonds = np.zeros((count, seats, columns))
        self._emission = np.zeros((count, seats)), np.zeros((count, columns))
        self._paid: Epoch | None = None
        self._revealed = np.zeros((count, seats, columns))
        # Arrays of last epochs are filled again: allocating them anew would cost as much as the rule itself.
        self._other_bonds = np.zeros((count, seats, columns))
        self._other_weights = np.zeros((count, seats, columns))
        self._hidden: deque[Decided] = deque()
        self._no_offers = Offers.none(count, columns)
        self._unpaid = np.zeros((count, columns), dtype=bool)
        self._fresh: np.ndarray | None = None
        self._unforgotten: np.ndarray | None = None
        self._registered = np.zeros((count, players))
        if setup.start and epoch == 0:
            started, alike = setup.started()
            first = Worlds(started, -setup.start)
            while first.epoch < 0:
                first.play_epoch()
            self._go_on_from(first, alike)

    def _go_on_from(self, other: Worlds, world: np.ndarray) -> None:
        """Take over all that the other worlds[k] have come to: world[k] says which of them."""
        for name in (
            "stake",
            "quality",
            "consensus",
            "incentive",
            "dividends",
            "validator_trust",
            "_bonds",
            "_revealed",
            "_unpaid",
            "_registered",
        ):
            setattr(self, name, getattr(other, name)[world])
        to_validators, to_miners = other._emission
        self._emission = to_validators[world], to_miners[world]
        if other._paid is not None:
            self._paid = Epoch(
                consensus=other._paid.consensus[world],
                incentive=self.incentive,
                dividends=self.dividends,
                validator_trust=self.validator_trust,
                bonds=self._bonds,
                weights=None if other._paid.weights is None else self._revealed,
            )
        self._hidden.extend(decided.in_worlds(world) for decided in other._hidden)
        self._nature.go_on_from(other._nature)
        self._uids.go_on_from(other._uids, world)
        self._mining.go_on_from(other._mining, world)
        self._staking.go_on_from(other._staking, world)
        self._validating.go_on_from(other._validating, world)
        self.ledger.go_on_from(other.ledger, world)

    # Who plays what ----------------------------------------------------------------------------------------------

    def seating(self, role: str) -> Seating[Any]:
        """Who plays what in a role: validators, miners, delegators or owner."""
        playing: dict[str, Seating[Any] | None] = {
            "validators": self._validating.playing,
            "miners": self._mining.playing,
            "delegators": self._nominating.delegators,
            "owner": self._nominating.owner,
        }
        if role not in playing:
            raise QuantityError(f"role is {role!r}; it must be one of {', '.join(playing)}")
        found = playing[role]
        if found is None:
            raise QuantityError(f"this subnet was made without {role}: give Subnet policies for them")
        return found

    def switch(self, role: str, world: Any, seat: Any, policies: Sequence[Policy]) -> None:
        """From the next decision on policies[row] are played at world[row] and seat[row] of the role.

        Worlds are counted from 0 as they lie. `QuantityError` for policies of another role, and for rows that are none.
        """
        seating = self.seating(role).switched(role, np.atleast_1d(world), np.atleast_1d(seat), policies)
        if role == "validators":
            self._validating.seat(seating)
        elif role == "miners":
            self._mining.seat(seating)
        elif role == "delegators":
            self._nominating.delegators = seating
        else:
            self._nominating.owner = seating

    # The order of an epoch ---------------------------------------------------------------------------------------

    def play_epoch(self) -> None:
        """One epoch in the order of the base game."""
        self._change_uids()
        self._move_stake()
        if len(self._hidden) >= self.rules.reveal_lag:
            self._pay(self._hidden.popleft())
        self._mining.choose(self.epoch, self._public(), self._where)
        self._nature.move(self.epoch)
        self.quality = self._mining.quality(self._nature.skill(), self._nature.index)
        self._decide_weights()
        for revisions in self._revisions:
            revisions.revise(self)
        self.epoch += 1

    def _change_uids(self) -> None:
        """Registrations: a newcomer's column starts without weights, bonds and consensus."""
        self._forget_who_went()
        self._fresh = None
        if not self._mining.moving:
            self._uids.pass_epoch()
            return
        came = self._mining.change_uids(
            self.epoch, self._public(), self._emission[1], self._registration_order, self._where
        )
        self._fresh = np.zeros(self.consensus.shape, dtype=bool)
        self._registered[:] = 0.0
        world, column = came.world, came.column
        if world.size:
            self._registered[world, came.player] = came.cost
            self._fresh[world, column] = self._unpaid[world, column] = True
            self._unforgotten = self._fresh
            for hidden in self._hidden:
                hidden.forget(self._fresh)
            for single in (self.incentive, self._emission[1]):
                single[world, column] = 0.0
            if self._paid is not None:
                self._paid.consensus[world, column] = 0.0  # its weights are those revealed
            take_out(self.consensus, world, column)

    def _forget_who_went(self) -> None:
        """Empty the columns of bonds and of revealed weights whose UIDs are fresh; mostly the rule has done it."""
        if self._unforgotten is not None:
            for pairs in (self._bonds, self._revealed):
                clear_columns(pairs, self._unforgotten)
            self._unforgotten = None

    @property
    def bonds(self) -> np.ndarray:
        """The bonds after the last paid epoch, [world, seat, column]."""
        self._forget_who_went()
        return self._bonds.copy()

    def _revealed_now(self) -> np.ndarray:
        """The weights revealed last, 0 for whom they were not meant."""
        self._forget_who_went()
        return self._revealed

    def _registration_order(self) -> np.ndarray:
        """Who comes first of those who bid the same, [world, player]."""
        return uniform(
            self.setup.seed,
            Purpose.REGISTRATION_ORDER,
            world=self.setup.worlds,
            epoch=self.epoch,
            seat=np.array(0),
            columns=self._uids.uid.shape[1],
        )

    def _move_stake(self) -> None:
        ended = self._staking.rented.any()
        self._staking.rented[:] = 0.0  # rented for one epoch
        if self._validating.trading:
            take = self._staking.take.copy()  # all decide on the takes of the epoch before
            self._validating.trade(
                self.epoch, self.stake, self._mining.colludes, self._public(), take, self._staking.rented
            )
            self._staking.take = take
        if self.epoch >= 0 and (self._nominating.delegators or self._nominating.owner):
            self._nominating.move(self.epoch, self._public(), self._emission[0], self.quality)
        if self._staking.moves or self._validating.trading or ended:
            self.stake = self._staking.shares

    def _pay(self, decided: Decided) -> None:
        """The chain's epoch: these weights are paid, and they and their consensus become public."""
        weights, new_bonds = self._other_weights, self._other_bonds
        if not is_compiled(self.rules):
            self._forget_who_went()  # it looks at the weights before too
        result, received, spent = decided.pay(
            weights, self.stake, self._bonds, self.rules, new_bonds, self._paid, self._unforgotten
        )
        self._paid, self._unforgotten = result, None
        self._bonds, self._other_bonds = result.bonds, self._bonds
        self._revealed, self._other_weights = weights, self._revealed
        self.incentive, self.dividends = result.incentive, result.dividends
        self.validator_trust = result.validator_trust
        self.consensus = publish(result.consensus, self.consensus)
        self._emission = emission(result, self.stake, self.rules.validator_share, amount=1000.0)
        paid = Paid(self.stake, self.dividends, self.validator_trust, *self._emission, received, spent)
        numbers = self._accounts.of(self.epoch, paid, self._registered)
        self.ledger.record(self.epoch, numbers, quality=self.quality, incentive=result.incentive)
        world, column = paid_first(self._unpaid, result.incentive)
        if world.size:
            self.ledger.newcomers(self.epoch, world, self.epoch - self._uids.registered_at[world, column])
        for revisions in self._revisions:
            revisions.paid(numbers)

    def _decide_weights(self) -> None:
        decided = Decided(self._validating.plan, self._revealed.shape[2])
        decided.offers = self._mining.offers
        self._validating.decide(
            self.epoch,
            self.stake,
            self.quality,
            self._mining.colludes,
            self._public,
            decided,
            react=self.rules.reveal_period == 0,
            fresh=self._fresh,
        )
        self._hidden.append(decided)

    def _public(self, decided: Decided | None = None) -> Public:
        """The last revealed arrays; with the first movers' rows of this epoch, those and their consensus."""
        consensus = self.consensus
        weights: np.ndarray | Callable[[], np.ndarray] = self._revealed_now
        if decided is not None:
            moved = self._validating.moved("first")
            rows = decided.weights
            current = self.rules.paying_rule.consensus(rows, shares(self.stake * moved), self.rules)
            consensus = publish(current, consensus)
            weights = np.where(moved[..., None], rows, self._revealed_now())
        offers = self._mining.offers or self._no_offers
        return {
            "consensus": consensus,
            "weights": weights,
            "incentive": self.incentive,
            "dividends": self.dividends,
            "validator_trust": self.validator_trust,
            "stake": self.stake,
            "take": self._staking.take,
            "registered_at": self._uids.registered_at,
            "registration_price": lambda: self._uids.cost,
            "offers": offers.payment,
            "asked": offers.asked,
            "contract": offers.contract,
        }

    def _where(self, world: int, seat: int) -> str:
        return f"seat {seat}, world {self.setup.worlds[world]}, epoch {self.epoch}"
