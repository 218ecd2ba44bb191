"""The network: subnets with a Yuma epoch each, and the money that moves between them.

One step is one epoch of all subnets: TAO's price moves; the chain mints, shares, injects and buys (`econ.tokens`);
every subnet pays the weights decided before; newcomers register for the UIDs that earned least, and validators decide
anew; who earned sells; delegators, traders and owners move. Float ends at the books, which keep every rao; luck is
addressed, so when one owner changes its policy everybody else meets the same luck.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from agents.network.acting import Acting
from agents.network.books import SPECIAL, Paid
from agents.network.delegators import IndexHolder, RootHolder, YieldSeeker
from agents.network.founding import Founding
from agents.network.newcomers import Newcomers
from agents.network.owners import PlainOwner
from agents.network.policies import MarketDelegator, MarketOwner, MarketTrader
from agents.network.record import Record
from agents.network.seats import InvestorSeat, SubnetSeat
from agents.network.settings import NetworkSettings
from agents.network.start import as_wished, first_day
from agents.network.tao_price import PriceProcess
from agents.network.traders import MomentumTrader, NoiseTrader, ValueTrader
from agents.network.votes import Votes
from agents.network.work import Work
from agents.streams import SEED_LIMIT, Purpose, normal
from econ.quantity import QuantityError
from econ.tokens.economy import Economy, after_blocks
from econ.tokens.injection import root_proportion
from econ.tokens.issuance import block_emission
from econ.tokens.rao import RAO
from econ.tokens.yields import alpha_yield, nominator_yield, root_yield
from econ.yuma.bonds import shares
from econ.yuma.hyperparameters import Hyperparameters

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DELEGATORS", "TRADERS", "Latest", "Network"]

DELEGATORS: tuple[MarketDelegator, ...] = (*[YieldSeeker()] * 4, *[IndexHolder()] * 2, *[RootHolder()] * 2)
"""Who delegates unless said otherwise."""

TRADERS: tuple[MarketTrader, ...] = (ValueTrader(), ValueTrader(), MomentumTrader(), NoiseTrader())
"""Who trades unless said otherwise."""

HISTORY = 30
"""Days of prices that players see."""

YIELD_GAIN = 0.05
"""Weight of the last epoch in the yields that players see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """What the last epoch paid, arrays [subnet]: alpha a day to miners, TAO a day to pools, the share withheld."""

    epoch: int
    to_miners: np.ndarray
    entered: np.ndarray
    burned_share: np.ndarray


