"""Every rao of a network through random histories, and the block against the chain's rules one by one."""

from dataclasses import replace

import numpy as np
import pytest

from econ.tokens.averages import FLOW_GAIN, PRICE_GAIN, moving_price
from econ.tokens.childkeys import family_pay
from econ.tokens.conviction import after_lock, conviction_owner, unlocked
from econ.tokens.economy import (
    ChainRule,
    Economy,
    after_blocks,
    burn,
    drain,
    recycle,
    register,
    stake,
    unstake,
)
from econ.tokens.emission import ByFlow, ByPrice, ByRootWeights, SubnetSignals
from econ.tokens.injection import TAO_WEIGHT
from econ.tokens.issuance import block_emission
from econ.tokens.payout import dividend_parts, miner_pay, take, validators_pot
from econ.tokens.pool import Pool, SwapRule, buy, can_sell
from econ.tokens.rao import MAX_SUPPLY, RAO
from econ.tokens.root_claims import RootClaims
from econ.tokens.share_pool import SharePool
from econ.tokens.subnets import dissolve, found, payout


def network(subnets=3, **given):
    ready = {
        "pool": Pool(alpha=np.full(subnets, 10**15), tao=np.arange(1, subnets + 1) * 10**13),
        "tao_issuance": 10_400_000 * RAO,
        "root_tao": 5_000_000 * RAO,
        "alpha_out": 10**15,
        "nobodys": 10**15,
        "moving_price": np.arange(1, subnets + 1) * 0.01,
        "age": 10**6,
    }
    return Economy(**ready | given)


