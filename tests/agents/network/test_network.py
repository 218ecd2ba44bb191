"""The network: every rao through random histories, epochs equal to the rule's, luck that is addressed, bad policies."""

from dataclasses import dataclass

import mesa
import numpy as np
import pytest

from agents.errors import PolicyError
from agents.network import (
    Burner,
    IndexHolder,
    MarketDelegator,
    MarketOwner,
    MarketTrader,
    MomentumTrader,
    Network,
    NetworkSettings,
    NoiseTrader,
    PlainOwner,
    PriceSeries,
    Pumper,
    RootHolder,
    Settled,
    ValueTrader,
    YieldSeeker,
)
from agents.network.founding import Founding
from econ import Hyperparameters, epoch
from econ.tokens.issuance import threshold
from econ.tokens.rao import RAO

SMALL = {"start.subnets": 5, "uids.validators": 6, "uids.miners": 12, "flows.period": 3, "flows.trade_period": 2}


def settings(**changes):
    return NetworkSettings().changed(SMALL | {key.replace("__", "."): value for key, value in changes.items()})


def balanced(network):
    return set(network.audit().values()) == {0}


@dataclass(frozen=True)
class WildTrader(MarketTrader):
    """Orders of any size, in any direction."""

    name = "wild"

    def orders(self, view):
        size = 10 ** (12 * view.uniform(view.price.size) - 6)
        return size * np.sign(view.normal(view.price.size))


@dataclass(frozen=True)
class WildDelegator(MarketDelegator):
    """Another division every time, often all in one place."""

    name = "wild"

    def division(self, view):
        return view.uniform(2 + view.price.size) ** 40 + 1e-300


@dataclass(frozen=True)
class WildOwner(MarketOwner):
    """Burns, sells, buys and dumps as it comes."""

    name = "wild"
    capital: float = 1e4

    def sold(self, view):
        return view.uniform(3)[:, 0]

    def burn(self, view):
        return np.round(view.uniform(3)[:, 1], 1)

    def orders(self, view):
        return 10 ** (10 * view.uniform(3)[:, 2] - 4) * np.sign(view.normal()[:, 0])


@pytest.mark.parametrize("rule", ["price", "flow", "net-flow", "root"])
def test_every_rao_is_somewhere_after_every_epoch_whatever_is_done(rule):
    network = Network(
        settings(
            chain__share_rule=rule, flows__pace=1.0, flows__slippage=5.0, flows__inflow=1e6, start__pool_tao=2000.0
        ),
        delegators=[WildDelegator(), YieldSeeker(), RootHolder()],
        traders=[WildTrader(), WildTrader(), NoiseTrader(size=0.5)],
        owners=WildOwner(),
        seed=7,
    )
    issued = int(network.economy.tao_issuance)
    for _ in range(100):
        before = network.economy.alpha_issuance
        network.step()
        assert balanced(network), network.audit()
        assert (network.economy.alpha_issuance - before <= 2 * 360 * RAO).all()
    assert 0 < int(network.economy.tao_issuance) - issued <= 100 * 360 * RAO // 2


def test_every_rao_is_somewhere_through_a_halving():
    network = Network(settings(start__issuance=float(threshold(1) / RAO - 500), start__root=1e6), record=1).run(20)
    frame = network.frame("network")
    assert balanced(network)
    assert frame["block_emission"].iloc[0] == 1.0
    assert frame["block_emission"].iloc[-1] == 0.5


def test_subnets_run_the_epoch_of_the_rule():
    """The weights decided before, by stake as it stands in the books, through the public function."""
    network = Network(settings(uids__copiers=2, entry__applicants=0.0)).run(4)
    work, books = network.work, network.books
    weights, bonds = work.weights.copy(), work.bonds.copy()
    stake = books.own + work.placed * (
        books.nominators.total[:, None] + network.rule.tao_weight * int(books.root.total)
    )
    network.step()
    expected = epoch(weights, stake, bonds, Hyperparameters())
    for name in ("consensus", "incentive", "dividends", "validator_trust", "bonds"):
        assert getattr(work, name) == pytest.approx(getattr(expected, name), abs=1e-12), name


def test_weights_are_sparse_and_copiers_copy():
    network = Network(settings(uids__validators=20, uids__miners=236, uids__copiers=3)).run(3)
    weights = network.work.weights
    assert weights.sum(axis=-1) == pytest.approx(np.ones((5, 20)))
    assert 0.2 < (weights[:, :17] > 0).mean() < 0.45
    agreed = network.work.consensus / network.work.consensus.sum(axis=-1, keepdims=True)
    assert weights[:, 17:] == pytest.approx(np.repeat(agreed[:, None], 3, axis=1))


