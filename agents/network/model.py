"""The network: subnets with a Yuma epoch each, and the money that moves between them.

One step is one epoch of all subnets: TAO's price moves; the chain mints, shares, injects and buys (`econ.tokens`);
every subnet pays the weights decided before, and its validators decide anew; who earned sells; delegators, traders and
owners move. Float ends at the books, which keep every rao; luck is addressed, so when one owner changes its policy
everybody else meets the same luck.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from agents.errors import PolicyError
from agents.network.books import OWNER, SPECIAL
from agents.network.delegators import IndexHolder, RootHolder, YieldSeeker
from agents.network.founding import Founding
from agents.network.owners import PlainOwner
from agents.network.policies import MarketDelegator, MarketOwner, MarketTrader
from agents.network.record import Record
from agents.network.seats import InvestorSeat, SubnetSeat
from agents.network.settings import NetworkSettings
from agents.network.start import as_wished, first_day
from agents.network.tao_price import PriceProcess
from agents.network.traders import MomentumTrader, NoiseTrader, ValueTrader
from agents.network.views import MarketView
from agents.network.work import Work
from agents.streams import SEED_LIMIT, Purpose, normal, uniform
from agents.views import frozen
from econ.measures import herfindahl
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

__all__ = ["DELEGATORS", "TRADERS", "Network"]

DELEGATORS: tuple[MarketDelegator, ...] = (*[YieldSeeker()] * 4, *[IndexHolder()] * 2, *[RootHolder()] * 2)
"""Who delegates unless said otherwise."""

TRADERS: tuple[MarketTrader, ...] = (ValueTrader(), ValueTrader(), MomentumTrader(), NoiseTrader())
"""Who trades unless said otherwise."""

HISTORY = 30
"""Days of prices that players see."""

YIELD_GAIN = 0.05
"""Weight of the last epoch in the yields that players see."""


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
        count = self.settings.start.subnets
        self.delegators = _checked(delegators, MarketDelegator, "delegators")
        self.traders = _checked(traders, MarketTrader, "traders")
        self.owners = _checked([owners] * count if isinstance(owners, MarketOwner) else owners, MarketOwner, "owners")
        if len(self.owners) != count:
            raise QuantityError(f"owners are {len(self.owners)}; there are {count} subnets: give one, or one for each")
        self.rule = self.settings.chain.rule
        address = (self.seed_number, self.world)
        self.work = Work(np.arange(count), self.settings.uids, rules or Hyperparameters(), address=address)
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None
        self._threads = threads
        roles = [("delegator", policy) for policy in self.delegators] + [("trader", policy) for policy in self.traders]
        self.subnets = [SubnetSeat(self, number) for number in range(count)]
        self.investors = [InvestorSeat(self, number, *given) for number, given in enumerate(roles)]
        self._record, self._bought, self.epoch = Record(), np.zeros(count), 0
        self._price_process = tao_price or self.settings.tao.made
        self.tao_price = float(self._price_process.start)
        even = np.ones((2, len(self.delegators)))
        self.books = first_day(self.settings, self.work.placed, even, traders=len(self.traders), address=address)
        self.worth = self.price.copy()
        self._history: deque[np.ndarray] = deque([self.price.copy()], maxlen=HISTORY)
        self._votes = self._first_votes()
        self.tao_share = shares(self.economy.moving_price)
        self.alpha_yield, self.root_yield = self._first_yields()
        wanted = self._first_wishes()
        self.books = first_day(self.settings, self.work.placed, wanted, traders=len(self.traders), address=address)
        flows, chain = self.settings.flows, self.settings.chain
        self.founding = Founding(
            count,
            round(7200 * self.settings.start.age),
            most=flows.found_price,
            enable_after=chain.enable_after,
        )
        self.books.fund(np.array([round(owner.capital * RAO) for owner in self.owners], dtype=np.int64))
        self._first_wealth = self.wealth

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

        Prices are in TAO, flows in TAO a day, `tao_price` in USD.
        """
        return self._record.frame(kind)

    def run(self, epochs: int) -> Network:
        """Step so many epochs."""
        for _ in range(epochs):
            self.step()
        return self

    def step(self) -> None:
        """One epoch of all subnets."""
        settings, books, days = self.settings, self.books, 1 / self.settings.epochs_a_day
        self._move_prices(days)
        before = self.economy
        books.economy = after_blocks(
            before,
            settings.chain.tempo,
            self.rule,
            **({"root_weights": self._votes_now(), "root_stake": self._votes[1]} if self._votes else {}),
        )
        entered = (books.economy.pool.tao - before.pool.tao + books.economy.tao_waiting - before.tao_waiting) / RAO
        if entered.any():
            self.tao_share = shares(entered)

        weighed = books.own + self.work.placed * books.nominators.total[:, np.newaxis]
        weighed = weighed + self.rule.tao_weight * self.work.placed * float(books.root.total)
        self.work.step(self.epoch, weighed, self._pool, self._threads)
        sold, burned = (np.zeros(len(self.owners)) for _ in range(2))
        for policy, rows, view in self._ask_owners(days, traders=False):
            sold[rows] = self._portion(policy, policy.sold(view), rows, "the share of its cut to sell")
            burned[rows] = self._portion(policy, policy.burn(view), rows, "the share to withhold")
        staked, on_root = books.nominators.total.astype(float), float(books.root.total)
        paid = books.pay(
            self.work.incentive,
            self.work.dividends,
            burned,
            placed=self.work.placed,
            rate=settings.chain.take,
            tao_weight=self.rule.tao_weight,
        )
        gain = YIELD_GAIN if self.epoch else 1.0
        earned = np.divide(paid.nominators, staked, out=np.zeros_like(staked), where=staked > 0)
        self.alpha_yield = self.alpha_yield + gain * (earned / days - self.alpha_yield)
        root_earned = paid.root_tao / on_root if on_root else 0.0
        self.root_yield += gain * (root_earned / days - self.root_yield)

        books.sell_earned(
            _part(paid.owner, sold),
            _part(paid.miners, settings.flows.miners_sold),
            _part(paid.validators, settings.flows.validators_sold),
        )
        self._let_owners_trade(days)
        self._let_investors_move()
        self._let_a_subnet_begin()
        if (self.epoch + 1) % max(round(settings.epochs_a_day), 1) == 0:
            self._history.append(self.price.copy())
        if self.epoch % self._every == 0:
            self._keep(paid.miners / RAO, paid.burned_share, entered, days)
        self.epoch += 1

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
        staked = (self.books.nominators.total + self.books.own.sum(axis=1)) / RAO
        of_alpha = nominator_yield(alpha_yield(each, part, staked), chain.take)
        if not int(economy.root_tao):
            return of_alpha, 0.0
        root_tao, moving = int(economy.root_tao) / RAO, economy.moving_price
        of_root = nominator_yield(root_yield(each, part, self.price, root_tao, moving_price=moving), chain.take)
        return of_alpha, float(of_root)

    def _first_wishes(self) -> np.ndarray:
        """What each delegator is dealt of root and of alpha, [2, delegator]: they start where they want to be."""
        wishes = np.zeros((2, len(self.delegators)))
        for _, rows, division, _ in self._wishes(1 / self.settings.epochs_a_day):
            wishes[:, rows] = division[:, 1], division[:, 2:].sum(axis=1)
        held = self.books.held()[:, SPECIAL : SPECIAL + len(self.delegators)].sum(axis=1)
        return as_wished(wishes, self.settings.start.root, float(held @ self.price) / RAO)

    def _first_votes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """Errors [voter, subnet], stakes [voter] and favourites [voter] of those who vote on root, if they do."""
        chain, count = self.settings.chain, self.settings.start.subnets
        if chain.share_rule != "root":
            return None
        errors = self._normal(Purpose.VOTE, 0, chain.voters * count).reshape(chain.voters, count)
        stake = (1 - (np.arange(chain.voters) + 0.5) / chain.voters) ** (-1 / self.settings.uids.stake_shape)
        return errors, stake, np.argmax(errors, axis=1)

    def _votes_now(self) -> np.ndarray:
        """Weights [voter, subnet]: what subnets are worth, each voter with its lasting error, and its own favourite."""
        assert self._votes is not None
        errors, _, favourite = self._votes
        rows = shares(self.worth * np.exp(self.settings.chain.vote_noise * errors))
        own = np.arange(self.worth.size) == favourite[:, np.newaxis]
        favour = self.settings.chain.vote_favour
        return (1 - favour) * rows + favour * own

    def _ask_owners(self, days: float, *, traders: bool) -> Iterator[tuple[MarketOwner, np.ndarray, MarketView]]:
        """Owners' policies with their rows and what they see; of those that trade only, if so wished."""
        own = self.books.held()[:, OWNER] / RAO
        for policy, rows in _grouped(self.owners):
            if traders and type(policy).orders is MarketOwner.orders:
                continue
            held = np.where(np.arange(own.size) == rows[:, np.newaxis], own, 0.0)
            mine = {"subnet": rows, "bought": self._bought[rows]}
            yield policy, rows, self._view(rows, self.books.owners[rows], np.zeros(rows.size), held, days, 0, **mine)

    def _let_owners_trade(self, days: float) -> None:
        orders = np.zeros(len(self.owners))
        for policy, rows, view in self._ask_owners(days, traders=True):
            orders[rows] = self._numbers(policy, policy.orders(view), (rows.size,), "orders")
        if not orders.any():
            return
        price, before = self.price, self.books.held()[:, OWNER]
        sells = np.divide(-orders, price, out=np.zeros_like(price), where=(orders < 0) & (price > 0))
        nothing = np.zeros(price.size, dtype=np.int64)
        self.books.sell_earned(_rao(sells), nothing, nothing)
        self.books.owner_buys(_rao(np.maximum(orders, 0.0)))
        self._bought = np.maximum(self._bought + (self.books.held()[:, OWNER] - before) / RAO, 0.0)

    def _let_a_subnet_begin(self) -> None:
        begun = self.founding.step(self.books, (self.epoch + 1) * self.settings.chain.tempo)
        if begun is None:
            return
        place, price = begun.place, float(self.price[begun.place])
        self.work.begin(place, self.epoch + 1)
        luck = self._normal(Purpose.FOUNDING, self.epoch, self.worth.size)[place]
        self.worth[place] = price * np.exp(self.settings.flows.worth_spread * luck)
        self.alpha_yield[place] = self._bought[place] = 0.0
        for day in self._history:
            day[place] = price

    def _let_investors_move(self) -> None:
        flows, epoch = self.settings.flows, self.epoch
        if flows.inflow and self.delegators:
            tao = flows.inflow / self.settings.epochs_a_day / self.tao_price
            each = np.zeros(len(self.investors))
            each[: len(self.delegators)] = tao / len(self.delegators)
            self.books.bring(_rao(each))
        moves: list[tuple[int, Any, np.ndarray]] = []
        if epoch % flows.period == 0:
            moves += self._divisions(flows.period / self.settings.epochs_a_day)
        if epoch % flows.trade_period == 0:
            moves += self._orders(flows.trade_period / self.settings.epochs_a_day)
        if not moves:
            return
        here = np.array(self.world)
        luck = uniform(
            self.seed_number, Purpose.TURN, world=here, epoch=epoch, seat=np.array(0), columns=len(self.investors)
        )
        for seat, root, orders in sorted(moves, key=lambda move: luck[move[0]]):
            self._execute(seat, root, orders)

    def _divisions(self, days: float) -> Iterator[tuple[int, float, np.ndarray]]:
        """Orders (seat, TAO to root, TAO to each subnet) of the delegators."""
        for _, rows, division, view in self._wishes(days):
            wanted = division * view.wealth[:, np.newaxis]
            change = self.settings.flows.pace * (wanted[:, 1:] - np.c_[view.root, view.value])
            yield from zip(rows.tolist(), change[:, 0], change[:, 1:], strict=True)

    def _wishes(self, days: float) -> Iterator[tuple[MarketDelegator, np.ndarray, np.ndarray, MarketView]]:
        """What delegators want their wealth to be, shares [row, 2 + subnet] with sum 1, by policy."""
        for policy, rows in _grouped(self.delegators):
            view = self._investor_view(rows, days)
            shape = (rows.size, 2 + self.worth.size)
            division = self._numbers(policy, policy.division(view), shape, "a division")
            if (division < 0).any() or not (division.sum(axis=1) > 0).all():
                row = int(np.argmax((division < 0).any(axis=1) | ~(division.sum(axis=1) > 0)))
                raise PolicyError(
                    f"{policy.name} (delegator {rows[row]}, epoch {self.epoch}) returned the division {division[row]}; "
                    "shares must be at least 0 and their sum above 0"
                )
            yield policy, rows, shares(division), view

    def _orders(self, days: float) -> Iterator[tuple[int, float, np.ndarray]]:
        for policy, rows in _grouped(self.traders):
            seats = rows + len(self.delegators)
            view = self._investor_view(seats, days)
            orders = self._numbers(policy, policy.orders(view), (rows.size, self.worth.size), "orders")
            yield from zip(seats.tolist(), np.zeros(rows.size), orders, strict=True)

    def _execute(self, seat: int, root: float, orders: np.ndarray) -> None:
        """First what is sold and leaves root, then what is bought and goes there."""
        books, slip = self.books, 1 + self.settings.flows.slippage
        price = self.price
        if (orders < 0).any():
            alpha = np.divide(-orders, price, out=np.zeros_like(price), where=(orders < 0) & (price > 0))
            books.sell(seat, _rao(alpha), price / slip)
        if root < 0:
            books.to_root(seat, -int(-root * RAO))
        if (orders > 0).any():
            books.buy(seat, _rao(np.maximum(orders, 0.0)), price * slip)
        if root > 0:
            books.to_root(seat, int(root * RAO))

    def _investor_view(self, seats: np.ndarray, days: float) -> MarketView:
        books, none = self.books, np.zeros(seats.size)
        held = books.held()[:, SPECIAL + seats].T / RAO
        of_nobody = {"subnet": np.full(seats.size, -1), "bought": none}
        return self._view(seats, books.free[seats], books.root.value[seats], held, days, len(self.owners), **of_nobody)

    def _view(
        self,
        seats: np.ndarray,
        free: np.ndarray,
        root: np.ndarray,
        held: np.ndarray,
        days: float,
        first: int,
        *,
        subnet: np.ndarray,
        bought: np.ndarray,
    ) -> MarketView:
        """What rows of these seats see; free and root in rao, held and bought in alpha."""
        economy = self.economy
        return MarketView(
            epoch=self.epoch,
            day=self.day,
            days=days,
            seat=frozen(seats),
            free=frozen(free / RAO),
            root=frozen(root / RAO),
            held=frozen(held),
            subnet=frozen(subnet),
            bought=frozen(bought),
            price=frozen(self.price),
            moving_price=frozen(economy.moving_price),
            tao_share=frozen(self.tao_share),
            alpha_yield=frozen(self.alpha_yield),
            root_tao=int(economy.root_tao) / RAO,
            root_yield=self.root_yield,
            pool_tao=frozen(economy.pool.tao / RAO),
            staked=frozen((self.books.nominators.total + self.books.own.sum(axis=1)) / RAO),
            worth=frozen(self.worth),
            history=frozen(np.array(self._history)),
            tao_price=self.tao_price,
            _address=(self.seed_number, self.world, first),
        )

    def _numbers(self, policy: Any, answer: Any, shape: tuple[int, ...], what: str) -> np.ndarray:
        """An answer as finite floats of a shape, or `PolicyError`."""
        values = np.asarray(answer, dtype=float)
        if values.shape != shape:
            raise PolicyError(f"{policy.name} returned {what} of shape {values.shape}; it must be {shape}")
        if not np.isfinite(values).all():
            raise PolicyError(f"{policy.name} returned {what} with {values[~np.isfinite(values)].flat[0]} in it")
        return values

    def _portion(self, policy: Any, answer: Any, rows: np.ndarray, what: str) -> np.ndarray:
        values = self._numbers(policy, answer, (rows.size,), what)
        wrong = (values < 0) | (values > 1)
        if wrong.any():
            raise PolicyError(f"{policy.name} returned {values[wrong][0]:g} as {what}; it must lie in [0, 1]")
        return values

    def _keep(self, to_miners: np.ndarray, burned: np.ndarray, entered: np.ndarray, days: float) -> None:
        economy, price = self.economy, self.price
        income = to_miners / days * price
        when = {"epoch": self.epoch, "day": self.day}
        share = np.sort(self.tao_share)[::-1]
        self._record.keep(
            "network",
            {
                **when,
                "tao_price": self.tao_price,
                "issuance": int(economy.tao_issuance) / RAO,
                "block_emission": int(block_emission(economy.tao_issuance)) / RAO,
                "price_sum": float(price.sum()),
                "moving_price_sum": float(economy.moving_price.sum()),
                "pool_tao": float(economy.pool.tao.sum()) / RAO,
                "root_tao": int(economy.root_tao) / RAO,
                "free_tao": float(self.books.free.sum()) / RAO,
                "root_yield": self.root_yield,
                "alpha_yield": float(np.average(self.alpha_yield, weights=price)) if price.any() else 0.0,
                "emission_hhi": float(herfindahl(self.tao_share)),
                "emission_top10": float(share[:10].sum()),
                "price_hhi": float(herfindahl(price)),
                "miner_income": float(income.sum()),
                "miner_income_usd": float(income.sum()) * self.tao_price,
                "validator_trust": float(self.work.validator_trust.mean()),
            },
        )
        self._record.keep(
            "subnets",
            {
                **when,
                "subnet": np.arange(price.size),
                "price": price,
                "moving_price": np.asarray(economy.moving_price),
                "worth": self.worth,
                "pool_tao": economy.pool.tao / RAO,
                "pool_alpha": economy.pool.alpha / RAO,
                "alpha_out": economy.alpha_out / RAO,
                "staked": (self.books.nominators.total + self.books.own.sum(axis=1)) / RAO,
                "tao_share": self.tao_share,
                "emission": entered / days,
                "alpha_yield": self.alpha_yield,
                "miner_income": income,
                "burned_share": burned,
                "owner_tao": self.books.owners / RAO,
                "owner_alpha": self.books.held()[:, OWNER] / RAO,
            },
        )
        if self.investors:
            self._record.keep(
                "investors",
                {
                    **when,
                    "investor": np.arange(len(self.investors)),
                    "role": np.array([seat.role for seat in self.investors]),
                    "policy": np.array([seat.policy.name for seat in self.investors]),
                    "wealth": self.wealth,
                    "free": self.books.free / RAO,
                    "root": self.books.root.value / RAO,
                    "gain": self.wealth / np.where(self._first_wealth > 0, self._first_wealth, np.nan) - 1,
                },
            )


def _checked(policies: Sequence[Any], kind: Any, role: str) -> tuple[Any, ...]:
    for policy in policies:
        if not isinstance(policy, kind):
            raise PolicyError(f"{policy!r:.60} is given among {role}; they are policies of the kind {kind.__name__}")
        try:
            hash(policy)
        except TypeError:
            raise PolicyError(f"{policy.name} cannot be hashed; make it a frozen dataclass of plain values") from None
    return tuple(policies)


def _grouped(policies: Sequence[Hashable]) -> Iterator[tuple[Any, np.ndarray]]:
    """Each policy with the numbers of the seats that play it."""
    seats: dict[Hashable, list[int]] = {}
    for seat, policy in enumerate(policies):
        seats.setdefault(policy, []).append(seat)
    for policy, rows in seats.items():
        yield policy, np.array(rows)


def _part(amounts: np.ndarray, share: Any) -> np.ndarray:
    """That share of whole amounts, rounded down."""
    return np.minimum(np.floor(amounts * share).astype(np.int64), amounts)


def _rao(amounts: np.ndarray) -> np.ndarray:
    """TAO or alpha in float as whole rao, rounded down; no more than can ever exist."""
    return np.floor(np.minimum(amounts, 2e7) * RAO).astype(np.int64)