class Books:
    """A network's accounts in plain integers: free TAO, each subnet's staked alpha, and what root is owed of it."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.economy = network(root_tao=0)
        self.free = int(self.economy.tao_issuance - self.economy.tao_inside)
        self.nominators = SharePool.empty(3, 4)
        self.claims = RootClaims.empty(2, 3)
        self.alpha = self.economy.alpha_issuance.tolist()
        self.minted = self.recycled = self.ended = self.usurped = 0
        self.locked, self.conviction = np.zeros((2, 3, 4))
        self.forever = self.rng.random((3, 4)) < 0.5
        self.owner, self.born, self.now = np.zeros(3, dtype=int), np.zeros(3, dtype=int), 0

    @property
    def staked(self):
        return self.nominators.total + self.claims.owed.sum(axis=0) + self.claims.rest

    def one_of_four(self, alpha):
        """Amounts [subnet, nominator], all of one nominator."""
        return np.asarray(alpha)[:, np.newaxis] * (np.arange(4) == self.rng.integers(4))

    def limit(self, above):
        """A price of each subnet at which an order stops, or none."""
        if self.rng.random() < 0.5:
            return None
        return self.economy.pool.price * np.exp((1 if above else -1) * self.rng.exponential(0.5))

    def amount(self, most):
        """A random amount of any order of magnitude up to a limit."""
        return min(int(10 ** self.rng.uniform(0, 14)), int(most))

    def at(self, amount):
        return np.where(np.arange(3) == self.rng.integers(3), amount, 0)

    def block(self):
        count = int(self.rng.choice([1, 1, 360]))
        rule = ChainRule(shares=ByPrice() if self.rng.random() < 0.5 else ByFlow())
        before = self.economy
        each = np.where(before.eligible, block_emission(before.alpha_issuance), 0)
        self.economy = after = after_blocks(before, count, rule)
        minted = after.alpha_issuance - before.alpha_issuance
        assert (minted >= 0).all()
        assert (minted <= 2 * each * count).all()  # what is out, and at most as much for the pool
        assert after.tao_issuance - before.tao_issuance <= block_emission(before.tao_issuance) * count
        self.minted += int(after.tao_issuance - before.tao_issuance)
        self.alpha = after.alpha_issuance.tolist()
        self.wait(count)

    def wait(self, blocks):
        """Locks loosen, conviction grows; now and then months pass for them alone, so that ownership is contested."""
        passed = blocks if self.rng.random() < 0.9 else int(self.rng.integers(10**6))
        mine, before = self.owner[:, np.newaxis] == np.arange(4), self.locked
        self.locked, self.conviction = after_lock(
            before, self.conviction, passed, perpetual=self.forever, by_owner=mine
        )
        assert (self.locked <= before).all()
        assert (self.locked == before)[self.forever].all()
        assert (self.conviction[mine] == self.locked[mine]).all()
        self.now += passed

    def lock(self):
        """A nominator locks to its own hotkey what it has not locked yet, or part of it."""
        who, free = self.rng.integers(4), unlocked(self.nominators.value, self.locked)
        wanted = np.minimum(self.at(10**16 if self.rng.random() < 0.3 else self.amount(10**14)), free[:, who])
        self.locked[:, who] += wanted
        mine = self.owner[:, np.newaxis] == np.arange(4)
        self.conviction = np.where(mine, self.locked, self.conviction)

    def stake(self):
        offered, limit = self.at(self.amount(self.free)), self.limit(above=True)
        self.economy, swap = stake(self.economy, offered, limit=limit)
        assert (swap.paid_in <= offered).all()
        if limit is not None:
            assert (self.economy.pool.price <= np.maximum(limit, 0) * (1 + 1e-9)).all()
        self.free -= int((swap.paid_in - swap.fee).sum())  # the fee goes to the author, whose balance is free too
        self.nominators = self.nominators.add(self.one_of_four(swap.paid_out))

    def unstake(self):
        who, all_of_it = self.rng.integers(4), self.rng.random() < 0.1
        offered = self.at(10**16 if all_of_it else self.amount(10**14))
        offered = np.minimum(offered, unlocked(self.nominators.value, self.locked)[:, who])
        self.economy, swap = unstake(self.economy, offered, limit=self.limit(above=False))
        self.free += int(swap.paid_out.sum())
        sold = np.zeros((3, 4), dtype=np.int64)
        sold[:, who] = swap.paid_in
        self.nominators = self.nominators.remove(sold).add(self.one_of_four(swap.fee))  # the fee is the author's

    def register(self):
        paid = self.at(self.amount(min(self.free, 100 * RAO)))
        self.economy, swap = register(self.economy, paid)
        self.free -= int((swap.paid_in - swap.fee).sum())
        self.alpha = (np.array(self.alpha) - swap.paid_out).tolist()

    def epoch(self):
        self.economy, due = drain(self.economy, self.rng.random(3) < 0.5)
        shares = self.rng.random((3, 4)) * (self.rng.random((3, 1)) < 0.8)
        total = np.maximum(shares.sum(axis=-1, keepdims=True), 1e-300)
        incentive = np.floor(due.miners[:, np.newaxis] * (shares / total) * (1 - 1e-12)).astype(np.int64)
        miners = miner_pay(incentive, self.rng.random((3, 4)) < 0.2)
        pot = validators_pot(due.validators, due.miners, incentive)
        parts = dividend_parts(
            self.rng.random((3, 5)),
            self.rng.integers(0, 2, (3, 5)),
            self.rng.integers(0, 2, (3, 5)),
            alpha_pot=pot,
            root_pot=due.root,
        )
        given = np.triu(self.rng.dirichlet(np.ones(5), 5), 1) * (self.rng.random((5, 5)) < 0.5)
        family = family_pay(parts.alpha, self.rng.random((3, 5)), given, takes=0.1, burn=0.1)
        taken = take(family.paid)
        for_root = np.where(self.claims.stake.any(), parts.root.sum(-1), 0)
        if for_root.any():
            self.claims = self.claims.credited(for_root)
        usurper = conviction_owner(self.conviction, self.economy.alpha_out, self.now - self.born)
        self.usurped += int(((usurper >= 0) & (usurper != self.owner)).sum())
        self.owner = np.where(usurper >= 0, usurper, self.owner)
        staked = miners.paid.sum(-1) + (taken.validator + taken.nominators).sum(-1)
        to_owner = due.owner[:, np.newaxis] * (self.owner[:, np.newaxis] == np.arange(4))
        self.nominators = self.nominators.add(to_owner + self.one_of_four(staked // 2)).reward(staked - staked // 2)
        paid = due.owner + staked + for_root
        gone = np.where(self.rng.random(3) < 0.5, miners.withheld, 0) + family.recycled
        self.economy = burn(recycle(self.economy, gone), due.total - paid - gone)
        self.alpha = (np.array(self.alpha) - gone).tolist()

    def move_to_root(self):
        come = np.array([self.amount(self.free // 2), 0])
        self.claims = self.claims.staked(come).unstaked([0, self.amount(self.claims.stake[1])])
        self.free -= int(self.claims.stake.sum() - self.economy.root_tao)
        self.economy = replace(self.economy, root_tao=self.claims.stake.sum())

    def claim(self):
        self.claims, paid = self.claims.claimed(self.rng.random(2) < 0.5, self.rng.random(3) < 0.5)
        kept = self.rng.random() < 0.5
        if kept or not can_sell(self.economy.pool, paid.sum(axis=0)).all():
            self.nominators = self.nominators.add(self.one_of_four(paid.sum(axis=0)))
        else:
            self.economy, swap = unstake(self.economy, paid.sum(axis=0), ChainRule(swaps=SwapRule(fee=0)))
            self.claims = self.claims.staked([int(swap.paid_out.sum()), 0])
            self.economy = replace(self.economy, root_tao=self.claims.stake.sum())

    def end_and_begin(self):
        """A subnet goes, its holders are paid, and another takes its place."""
        subnet = int(self.rng.integers(3))
        lock = 1000 * RAO
        if self.free < 2 * lock:
            return
        held = self.nominators.value[subnet].tolist()
        before = int(self.economy.tao_inside)
        gone = dissolve(self.economy, subnet)
        paid = payout(int(gone.tao), held, int(gone.chain_alpha + gone.pool_alpha))
        assert sum(paid.paid) + paid.recycled == gone.tao == before - int(gone.economy.tao_inside)
        self.free += sum(paid.paid)
        self.economy = recycle(gone.economy, tao=paid.recycled)
        self.recycled += paid.recycled
        self.ended += 1
        others = np.arange(3) != subnet
        self.nominators = SharePool(
            total=np.where(others, self.nominators.total, 0),
            shares=np.where(others[:, np.newaxis], self.nominators.shares, 0.0),
        )
        self.claims = replace(
            self.claims, owed=np.where(others, self.claims.owed, 0), rest=np.where(others, self.claims.rest, 0)
        )
        self.locked[subnet] = self.conviction[subnet] = 0.0
        self.owner[subnet], self.born[subnet] = self.rng.integers(4), self.now
        self.economy = found(self.economy, subnet, lock, 0.01)
        self.free -= lock
        self.alpha = np.where(others, self.alpha, self.economy.alpha_issuance).tolist()

    def recycle(self):
        amount = self.amount(min(self.free, 10**10))
        self.economy = recycle(self.economy, tao=amount)
        self.free -= amount
        self.recycled += amount

    def govern(self):
        on, open_ = self.rng.random((2, 3)) < 0.8
        self.economy = replace(self.economy, enabled=on, eligible=open_, burned=self.rng.random(3))

    def check(self):
        now = self.economy
        assert int(now.tao_issuance) == int(now.tao_inside) + self.free
        assert (now.alpha_out == self.staked + now.pending.total + now.chain_alpha + now.nobodys).all()
        assert now.alpha_issuance.tolist() == self.alpha
        held = (now.pool.alpha, now.pool.tao, now.alpha_waiting, now.tao_waiting, self.staked, now.nobodys)
        assert min(int(part.min()) for part in held) >= 0
        assert self.free >= 0
        assert (self.nominators.value - self.locked >= -2 - 1e-9 * self.locked).all()  # but for the rounding of shares
        assert (self.conviction >= 0).all()
        assert (self.nominators.value.sum(axis=-1) <= self.nominators.total).all()
        assert int(now.root_tao) == int(self.claims.stake.sum())
        assert now.tao_issuance <= MAX_SUPPLY

    def act(self):
        often = (self.block, self.stake, self.unstake, self.register, self.epoch)
        often = (*often, self.move_to_root, self.claim, self.recycle, self.lock)
        seldom = (self.govern, self.end_and_begin)
        acts = seldom if self.rng.random() < 0.04 else often
        acts[self.rng.integers(len(acts))]()
        self.check()


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_minted_or_lost_but_by_rule(seed):
    books = Books(seed)
    for _ in range(400):
        books.act()


@pytest.mark.slow
def test_nothing_is_minted_or_lost_in_ten_thousand_actions():
    books = Books(99)
    issued = int(books.economy.tao_issuance)
    for _ in range(10_000):
        books.act()
    assert int(books.economy.tao_issuance) == issued + books.minted - books.recycled
    assert min(books.minted, books.recycled, books.ended, books.usurped) > 0


def test_a_block_is_the_chains_rules_one_after_the_other():
    before = network(burned=[0.0, 0.5, 0.0], enabled=[True, True, False], tao_issuance=10_600_000 * RAO)
    after = after_blocks(before, 1)
    emission, weights = RAO // 2, np.array([0.01, 0.01])
    tao = np.array([*(emission * weights / weights.sum()).astype(np.int64), 0])
    share = TAO_WEIGHT * 5e15 / (TAO_WEIGHT * 5e15 + 2e15)
    assert (tao > share * 10**9 * before.pool.price).tolist() == [True, True, False]  # the cap binds: TAO is left over
    tao_in = np.floor(np.minimum(tao / before.pool.price, share * 10**9) * before.pool.price).astype(np.int64)
    bought = buy(before.pool, tao - tao_in, SwapRule(fee=0))
    assert after.chain_alpha.tolist() == bought.paid_out.tolist()
    assert after.pool.price == pytest.approx(bought.pool.price, rel=1e-12)  # injection leaves the price
    assert after.pool.tao.tolist() == (before.pool.tao + tao).tolist()
    assert after.tao_issuance - before.tao_issuance == tao.sum()
    alpha_in = np.where(tao > 0, np.floor(share * 10**9), 0).astype(np.int64)
    assert (after.alpha_issuance - before.alpha_issuance - alpha_in - 10**9 + after_root(before)).tolist() == [0, 0, 0]
    assert after.moving_price == pytest.approx(moving_price(before.moving_price, after.pool.price, 10**6), rel=1e-15)
    assert after.age.tolist() == [10**6 + 1] * 3
    assert not after.pending.root.any()  # prices sum to no more than 1: what root would have earned is recycled


def after_root(economy):
    """Root's part of a block, recycled where prices sum to no more than 1."""
    share = TAO_WEIGHT * 5e15 / (TAO_WEIGHT * 5e15 + 2e15)
    left = 10**9 * (1 - 11796 / 65535)
    assert economy.moving_price.sum() <= 1
    return int(left * share / 2)