def test_luck_is_addressed():
    """The same run twice, with any threads; the first subnets of more; everybody else when one owner changes."""
    one, two = (Network(settings(), seed=3, record=1, threads=threads).run(25) for threads in (1, 3))
    for kind in ("network", "subnets", "investors"):
        assert one.frame(kind).equals(two.frame(kind)), kind
    other = Network(settings(), seed=3, world=1, record=1).run(25)
    assert not one.frame("network")["price_sum"].equals(other.frame("network")["price_sum"])
    fixed = settings(entry__applicants=0.0)  # who registers where is no luck: people see what is paid
    one = Network(fixed, seed=3, record=1).run(25)
    wider = Network(settings(start__subnets=8, entry__applicants=0.0), seed=3, record=1).run(5)
    assert (wider.work.log_quality[:5] == Network(fixed, seed=3).run(5).work.log_quality).all()
    owners = [Pumper(capital=20_000.0, start=1.0), *[PlainOwner()] * 4]
    pumped = Network(fixed, owners=owners, seed=3, record=1).run(25)
    before = one.frame("subnets")["epoch"] < 20
    columns = ["price", "moving_price", "tao_share"]
    assert one.frame("subnets")[before][columns].equals(pumped.frame("subnets")[before][columns])
    assert pumped.price[0] > one.price[0] * 1.05
    assert (pumped.work.log_quality == one.work.log_quality).all()
    assert (pumped.worth == one.worth).all()


def test_it_is_a_mesa_model_with_seats():
    network = Network(settings(), delegators=[RootHolder(), Settled()], traders=[ValueTrader()])
    assert isinstance(network, mesa.Model)
    network.step()
    assert len(network.agents) == 5 + 3
    assert [seat.role for seat in network.investors] == ["delegator", "delegator", "trader"]
    assert sum(seat.tao_share for seat in network.subnets) == pytest.approx(1.0)
    assert sum(seat.wealth for seat in network.investors) == pytest.approx(network.wealth.sum())
    assert network.subnets[0].price == network.price[0]
    assert network.subnets[0].owner == PlainOwner()


def test_root_earns_only_while_moving_prices_sum_to_more_than_one():
    quiet = {"flows__worth_volatility": 0.0, "flows__pace": 0.0}
    for total, earns in ((0.9, False), (1.5, True)):
        network = Network(settings(start__price_sum=total, **quiet), delegators=[RootHolder()], traders=[]).run(5)
        assert (network.root_yield > 0) == earns


def test_yields_are_those_of_the_closed_form():
    """Nobody trades and nobody sells: what nominators earned is what the closed form said before the first epoch."""
    still = {"flows__miners_sold": 0.0, "flows__validators_sold": 0.0, "flows__worth_volatility": 0.0}
    given = {"delegators": [Settled()], "traders": [], "owners": PlainOwner(share=0.0)}
    network = Network(settings(**still), **given)
    said = network.alpha_yield.copy()
    network.step()
    assert network.alpha_yield == pytest.approx(said, rel=0.02)


def test_by_flow_nobody_gets_tao_where_all_that_is_earned_is_sold():
    sold = {"flows__miners_sold": 1.0, "flows__validators_sold": 1.0, "start__age": 1.0, "start__pool_tao": 800.0}
    given = {"delegators": [Settled()], "traders": [], "owners": PlainOwner(share=1.0)}
    network = Network(settings(chain__share_rule="flow", chain__tempo=7200, **sold), **given, record=1).run(60)
    assert (np.asarray(network.economy.moving_flow) < 0).all()
    assert not network.tao_share.any()
    last = network.frame("network").iloc[-1]
    assert (last["emission"], np.isnan(last["emission_hhi"])) == (0.0, True)
    assert balanced(network)


def test_an_owner_that_withholds_gets_less_tao_under_the_rule_of_prices():
    plain = Network(settings(), seed=5).run(30)
    burning = Network(settings(), owners=[Burner(withheld=0.8), *[PlainOwner()] * 4], seed=5).run(30)
    kept = 1 - 0.8
    weighed = burning.economy.moving_price * np.array([kept, 1, 1, 1, 1])
    assert burning.economy.burned == pytest.approx([0.8, 0, 0, 0, 0], abs=1e-6)
    assert burning.tao_share == pytest.approx(weighed / weighed.sum(), rel=1e-3)
    assert burning.tao_share[0] < plain.tao_share[0]
    assert burning.economy.nobodys[0] > plain.economy.nobodys[0]


