"""How those who move money are asked, and how what they say is done.

Policies are asked a kind at a time for all seats that play it. Orders are executed seat after seat, in an order that is
drawn anew each time; each seat first sells, then buys.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.errors import PolicyError
from agents.luck import Luck
from agents.network.books import OWNER, SPECIAL
from agents.network.policies import MarketDelegator, MarketOwner, MarketTrader
from agents.network.views import MarketView
from agents.streams import Purpose, uniform
from agents.views import frozen
from econ.quantity import QuantityError
from econ.tokens.rao import RAO
from econ.yuma.bonds import shares

if TYPE_CHECKING:
    from agents.network.model import Network

__all__ = ["Acting"]


class Acting:
    """The delegators, traders and owners of a network.

    `bought[subnet]` is alpha that the owner's orders bought and did not sell again.
    """

    def __init__(
        self,
        network: Network,
        delegators: Sequence[MarketDelegator],
        traders: Sequence[MarketTrader],
        owners: MarketOwner | Sequence[MarketOwner],
    ) -> None:
        count = network.settings.start.subnets
        self._network = network
        self.delegators: tuple[MarketDelegator, ...] = _checked(delegators, MarketDelegator, "delegators")
        self.traders: tuple[MarketTrader, ...] = _checked(traders, MarketTrader, "traders")
        each = [owners] * count if isinstance(owners, MarketOwner) else owners
        self.owners: tuple[MarketOwner, ...] = _checked(each, MarketOwner, "owners")
        if len(self.owners) != count:
            raise QuantityError(f"owners are {len(self.owners)}; there are {count} subnets: give one, or one for each")
        self.bought = np.zeros(count)
        self._groups = tuple(_grouped(each) for each in (self.delegators, self.traders, self.owners))

    @property
    def investors(self) -> list[tuple[str, Any]]:
        """Role and policy of every seat with a free balance: delegators, then traders."""
        return [*(("delegator", each) for each in self.delegators), *(("trader", each) for each in self.traders)]

    def cut_and_burn(self, days: float) -> tuple[np.ndarray, np.ndarray]:
        """What each owner sells of its cut, and withholds of miners' incentive: shares [subnet].

        Nothing where a subnet is not its founder's any more: a delegator that became owner stakes its cut.
        """
        sold, burned = np.zeros(len(self.owners)), np.zeros(len(self.owners))
        for policy, rows, view in self._owners(days):
            sold[rows] = _portion(policy, policy.sold(view), rows.shape, "the share of its cut to sell")
            burned[rows] = _portion(policy, policy.burn(view), rows.shape, "the share to withhold")
        founders = self._network.books.locks.by_founder
        return sold * founders, burned * founders

    def wish_locks(self, days: float) -> None:
        """Say how much of their alpha owners and delegators wish to have locked; only those whose policy locks do."""
        locks = self._network.books.locks
        for policy, rows, view in self._owners(days, only=MarketOwner.lock):
            locks.wanted[rows, OWNER] = _portion(policy, policy.lock(view), rows.shape, "the share to lock") * (
                view.held[np.arange(rows.size), rows] * RAO
            )
        for policy, rows in self._groups[0]:
            if type(policy).lock is MarketDelegator.lock:
                continue
            view = self._investor_view(rows, days)
            wished = _portion(policy, policy.lock(view), view.held.shape, "the shares to lock")
            locks.wanted[:, SPECIAL + rows] = (wished * view.held * RAO).T

    def owners_trade(self, days: float) -> None:
        """Owners that place orders do so, on their own subnets."""
        books, orders = self._network.books, np.zeros(len(self.owners))
        for policy, rows, view in self._owners(days, only=MarketOwner.orders):
            orders[rows] = _numbers(policy, policy.orders(view), (rows.size,), "orders")
        if not orders.any():
            return
        price, before = self._network.price, books.held()[:, OWNER]
        sells = np.divide(-orders, price, out=np.zeros_like(price), where=(orders < 0) & (price > 0))
        nothing = np.zeros(price.size, dtype=np.int64)
        books.sell_earned(_rao(sells), nothing, nothing)
        books.owner_buys(_rao(np.maximum(orders, 0.0)))
        self.bought = np.maximum(self.bought + (books.held()[:, OWNER] - before) / RAO, 0.0)

    def bring(self, usd: float) -> None:
        """Delegators buy TAO outside for so many USD, in equal parts."""
        if usd and self.delegators:
            each = np.zeros(len(self.delegators) + len(self.traders))
            each[: len(self.delegators)] = usd / self._network.tao_price / len(self.delegators)
            self._network.books.bring(_rao(each))

    def investors_move(self) -> None:
        """Delegators and traders whose turn it is move, in a random order."""
        network, flows = self._network, self._network.settings.flows
        a_day = network.settings.epochs_a_day
        moves: list[tuple[int, float, np.ndarray]] = []
        if network.epoch % flows.period == 0:
            moves += self._divisions(flows.period / a_day)
        if network.epoch % flows.trade_period == 0:
            moves += self._orders(flows.trade_period / a_day)
        if not moves:
            return
        luck = uniform(
            network.seed_number,
            Purpose.TURN,
            world=np.array(network.world),
            epoch=network.epoch,
            seat=np.array(0),
            columns=len(self.delegators) + len(self.traders),
        )
        for seat, root, orders in sorted(moves, key=lambda move: luck[move[0]]):
            self._execute(seat, root, orders)

    def wishes(self, days: float) -> Iterator[tuple[np.ndarray, np.ndarray, MarketView]]:
        """What delegators want their wealth to be, by policy: rows, shares [row, 2 + subnet] with sum 1, their view."""
        for policy, rows in self._groups[0]:
            view = self._investor_view(rows, days)
            division = _numbers(policy, policy.division(view), (rows.size, 2 + len(self.owners)), "a division")
            wrong = (division < 0).any(axis=1) | ~division.any(axis=1)
            if wrong.any():
                row = int(np.argmax(wrong))
                raise PolicyError(
                    f"{policy.name} (delegator {rows[row]}, epoch {view.epoch}) returned the division {division[row]}; "
                    "shares must be at least 0 and their sum above 0"
                )
            yield rows, shares(division / division.max(axis=1, keepdims=True)), view

    def _divisions(self, days: float) -> Iterator[tuple[int, float, np.ndarray]]:
        """Orders (seat, TAO to root, TAO to each subnet) of the delegators."""
        for rows, division, view in self.wishes(days):
            wanted = division * view.wealth[:, np.newaxis]
            change = self._network.settings.flows.pace * (wanted[:, 1:] - np.c_[view.root, view.value])
            yield from zip(rows.tolist(), change[:, 0], change[:, 1:], strict=True)

    def _orders(self, days: float) -> Iterator[tuple[int, float, np.ndarray]]:
        for policy, rows in self._groups[1]:
            seats = rows + len(self.delegators)
            view = self._investor_view(seats, days)
            orders = _numbers(policy, policy.orders(view), (rows.size, len(self.owners)), "orders")
            yield from zip(seats.tolist(), np.zeros(rows.size), orders, strict=True)

    def _execute(self, seat: int, root: float, orders: np.ndarray) -> None:
        """First what is sold and leaves root, then what is bought and goes there."""
        books, price = self._network.books, self._network.price
        slip = 1 + self._network.settings.flows.slippage
        if (orders < 0).any():
            alpha = np.divide(-orders, price, out=np.zeros_like(price), where=(orders < 0) & (price > 0))
            books.sell(seat, _rao(alpha), price / slip)
        if root < 0:
            books.to_root(seat, -int(-root * RAO))
        if (orders > 0).any():
            books.buy(seat, _rao(np.maximum(orders, 0.0)), price * slip)
        if root > 0:
            books.to_root(seat, int(root * RAO))

    def _owners(
        self, days: float, *, only: Callable[..., np.ndarray] | None = None
    ) -> Iterator[tuple[MarketOwner, np.ndarray, MarketView]]:
        """Owners' policies with their rows and what they see; only those with an act of their own in place of one."""
        books = self._network.books
        own = books.held()[:, OWNER] / RAO
        for policy, rows in self._groups[2]:
            if only is not None and getattr(type(policy), only.__name__) is only:
                continue
            here = np.arange(own.size) == rows[:, np.newaxis]
            held = np.where(here, own, 0.0)
            mine = {
                "subnet": rows,
                "bought": self.bought[rows],
                "locked": np.where(here, books.locks.locked[:, OWNER], 0.0),
                "conviction": np.where(here, books.locks.conviction[:, OWNER], 0.0),
            }
            yield policy, rows, self._view(rows, books.owners[rows], np.zeros(rows.size), held, days, 0, **mine)

    def _investor_view(self, seats: np.ndarray, days: float) -> MarketView:
        books, none = self._network.books, np.zeros(seats.size)
        held = books.held()[:, SPECIAL + seats].T / RAO
        of_nobody = {
            "subnet": np.full(seats.size, -1),
            "bought": none,
            "locked": books.locks.locked[:, SPECIAL + seats].T,
            "conviction": books.locks.conviction[:, SPECIAL + seats].T,
        }
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
        locked: np.ndarray,
        conviction: np.ndarray,
    ) -> MarketView:
        """What rows of these seats see; free, root and locks in rao, held and bought in alpha."""
        network, economy = self._network, self._network.economy
        address, world = (network.seed_number, np.array([network.world])), np.zeros_like(seats)
        return MarketView(
            epoch=network.epoch,
            day=network.day,
            days=days,
            seat=frozen(seats),
            free=frozen(free / RAO),
            root=frozen(root / RAO),
            held=frozen(held),
            locked=frozen(locked / RAO),
            conviction=frozen(conviction / RAO),
            subnet=frozen(subnet),
            bought=frozen(bought),
            contest=frozen(network.contest),
            age=frozen(network.age / 7200),
            price=frozen(network.price),
            moving_price=frozen(economy.moving_price),
            tao_share=frozen(network.tao_share),
            alpha_yield=frozen(network.alpha_yield),
            root_tao=int(economy.root_tao) / RAO,
            root_yield=network.root_yield,
            pool_tao=frozen(economy.pool.tao / RAO),
            staked=frozen(network.books.staked / RAO),
            worth=frozen(network.worth),
            history=frozen(np.array(network.history)),
            tao_price=network.tao_price,
            _luck=Luck(address, Purpose.NETWORK_POLICY, network.epoch, world, first + seats),
        )