def test_who_does_not_take_part_and_owners_who_leave_their_cut():
    before = network(eligible=[True, False, True], owner_takes=[True, True, False], moving_price=[0.5, 0.5, 0.5])
    after = after_blocks(before, 1)
    assert after.alpha_issuance[1] == before.alpha_issuance[1]
    assert after.pool.tao[1] == before.pool.tao[1]
    assert after.pool.tao[0] - before.pool.tao[0] == RAO // 2
    assert after.pending.owner.tolist() == [179_995_422, 0, 0]
    assert after.age.tolist() == [10**6 + 1] * 3
    assert after_blocks(network(eligible=False, age=0), 5).age.tolist() == [0, 0, 0]  # none has started


def test_root_earns_once_prices_sum_to_more_than_one():
    after = after_blocks(network(moving_price=[0.5, 0.5, 0.1]), 1)
    assert (after.pending.root > 0).all()
    assert (after.pending.total + 2 >= 10**9 - 1).all()


def test_a_tempo_at_once_is_close_to_its_blocks():
    slow = fast = network(moving_price=[0.5, 0.5, 0.1])
    for _ in range(360):
        slow = after_blocks(slow, 1)
    fast = after_blocks(fast, 360)
    for name in ("owner", "miners", "validators"):
        assert getattr(fast.pending, name) == pytest.approx(getattr(slow.pending, name), rel=1e-4)
    assert fast.pool.price == pytest.approx(slow.pool.price, rel=1e-4)
    assert fast.moving_price == pytest.approx(slow.moving_price, rel=1e-4)
    assert abs(int(fast.tao_issuance) - int(slow.tao_issuance)) <= 360 * 3