def test_a_pump_comes_back_less_its_fees_where_nobody_else_trades():
    """Path independence: bought and sold again at once, only fees are lost."""
    quiet = {"flows__miners_sold": 0.0, "flows__validators_sold": 0.0, "chain__tempo": 1, "start__price_sum": 0.9}
    owners = [Pumper(capital=1000.0, start=0.0, hold=1 / 7200, share=0.0), *[PlainOwner(share=0.0)] * 4]
    network = Network(settings(**quiet), delegators=[Settled()], traders=[], owners=owners, record=1)
    before = network.books.held()[0, 0]
    network.run(1)
    assert network.books.owners[0] == 0
    bought = network.books.held()[0, 0] - before - 179_995_422  # the cut of the block is no part of the pump
    books = network.books
    books.sell_earned(np.array([bought, 0, 0, 0, 0]), np.zeros(5, int), np.zeros(5, int))
    lost = 1000 * RAO - int(books.owners[0])
    assert lost == pytest.approx(1000 * RAO * 2 * 33 / 65535, rel=0.01)
    assert balanced(network)


def test_traders_and_delegators_do_what_they_say():
    view = {}

    @dataclass(frozen=True)
    class Watcher(MarketTrader):
        name = "watcher"

        def orders(self, seen):
            view["seen"] = seen
            return np.zeros_like(seen.held)

    value = {"flows__worth_volatility": 0.0}
    network = Network(settings(**value), traders=[Watcher()], delegators=[IndexHolder(), RootHolder()]).run(5)
    seen = view["seen"]
    assert seen.price.tolist() == pytest.approx(network.price.tolist(), rel=0.1)
    assert (seen.root.size, seen.held.shape, seen.subnet.tolist()) == (1, (1, 5), [-1])
    with pytest.raises(ValueError, match="read-only"):
        seen.price[0] = 5.0
    dear = np.where(np.arange(5) == 0, 10.0, 1.0)
    cheap = _with(seen, price=seen.worth / dear)
    assert ValueTrader(error=0.0).orders(cheap)[0, 0] > 0
    assert not ValueTrader(error=0.0).orders(cheap)[0, 1:].any()  # within the band
    risen = _with(seen, history=np.tile(seen.price / dear, (9, 1)))
    assert MomentumTrader(days=7).orders(risen)[0, 0] > 0
    assert not MomentumTrader(days=29).orders(risen).any()
    assert RootHolder().division(seen)[0].tolist() == [0, 1, 0, 0, 0, 0, 0]
    assert IndexHolder(equal=True, liquid=0.0).division(seen)[0].tolist() == pytest.approx([0, 0, *[0.2] * 5])
    assert YieldSeeker().division(_with(seen, alpha_yield=dear))[0, 2] == pytest.approx(0.98)


def _with(view, **changes):
    from dataclasses import replace

    return replace(view, **changes)


@dataclass(frozen=True, eq=False)
class Says(MarketDelegator, MarketTrader, MarketOwner):
    """Answers whatever it was made with."""

    name = "says"
    answer: object = 0.0
    capital: float = 0.0

    def division(self, view):
        return self.answer

    orders = sold = burn = division

    def lock(self, view):
        return np.zeros(view.held.shape if (view.subnet < 0).all() else view.seat.size)


class Worthless:
    """A process of one's own that goes wrong."""

    start = 400.0

    def after(self, price, **address):
        return -1.0


def test_mesa_collects_from_it_and_huge_wishes_are_wishes():
    network = Network(settings(), delegators=[RootHolder(), Says(np.full((1, 7), 1e308))], traders=[])
    collector = mesa.DataCollector(
        model_reporters={"price_sum": lambda model: model.price.sum()},
        agenttype_reporters={type(network.subnets[0]): {"price": "price"}},
    )
    for _ in range(4):
        network.step()
        collector.collect(network)
    assert len(collector.get_model_vars_dataframe()) == 4
    assert len(collector.get_agenttype_vars_dataframe(type(network.subnets[0]))) == 20
    assert balanced(network)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"delegators": [Says(5.0)]}, r"says returned a division of shape \(\); it must be \(1, 7\)"),
        ({"delegators": [Says(np.nan * np.ones((1, 7)))] * 1}, "a division with nan in it"),
        ({"delegators": [Says(-np.ones((1, 7)))]}, "shares must be at least 0 and their sum above 0"),
        ({"delegators": [Says(np.zeros((1, 7)))]}, "their sum above 0"),
        ({"traders": [Says(np.full((1, 5), np.inf))]}, "orders with inf in it"),
        ({"owners": Says(np.full(5, 1.5))}, "returned 1.5 as the share of its cut to sell"),
        ({"owners": [PlainOwner()] * 4}, "owners are 4; there are 5 subnets"),
        ({"delegators": [ValueTrader()]}, "given among delegators; they are policies of the kind MarketDelegator"),
        ({"delegators": []}, "held by delegators and there are none"),
        ({"seed": -1}, "seed is -1"),
        ({"record": 0}, "record is 0"),
        ({"threads": 0}, "threads is 0"),
        ({"owners": Says(np.zeros(5), capital=1e7)}, "bring less"),
        ({"owners": Says(np.zeros(5), capital=-5.0)}, "capital is at least 0"),
        ({"traders": [Says("buy")]}, "returned 'buy' as orders; it must be numbers"),
        ({"tao_price": Worthless()}, "Worthless made a price of -1.0; it is USD a TAO and must be above 0"),
        ({"tao_price": PriceSeries([400.0, 410.0])}, "the prices end on day 1; the run has come to day 1.05"),
    ],
)
def test_bad_input(given, said):
    with pytest.raises((PolicyError, ValueError), match=said):
        Network(settings(), **given).run(25)