def _numbers(policy: Any, answer: Any, shape: tuple[int, ...], what: str) -> np.ndarray:
    """An answer as finite floats of a shape, or `PolicyError`."""
    try:
        values = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        raise PolicyError(f"{policy.name} returned {answer!r:.60} as {what}; it must be numbers, {shape}") from None
    if values.shape != shape:
        raise PolicyError(f"{policy.name} returned {what} of shape {values.shape}; it must be {shape}")
    if not np.isfinite(values).all():
        raise PolicyError(f"{policy.name} returned {what} with {values[~np.isfinite(values)].flat[0]} in it")
    return values


def _portion(policy: Any, answer: Any, shape: tuple[int, ...], what: str) -> np.ndarray:
    values = _numbers(policy, answer, shape, what)
    wrong = (values < 0) | (values > 1)
    if wrong.any():
        raise PolicyError(f"{policy.name} returned {values[wrong][0]:g} as {what}; it must lie in [0, 1]")
    return values


def _checked(policies: Sequence[Any], kind: Any, role: str) -> tuple[Any, ...]:
    for policy in policies:
        if not isinstance(policy, kind):
            raise PolicyError(f"{policy!r:.60} is given among {role}; they are policies of the kind {kind.__name__}")
        try:
            hash(policy)
        except TypeError:
            raise PolicyError(f"{policy.name} cannot be hashed; make it a frozen dataclass of plain values") from None
    return tuple(policies)


def _grouped(policies: Sequence[Hashable]) -> list[tuple[Any, np.ndarray]]:
    """Each policy with the numbers of the seats that play it."""
    seats: dict[Hashable, list[int]] = {}
    for seat, policy in enumerate(policies):
        seats.setdefault(policy, []).append(seat)
    return [(policy, np.array(rows)) for policy, rows in seats.items()]


def _rao(amounts: np.ndarray) -> np.ndarray:
    """TAO or alpha in float as whole rao, rounded down; no more than can ever exist."""
    return np.floor(np.minimum(amounts, 2e7) * RAO).astype(np.int64)