def test_worlds_are_independent():
    rng = np.random.default_rng(0)
    tao = rng.integers(10**12, 10**14, (4, 5))
    together = network(5, pool=Pool(alpha=np.full((4, 5), 10**15), tao=tao), tao_issuance=np.full(4, 10**16))
    for _ in range(3):
        together = after_blocks(together, 360)
    alone = network(5, pool=Pool(alpha=np.full(5, 10**15), tao=tao[2]), tao_issuance=10**16)
    for _ in range(3):
        alone = after_blocks(alone, 360)
    assert together.pool.tao[2].tolist() == alone.pool.tao.tolist()
    assert together.pending.miners[2].tolist() == alone.pending.miners.tolist()
    assert together.tao_issuance[2] == alone.tao_issuance


def test_chain_buys_lift_the_price_and_old_subnets_get_more_of_them():
    young, old = network(alpha_out=10**13, nobodys=10**13), network(alpha_out=9 * 10**15, nobodys=9 * 10**15)
    assert (after_blocks(young, 360).chain_alpha < after_blocks(old, 360).chain_alpha).all()
    assert (after_blocks(old, 360).pool.price > old.pool.price).all()


def test_an_economy_that_has_ended_mints_nothing():
    ended = network(tao_issuance=MAX_SUPPLY, pool=Pool(alpha=np.full(3, 10**15), tao=10**13), alpha_out=20 * 10**15)
    after = after_blocks(ended, 360)
    assert after.tao_issuance == MAX_SUPPLY
    assert not after.pending.total.any()


