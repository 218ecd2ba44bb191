"""The subnet: the table at which policies meet, and the order of one epoch.

Truth lives in arrays over [world, seat]. A seat is a thin Mesa agent over its column, for people; the epoch itself
groups rows by the policy that plays them. Worlds are independent replicates; worlds of the same number share their
luck whatever is played in them, which is how two profiles are compared on the same draws.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

import mesa
import numpy as np

from agents.learning import Learning, Revisions
from agents.ledger import Ledger
from agents.miners import ColludingMiner, HonestMiner
from agents.mining import Mining
from agents.nature import Nature
from agents.nominating import Nominating
from agents.offers import Offers
from agents.placing import forget_columns, publish
from agents.policy import DelegatorPolicy, MinerPolicy, OwnerPolicy, Policy, ValidatorPolicy
from agents.seating import Seating
from agents.seats import Delegator, Miner, Owner, Seat, Validator
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
from agents.staking import Childkey, Staking
from agents.streams import SEED_LIMIT, Purpose, uniform
from agents.uids import Uids
from agents.validating import Validating
from agents.validators import HonestValidator
from agents.views import frozen
from econ.quantity import QuantityError
from econ.yuma.bonds import shares
from econ.yuma.epoch import Epoch, emission, epoch_of_shares
from econ.yuma.rules import Rules

__all__ = ["Subnet"]


class Decided(NamedTuple):
    """Weights[world, validator, miner] that wait to be revealed, and the offers they answered."""

    weights: np.ndarray
    offers: Offers | None


class Subnet(mesa.Model):
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
        if not (isinstance(seed, int | np.integer) and 0 <= seed < SEED_LIMIT):
            raise QuantityError(f"seed is {seed}; it must be a whole number in [0, {SEED_LIMIT - 1}]")
        if burn_in < 0:
            raise QuantityError(f"burn_in is {burn_in}; it is a number of epochs and must be at least 0")
        super().__init__(rng=seed)
        self.rules = rules or Rules()
        self.validator_settings = validator_settings or ValidatorSettings()
        self.miner_settings = miner_settings or MinerSettings()
        self.cabal = cabal or CabalSettings()
        self.registration = registration or RegistrationSettings()
        self.owner_settings = owner_settings or OwnerSettings()
        self.seed_number = seed
        self.world_numbers = _world_numbers(worlds)
        count = self.world_numbers.size
        self.epoch = -parse_start(start)

        playing: Seating[ValidatorPolicy] = Seating.given(validators, count, ValidatorPolicy, "validators")
        colludes = any(policy.traits.colludes for policy in playing.policies)
        self.cabal_seats = (8 if colludes else 0) if self.cabal.miners is None else self.cabal.miners
        given = [HonestMiner()] * (miners + self.registration.outside) if isinstance(miners, int) else miners
        working: Seating[MinerPolicy] = Seating.given(given, count, MinerPolicy, "miners")
        working = working.extended(ColludingMiner(utility=self.cabal.utility), self.cabal_seats)
        seats, players = playing.number.shape[1], working.number.shape[1]
        columns = players - self.registration.outside
        if columns - self.cabal_seats < 1:
            raise QuantityError(
                f"registration.outside is {self.registration.outside}; there are {players - self.cabal_seats} miners "
                "and at least one must hold a UID"
            )

        address = (seed, self.world_numbers)
        self._nature = Nature(
            self.world_numbers,
            players,
            self.miner_settings,
            noise=self.validator_settings.noise,
            seed=seed,
            epoch=self.epoch,
        )
        self._uids = Uids(
            self._first_uids(players, columns),
            columns,
            self.registration,
            immunity_period=self.rules.immunity_period,
            tempo=self.rules.tempo,
            epoch=self.epoch,
            validators=seats,
        )
        immunity = max(1.0, self.rules.immunity_period / self.rules.tempo)
        self._mining = Mining(
            working,
            self._uids,
            effort_exponent=self.miner_settings.effort_exponent,
            address=address,
            prize=1000.0 * (1.0 - self.rules.validator_share) / columns * immunity,
        )
        self._validating = Validating(playing, nature=self._nature, address=address, columns=columns, where=self._where)

        plan = stake or StakePlan.parse("equal", seats)
        own = plan.shares(seed, self.world_numbers)
        if own.shape[1] != seats:
            raise QuantityError(f"stake is dealt to {own.shape[1]} seats; there are {seats} validators")
        delegator_settings = delegator_settings or DelegatorSettings()
        nominators: Seating[DelegatorPolicy] | None = None
        if len(delegators):
            nominators = Seating.given(delegators, count, DelegatorPolicy, "delegators")
        self._staking = Staking(
            own,
            delegators=nominators.number.shape[1] if nominators else 0,
            delegated=delegator_settings.stake,
            take=self.validator_settings.take,
            compounding=self.validator_settings.compounding,
            childkeys=childkeys,
        )
        owning: Seating[OwnerPolicy] | None = None
        if owner is not None:
            by_world = [[policy] for policy in owner] if isinstance(owner, Sequence) else [owner]
            owning = Seating.given(by_world, count, OwnerPolicy, "owner")
        self._nominating = Nominating(
            nominators,
            owning,
            self._staking,
            settings=delegator_settings,
            owner_settings=self.owner_settings,
            noise=self.validator_settings.noise,
            address=address,
            where=self._where,
        )
        self.stake = self._staking.shares

        self.consensus = np.full((count, columns), 1.0 / columns)
        self.incentive = np.zeros((count, columns))
        self.dividends = np.zeros((count, seats))
        self.validator_trust = np.zeros((count, seats))
        self.bonds = np.zeros((count, seats, columns))
        self._emission = np.zeros((count, seats)), np.zeros((count, columns))
        self._paid: Epoch | None = None
        self._revealed = np.zeros((count, seats, columns))
        # Arrays of last epochs are filled again: allocating them anew would cost as much as the rule itself.
        self._other_bonds = np.zeros((count, seats, columns))
        self._other_weights: np.ndarray | None = None
        self._hidden: deque[Decided] = deque()
        self._no_offers = Offers.none(count, columns)
        self._unpaid = np.zeros((count, columns), dtype=bool)
        self._fresh: np.ndarray | None = None
        self._registered = np.zeros((count, players))

        holders = nominators.number.shape[1] if nominators else 0
        self.ledger = Ledger(count, seats, players, burn_in=burn_in, series=series, delegators=holders)
        self._revisions = [Revisions(rule, address) for rule in learning]
        self.quality = self._mining.quality(self._nature.skill())
        self.validators = [Validator(self, seat) for seat in range(seats)]
        self.miners = [Miner(self, player) for player in range(players)]
        self.delegators = [Delegator(self, seat) for seat in range(holders)]
        self.owner = Owner(self, 0) if owning else None
        if self.epoch < 0:
            self._start(start_policy or HonestValidator())

    def _first_uids(self, players: int, columns: int) -> np.ndarray:
        """Who holds which UID at first, uid[world, player]: where some wait outside, luck says who."""
        count = self.world_numbers.size
        uid = np.tile(np.arange(players), (count, 1))
        if players > columns:
            own = players - self.cabal_seats
            luck = uniform(
                self.seed_number,
                Purpose.FIRST_UIDS,
                world=self.world_numbers,
                epoch=0,
                seat=np.array(0),
                columns=own,
            )
            place = luck.argsort(axis=-1).argsort(axis=-1)
            first = columns - self.cabal_seats
            uid[:, :own] = np.where(place < first, place, -1)
            uid[:, own:] -= players - columns
        return uid

    def _start(self, policy: ValidatorPolicy) -> None:
        """Play the epochs before 0 with one policy in all validators' seats."""
        playing = self._validating.playing
        self._validating.seat(Seating(policies=(policy,), number=np.zeros_like(playing.number)))
        while self.epoch < 0:
            self._play_epoch()
        self._validating.seat(playing)

    # What people read --------------------------------------------------------------------------------------------

    @property
    def worlds(self) -> int:
        """How many worlds are played side by side."""
        return self.world_numbers.size

    @property
    def cabal_mask(self) -> np.ndarray:
        """Which UIDs the cabal's miners hold, [world, column]."""
        return self._mining.colludes

    @property
    def uid(self) -> np.ndarray:
        """The column of each miner's UID, uid[world, miner]; -1 while it has none."""
        return frozen(self._uids.uid)

    @property
    def weights(self) -> np.ndarray:
        """The weights that the last epoch paid by, revealed and in shares, [world, seat, column]."""
        return frozen(self._revealed)

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
        """From the next decision on policies[row] are played at world[row] and seat[row] of the role."""
        seating = self.seating(role).switched(np.atleast_1d(world), np.atleast_1d(seat), policies)
        if role == "validators":
            self._validating.seat(seating)
        elif role == "miners":
            self._mining.seat(seating)
        elif role == "delegators":
            self._nominating.delegators = seating
        else:
            self._nominating.owner = seating

    def run(self, epochs: int) -> None:
        """Step that many epochs."""
        for _ in range(epochs):
            self.step()

    def step(self) -> None:
        """Play one epoch in the order of the base game."""
        self._play_epoch()

    # The order of an epoch ---------------------------------------------------------------------------------------

    def _play_epoch(self) -> None:
        self._change_uids()
        self._move_stake()
        if len(self._hidden) >= self.rules.reveal_lag:
            self._pay(self._hidden.popleft())
        self._mining.choose(self.epoch, self._public(), self._where)
        self._nature.move(self.epoch)
        self.quality = self._mining.quality(self._nature.skill())
        self._decide_weights()
        for revisions in self._revisions if self.epoch >= 0 else ():
            revisions.revise(self)
        self.epoch += 1

    def _change_uids(self) -> None:
        """Registrations: a newcomer's column starts without weights, bonds and consensus."""
        self._fresh = None
        if not self._mining.moving:
            return
        self._fresh, self._registered = self._mining.change_uids(
            self.epoch, self._public(), self._emission[1], self._registration_order, self._where
        )
        world, column = np.nonzero(self._fresh)
        if world.size:
            self._unpaid[world, column] = True
            for pairs in (self.bonds, self._revealed):
                pairs[world, :, column] = 0.0
            for hidden in self._hidden:
                forget_columns(hidden.weights, self._fresh)
            for single in (self.consensus, self.incentive, self._emission[1]):
                single[world, column] = 0.0
            if self._paid is not None:
                self._paid.consensus[world, column] = 0.0  # its weights are those revealed
            uniform_row = np.full(self.consensus.shape, 1.0 / self.consensus.shape[1])
            self.consensus = publish(self.consensus, uniform_row)

    def _registration_order(self) -> np.ndarray:
        """Who comes first of those who bid the same, [world, player]."""
        return uniform(
            self.seed_number,
            Purpose.REGISTRATION_ORDER,
            world=self.world_numbers,
            epoch=self.epoch,
            seat=np.array(0),
            columns=self._uids.uid.shape[1],
        )

    def _move_stake(self) -> None:
        ended = self._staking.rented.any()
        self._staking.rented[:] = 0.0  # rented for one epoch
        if self._validating.trading:
            self._validating.trade(
                self.epoch, self.stake, self.cabal_mask, self._public(), self._staking.take, self._staking.rented
            )
        if self.epoch >= 0:
            self._nominating.move(self.epoch, self._public(), self._emission[0], self.quality)
        if self._staking.moves or self._validating.trading or ended:
            self.stake = self._staking.shares

    def _pay(self, decided: Decided) -> None:
        """The chain's epoch: these weights are paid, and they and their consensus become public."""
        weights = decided.weights
        result = epoch_of_shares(weights, self.stake, self.bonds, self.rules, self._other_bonds, self._paid)
        self._paid = result
        self.bonds, self._other_bonds = result.bonds, self.bonds
        self._revealed, self._other_weights = weights, self._revealed
        self.incentive, self.dividends = result.incentive, result.dividends
        self.validator_trust = result.validator_trust
        self.consensus = publish(result.consensus, self.consensus)
        self._emission = emission(result, self.stake, self.rules.validator_share)
        numbers = self._accounts(decided)
        self.ledger.record(self.epoch, numbers, quality=self.quality, incentive=result.incentive)
        first = self._unpaid & (result.incentive > 0)
        if first.any():
            world, column = np.nonzero(first)
            self._unpaid &= ~first
            self.ledger.newcomers(self.epoch, world, self.epoch - self._uids.registered_at[world, column])
        for revisions in self._revisions if self.epoch >= 0 else ():
            revisions.paid(numbers)

    def _accounts(self, decided: Decided) -> dict[str, np.ndarray]:
        """What this epoch pays and costs, by name, [world, seat], in thousandths; what is nothing is left out."""
        to_validators, to_miners = self._emission
        burned = self._nominating.burned
        if burned.any():
            to_miners = (1.0 - burned)[:, None] * to_miners
        numbers = {
            "validator_emission": 1000.0 * to_validators,
            "dividends": self.dividends,
            "validator_trust": self.validator_trust,
            "stake": self.stake,
            "owner_emission": np.full((self.worlds, 1), self.owner_settings.income),
        }
        if self._staking.moves or self._validating.trading:
            if self.epoch >= 0:
                self._nominating.invest()
            kept, given = self._staking.divide(to_validators, grow=self.epoch >= 0)
            numbers["validator_emission"] = 1000.0 * kept
            numbers["delegator_emission"] = 1000.0 * given[:, :-1]
            numbers["owner_emission"] = numbers["owner_emission"] + 1000.0 * given[:, -1:]
            numbers["validator_other"] = -self.validator_settings.rent * self._staking.rented
        moving = self._mining.moving
        numbers["miner_emission"] = 1000.0 * (self._mining.by_player(to_miners) if moving else to_miners)
        costs = self._mining.costs(self.miner_settings.cost, self.cabal.cost)
        if costs is not None:
            numbers["miner_cost"] = self._mining.by_player(costs) if moving else costs
        if self.validator_settings.cost:
            numbers["validator_cost"] = self.validator_settings.cost * self._validating.evaluation(self.epoch)
            measuring = self._nominating.evaluates
            if measuring is not None:
                numbers["delegator_cost"] = self.validator_settings.cost * measuring
        if moving:
            numbers["miner_other"] = -self._registered
        if decided.offers is not None:
            received, spent = decided.offers.settled(decided.weights, self.stake, self.rules.kappa)
            numbers["validator_other"] = numbers.get("validator_other", 0.0) + received
            spent = self._mining.by_player(spent) if moving else spent
            numbers["miner_other"] = numbers.get("miner_other", 0.0) - spent
        return numbers

    def _decide_weights(self) -> None:
        decided = self._other_weights if self._other_weights is not None else np.zeros_like(self._revealed)
        self._other_weights = None
        self._validating.decide(
            self.epoch,
            self.stake,
            self.quality,
            self.cabal_mask,
            self._public,
            decided,
            react=self.rules.reveal_period == 0,
            fresh=self._fresh,
        )
        self._hidden.append(Decided(decided, self._mining.offers))

    def _public(self, decided: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """The last revealed arrays; with the first movers' rows of this epoch, those and their consensus."""
        weights, consensus = self._revealed, self.consensus
        if decided is not None:
            moved = self._validating.moved("first")
            current = self.rules.paying_rule.consensus(decided, shares(self.stake * moved), self.rules)
            consensus = publish(current, consensus)
            weights = np.where(moved[..., None], decided, weights)
        offers = self._mining.offers or self._no_offers
        return {
            "consensus": consensus,
            "weights": weights,
            "incentive": self.incentive,
            "dividends": self.dividends,
            "validator_trust": self.validator_trust,
            "stake": self.stake,
            "take": self._staking.take.copy(),  # all decide on the takes of the epoch before
            "registered_at": self._uids.registered_at,
            "registration_price": self._uids.cost,
            "offers": offers.payment,
            "asked": offers.asked,
            "contract": offers.contract,
        }

    def _where(self, world: int, seat: int) -> str:
        return f"seat {seat}, world {self.world_numbers[world]}, epoch {self.epoch}"


def _world_numbers(worlds: int | Sequence[int] | np.ndarray) -> np.ndarray:
    numbers = np.arange(int(worlds)) if isinstance(worlds, int | np.integer) else np.asarray(worlds, dtype=np.int64)
    if numbers.ndim != 1 or numbers.size < 1 or np.min(numbers) < 0 or np.max(numbers) >= SEED_LIMIT:
        raise QuantityError(f"worlds is {worlds}; there must be at least 1, numbered from 0 to {SEED_LIMIT - 1}")
    return numbers