def test_the_least_network_runs():
    alone = settings(start__subnets=1, uids__validators=1, uids__miners=1, start__root=0.0, start__free=0.0)
    network = Network(alone, delegators=[], traders=[]).run(10)
    assert balanced(network)
    assert network.tao_share.tolist() == [1.0]
    with pytest.raises(ValueError, match="no 'investors' is kept"):
        network.frame("investors")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"start.subnets": 0}, r"start.subnets is 0; it is subnets and must be a whole number in \[1, 128\]"),
        ({"start.subnet": 5}, "'start.subnet' is not a key of a network"),
        ({"uids.validators": 200}, "a subnet has at most 256"),
        ({"uids.copiers": 20}, "at least one must evaluate"),
        ({"uids.drift": 2.0}, "must not exceed spread"),
        ({"start.root": 11e6}, "hold no more than there is"),
        ({"tao.low": 700.0}, "must not exceed tao.high"),
        ({"chain.share_rule": "votes"}, "must be one of price, flow, net-flow, root"),
        ({"flows.pace": float("nan")}, "flows.pace is nan"),
    ],
)
def test_bad_settings(changes, said):
    with pytest.raises(ValueError, match=said):
        NetworkSettings().changed(changes)


def test_a_start_with_more_alpha_than_there_is_is_refused():
    with pytest.raises(ValueError, match="there are at most 21000000: lower one"):
        Network(settings(start__age=4000.0))


def test_who_holds_a_dissolved_subnets_alpha_is_paid_in_proportion():
    network = Network(settings()).run(3)
    books, place = network.books, int(np.argmin(network.economy.moving_price))
    free, held = books.free.copy(), books.held()[place, 3:]
    event = Founding(5, 2_000_000, most=2500.0, enable_after=1.0).step(books, 1080)
    assert (event.place, event.lock) == (place, 1000 * RAO)  # nobody has paid for so long that it costs the least
    gained = books.free - free
    assert gained / gained.sum() == pytest.approx(held / held.sum(), abs=1e-9)
    assert event.recycled > 0  # the chain's own alpha and the pool's have their part
    assert balanced(network)
    others = np.arange(5) != place
    assert network.price[place] == pytest.approx(np.median(network.price[others]), rel=1e-6)
    assert int(network.economy.pool.tao[place]) == event.lock


def test_subnets_end_and_begin_and_every_rao_is_somewhere():
    network = Network(settings(flows__found_price=2500.0, chain__enable_after=1.5), seed=2, record=1)
    place = int(np.argmin(network.economy.moving_price))
    network.step()
    assert [event.place for event in network.founding.events] == [place]
    assert not network.work.weights[place].any()
    assert not network.economy.enabled[place]
    for _ in range(80):
        network.step()
        assert balanced(network), network.audit()
    assert network.economy.enabled[place]
    assert network.tao_share[place] > 0
    assert network.work.incentive[place].any()
    first, *later = network.founding.events
    assert later[0].block - first.block >= 7200  # a day apart at least
    assert later[0].lock < 2 * first.lock  # twice the last price, falling
    assert later[0].place != place  # the new one is immune


def test_nobody_founds_what_costs_too_much_and_immune_subnets_stay():
    assert Network(settings(flows__found_price=999.0)).run(5).founding.events == []
    young = Network(settings(flows__found_price=5000.0, start__age=100.0)).run(5)
    assert young.founding.events == []


def test_nobody_founds_where_alpha_is_so_cheap_that_a_pool_would_need_more_than_there_may_be():
    network = Network(settings(start__pool_tao=200.0, start__price_sum=1e-4))
    before = network.economy
    founding = Founding(5, 2_000_000, most=2500.0, enable_after=1.0)
    assert founding.step(network.books, 1080) is None
    assert network.economy is before
    assert founding.events == []