def test_what_a_pool_cannot_take_waits_or_is_not_minted():
    shallow = network(pool=Pool(alpha=np.array([0, 10**5, 10**15]), tao=np.array([10**13, 10**5, 10**13])))
    after = after_blocks(shallow, 1)
    assert after.chain_alpha[:2].tolist() == [0, 0]
    assert after.tao_issuance - shallow.tao_issuance == after.tao_inside - shallow.tao_inside
    assert after.tao_issuance - shallow.tao_issuance < 0.9 * RAO


def test_an_injection_that_would_unbalance_a_pool_waits_and_enters_later():
    """A buy of hundreds of times its TAO lifts this pool's price so that alpha would outweigh TAO 99 to 1."""
    pool = Pool(alpha=np.array([10**9, 10**15, 10**15]), tao=np.array([2 * 10**6, 10**13, 10**13]))
    out = np.array([10**9, 10**15, 10**15])
    path = [network(pool=pool, alpha_out=out, nobodys=0, moving_price=[0.5, 0.1, 0.1])]
    for _ in range(30):
        path.append(after_blocks(path[-1], 1))
        tao = path[-1].tao_issuance - path[-2].tao_issuance
        assert path[-1].tao_inside - path[-2].tao_inside == tao
    waiting = [int(now.alpha_waiting[0]) for now in path]
    assert max(waiting) > 0 == waiting[-1]
    assert max(int(now.tao_waiting[0]) for now in path) > 0
    free = path[-1].alpha_issuance - path[0].alpha_issuance - (path[-1].alpha_out - path[0].alpha_out)
    assert (free == path[-1].pool.alpha - path[0].pool.alpha).all()