class Network(mesa.Model):
    """Up to 128 subnets of up to 256 UIDs, their pools, and everybody who moves money between them.

    `delegators` and `traders` are policies, one a seat; `owners` one for all subnets or one for each. `rules` are the
    subnets' Yuma rules, `tao_price` a process of one's own in place of the one that the settings name. Every
    `record`-th epoch is kept for `frame`. `threads` work side by side on the subnets' epochs; results do not depend on
    their number.

    >>> from agents.network import Network, NetworkSettings
    >>> network = Network(NetworkSettings().changed({"start.subnets": 4}), record=1)
    >>> for _ in range(3):
    ...     network.step()
    >>> network.epoch, len(network.frame("subnets")), set(network.audit().values())
    (3, 12, {0})
    """

    def __init__(
        self,
        settings: NetworkSettings | None = None,
        *,
        delegators: Sequence[MarketDelegator] = DELEGATORS,
        traders: Sequence[MarketTrader] = TRADERS,
        owners: MarketOwner | Sequence[MarketOwner] = PlainOwner(),  # noqa: B008 - frozen
        rules: Hyperparameters | None = None,
        tao_price: PriceProcess | None = None,
        seed: int = 0,
        world: int = 0,
        record: int = 20,
        threads: int = 1,
    ) -> None:
        for name, number in (("seed", seed), ("world", world)):
            if not (isinstance(number, int | np.integer) and 0 <= number < SEED_LIMIT):
                raise QuantityError(f"{name} is {number}; it must be a whole number in [0, {SEED_LIMIT - 1}]")
        for name, number in (("record", record), ("threads", threads)):
            if not (isinstance(number, int | np.integer) and number >= 1):
                raise QuantityError(f"{name} is {number}; it must be a whole number of at least 1")
        super().__init__(rng=seed)
        self.settings = settings or NetworkSettings()
        self.seed_number, self.world, self._every = int(seed), int(world), record
        self.rule = self.settings.chain.rule
        address, count = (self.seed_number, self.world), self.settings.start.subnets
        self.work = Work(np.arange(count), self.settings.uids, rules or Hyperparameters(), address=address)
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None
        self.newcomers = Newcomers(self.settings, address=address)
        self._acting = Acting(self, delegators, traders, owners)
        self.owners = self._acting.owners
        self.subnets = [SubnetSeat(self, number) for number in range(count)]
        self.investors = [InvestorSeat(self, number, *given) for number, given in enumerate(self._acting.investors)]
        self._record, self.epoch = Record(), 0
        self._latest: Latest | None = None
        self._price_process = tao_price or self.settings.tao.made
        self.tao_price = float(self._price_process.start)
        self._votes = Votes.of(self.settings, address=address) if self.settings.chain.share_rule == "root" else None
        self._begin(address)

    def _begin(self, address: tuple[int, int]) -> None:
        """The first day, on which delegators stand where they want to be by what they see of it."""
        settings, placed, people = self.settings, self.work.placed, self._acting
        self.founding = Founding(
            len(self.owners),
            round(7200 * settings.start.age),
            most=settings.flows.found_price,
            enable_after=settings.chain.enable_after,
        )
        even, traders = np.ones((2, len(people.delegators))), len(people.traders)
        self.books = first_day(settings, placed, even, traders=traders, address=address)
        self.worth = self.price.copy()
        self.history: deque[np.ndarray] = deque([self.price.copy()], maxlen=HISTORY)
        self.tao_share = shares(self.economy.moving_price)
        self.alpha_yield, self.root_yield = self._first_yields()
        self.books = first_day(settings, placed, self._first_wishes(), traders=traders, address=address)
        self.books.fund(np.array([round(owner.capital * RAO) for owner in self.owners], dtype=np.int64))
        self.first_wealth = self.wealth

    @property
    def economy(self) -> Economy:
        """The chain's accounts: pools, issuance, what is pending."""
        return self.books.economy

    @property
    def price(self) -> np.ndarray:
        """TAO an alpha, [subnet]."""
        return np.asarray(self.economy.pool.price)

    @property
    def day(self) -> float:
        """Days since the start."""
        return self.epoch / self.settings.epochs_a_day

    @property
    def age(self) -> np.ndarray:
        """Blocks since each subnet was registered, [subnet]."""
        return np.asarray(self.epoch * self.settings.chain.tempo - self.founding.born)

    @property
    def contest(self) -> np.ndarray:
        """All conviction of each subnet as a share of its alpha out, [subnet]."""
        return np.asarray(self.books.locks.conviction.sum(axis=1) / np.maximum(self.economy.alpha_out, 1))

    @property
    def wealth(self) -> np.ndarray:
        """What investors own, wealth[investor] in TAO at the prices of now and before slippage."""
        books = self.books
        staked = books.held()[:, SPECIAL:] / RAO * self.price[:, np.newaxis]
        return (books.free + books.root.value) / RAO + staked.sum(axis=0)

    def audit(self) -> dict[str, int]:
        """What does not add up in the books, in rao; all 0."""
        return self.books.audit()

    def frame(self, kind: str) -> pd.DataFrame:
        """What was recorded: `network` (a row an epoch), `subnets` (an epoch and subnet), `investors` (and investor).

        Prices are in TAO, flows in TAO a day, `tao_price` in USD. `registrations`, `registration_tao` and `takeovers`
        count from the start; `quality` is the mean log quality of the miners that hold a UID, `validators` how many
        still have theirs. `owner` is the investor that owns a subnet, -1 while it is its founder's; `locked` is alpha,
        `contest` all conviction as a share of alpha out.
        """
        return self._record.frame(kind)

    def run(self, epochs: int) -> Network:
        """Step so many epochs."""
        for _ in range(epochs):
            self.step()
        return self

    def record_now(self) -> None:
        """Keep the last epoch for `frame`, if it is not kept yet."""
        if self._latest is not None:
            self._record.keep(self, self._latest)

    def step(self) -> None:
        """One epoch of all subnets."""
        days = 1 / self.settings.epochs_a_day
        self._move_prices(days)
        entered = self._mint() / days
        self.work.pay(self._weighed(), self._pool, self._threads)
        self._let_subnets_change_owners()
        sold, burned = self._acting.cut_and_burn(days)
        paid = self._pay(burned, days)
        self._let_miners_register(paid.miners / RAO * self.price / days)
        self.work.decide(self.epoch, self._pool, self._threads)
        self.books.sell_earned(
            _part(paid.owner, sold),
            _part(paid.miners, self.settings.flows.miners_sold),
            _part(paid.validators, self.settings.flows.validators_sold),
        )
        self._acting.owners_trade(days)
        self._acting.bring(self.settings.flows.inflow * days)
        self._acting.investors_move()
        self._let_a_subnet_begin()
        if (self.epoch + 1) % max(round(self.settings.epochs_a_day), 1) == 0:
            self.history.append(self.price.copy())
        self._latest = Latest(
            epoch=self.epoch, to_miners=paid.miners / RAO / days, entered=entered, burned_share=paid.burned_share
        )
        if self.epoch % self._every == 0:
            self.record_now()
        self.epoch += 1

    def _mint(self) -> np.ndarray:
        """The chain's blocks of a tempo; TAO that entered or waits for each pool, [subnet]."""
        before, votes = self.economy, {} if self._votes is None else self._votes.cast(self.worth)
        self.books.economy = after = after_blocks(before, self.settings.chain.tempo, self.rule, **votes)
        entered = (after.pool.tao - before.pool.tao + after.tao_waiting - before.tao_waiting) / RAO
        self.tao_share = shares(entered)
        return entered

    def _weighed(self) -> np.ndarray:
        """What stake counts in consensus, [subnet, validator]: own alpha, nominators' alpha, TAO on root.

        None of it where a validator has lost its UID.
        """
        books, placed = self.books, self.work.placed
        nominated = books.nominators.total[:, np.newaxis] + self.rule.tao_weight * float(books.root.total)
        return np.where(placed > 0, books.own, 0) + placed * nominated

    def _pay(self, burned: np.ndarray, days: float) -> Paid:
        """Pay the epoch, and let players see what it yielded."""
        books = self.books
        staked, on_root = books.nominators.total.astype(float), float(books.root.total)
        paid = books.pay(
            self.work.incentive,
            self.work.dividends,
            burned,
            placed=self.work.placed,
            rate=self.settings.chain.take,
            tao_weight=self.rule.tao_weight,
        )
        gain = YIELD_GAIN if self.epoch else 1.0
        earned = np.divide(paid.nominators, staked, out=np.zeros_like(staked), where=staked > 0)
        self.alpha_yield = self.alpha_yield + gain * (earned / days - self.alpha_yield)
        root_earned = paid.root_tao / on_root if on_root else 0.0
        self.root_yield += gain * (root_earned / days - self.root_yield)
        return paid

    def _move_prices(self, days: float) -> None:
        self.tao_price = float(
            self._price_process.after(
                self.tao_price,
                day=self.day + days,
                days=days,
                seed=self.seed_number,
                world=self.world,
                epoch=self.epoch,
            )
        )
        if not (np.isfinite(self.tao_price) and self.tao_price > 0):
            kind = type(self._price_process).__name__
            raise QuantityError(f"{kind} made a price of {self.tao_price}; it is USD a TAO and must be above 0")
        volatility = self.settings.flows.worth_volatility * np.sqrt(days / 365.25)
        if volatility:
            luck = self._normal(Purpose.WORTH, self.epoch, self.worth.size)
            self.worth = self.worth * np.exp(volatility * luck - volatility**2 / 2)

    def _normal(self, purpose: Purpose, epoch: int, columns: int) -> np.ndarray:
        here = np.array(self.world)
        return normal(self.seed_number, purpose, world=here, epoch=epoch, seat=np.array(0), columns=columns)

    def _first_yields(self) -> tuple[np.ndarray, float]:
        """By the closed forms, before there is an epoch to see."""
        economy, chain = self.economy, self.settings.chain
        part = root_proportion(economy.root_tao, economy.alpha_issuance, self.rule.tao_weight)
        each = block_emission(economy.alpha_issuance) / RAO
        of_alpha = nominator_yield(alpha_yield(each, part, self.books.staked / RAO), chain.take)
        if not int(economy.root_tao):
            return of_alpha, 0.0
        root_tao, moving = int(economy.root_tao) / RAO, economy.moving_price
        of_root = nominator_yield(root_yield(each, part, self.price, root_tao, moving_price=moving), chain.take)
        return of_alpha, float(of_root)

    def _first_wishes(self) -> np.ndarray:
        """What each delegator is dealt of root and of alpha, [2, delegator]: they start where they want to be."""
        wishes = np.zeros((2, len(self._acting.delegators)))
        for rows, division, _ in self._acting.wishes(1 / self.settings.epochs_a_day):
            wishes[:, rows] = division[:, 1], division[:, 2:].sum(axis=1)
        held = self.books.held()[:, SPECIAL : SPECIAL + wishes.shape[1]].sum(axis=1)
        return as_wished(wishes, self.settings.start.root, float(held @ self.price) / RAO)

    def _let_miners_register(self, income: np.ndarray) -> None:
        """Newcomers for income[subnet], TAO a day of all its miners; they are measured from this epoch on."""
        place, uid = self.newcomers.step(self.epoch, self.books, income, self.work)
        if place.size:
            self.work.enter(place, uid, self.epoch)

    def _let_subnets_change_owners(self) -> None:
        """Locks are as of now, and grow conviction; whoever has most owns the subnet, and is paid the cut at once."""
        if self.epoch % self.settings.flows.period == 0:
            self._acting.wish_locks(self.settings.flows.period / self.settings.epochs_a_day)
        self.books.locks.step(self.books.held(), self.economy.alpha_out, self.age, self.settings.chain.tempo)

    def _let_a_subnet_begin(self) -> None:
        begun = self.founding.step(self.books, (self.epoch + 1) * self.settings.chain.tempo)
        if begun is None:
            return
        place, price = begun.place, float(self.price[begun.place])
        self.work.begin(place, self.epoch + 1)
        self.newcomers.begin(place, begun.block)
        luck = self._normal(Purpose.FOUNDING, self.epoch, self.worth.size)[place]
        self.worth[place] = price * np.exp(self.settings.flows.worth_spread * luck)
        self.alpha_yield[place] = self._acting.bought[place] = 0.0
        for day in self.history:
            day[place] = price


def _part(amounts: np.ndarray, share: Any) -> np.ndarray:
    """That share of whole amounts, rounded down."""
    return np.minimum(np.floor(amounts * share).astype(np.int64), amounts)