def test_what_users_bring_is_remembered_and_can_share_the_emission():
    before = network(nobodys=0)
    bought, swap = stake(before, [0, 10**12, 0])
    assert bought.inflow.tolist() == [0, 10**12 - swap.fee[1], 0]
    sold, swap_back = unstake(bought, [10**9, 0, 0])
    assert sold.inflow[0] == -swap_back.paid_out[0] < 0
    paid, fees = register(sold, [0, 0, 10**9])
    assert paid.inflow[2] == 10**9 - fees.fee[2]
    flowed = after_blocks(paid, 1)
    assert flowed.moving_flow == pytest.approx(paid.inflow * FLOW_GAIN, rel=1e-12)
    assert not flowed.inflow.any()
    only_flow = after_blocks(flowed, 1, ChainRule(shares=ByFlow()))
    gained = only_flow.pool.tao - flowed.pool.tao
    above = np.maximum(flowed.moving_flow, 0)
    assert gained == pytest.approx(RAO * above / above.sum(), abs=2)


def test_gain_of_the_moving_price_is_the_documented_one():
    after = after_blocks(network(moving_price=0.0, age=10**15), 1)
    assert after.moving_price == pytest.approx(after.pool.price * PRICE_GAIN, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Economy(pool=Pool(alpha=5, tao=5), tao_issuance=10), "no axis of subnets"),
        (lambda: Economy(pool=Pool(alpha=np.zeros(0, int), tao=np.zeros(0, int)), tao_issuance=10), "at least one"),
        (lambda: network(tao_issuance=-5), "tao_issuance is -5"),
        (lambda: network(alpha_out=[5, -1, 5]), "alpha_out is -1"),
        (lambda: after_blocks(network(), -1), "blocks is -1"),
        (lambda: unstake(network(alpha_out=0, nobodys=0), [10, 0, 0]), "alpha out; it holds 0"),
        (lambda: unstake(network(), [10**12, 0, 0]), "leave alpha out"),  # all that is out is nobody's
        (lambda: stake(network(root_tao=10_300_000 * RAO), [10**14, 10**14, 0]), "free balances do not hold so much"),
        (lambda: network(tao_issuance=RAO), "leave all TAO that is issued"),
        (lambda: network(alpha_out=[5, 5]), "give one a subnet"),
        (lambda: network(burned=1.5), "burned is 1.5"),
        (lambda: network(moving_price=np.nan), "moving_price is nan"),
        (lambda: after_blocks(network(), 10**8), "at most 50400, the longest tempo"),
        (lambda: recycle(network(), tao=MAX_SUPPLY), "free balances do not hold so much"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_root_votes_can_share_the_emission_of_a_block():
    before = network()
    votes = {"root_weights": [[0.0, 1.0, 1.0], [0.0, 1.0, 0.0]], "root_stake": [1.0, 1.0]}
    after = after_blocks(before, 1, ChainRule(shares=ByRootWeights()), **votes)
    gained = (after.pool.tao - before.pool.tao) / RAO
    assert gained == pytest.approx(ByRootWeights().shares(SubnetSignals(**votes)), abs=1e-8)
    assert gained[1] > gained[2] > gained[0] == 0
    with pytest.raises(ValueError, match="root_weights is None; ByRootWeights shares by it"):
        after_blocks(before, 1, ChainRule(shares=ByRootWeights()))


def test_the_chains_own_tao_has_a_moving_flow_of_its_own():
    before = network()
    after = after_blocks(before, 360)
    expected = (after.pool.tao - before.pool.tao) / 360 * (1 - (1 - FLOW_GAIN) ** 360)
    assert after.moving_chain_flow == pytest.approx(expected, rel=1e-9)
    assert not after.moving_flow.any()
