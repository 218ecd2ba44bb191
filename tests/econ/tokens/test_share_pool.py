"""Nominators' shares: the chain's vector, and stake that is conserved through random histories."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.tokens.share_pool import SharePool


def test_chain_vector(economy):
    (case,) = economy("nominator_share_pool")
    names, pool = list(case["final"]), SharePool.empty(len(case["final"]))
    for step in case["steps"]:
        kind, amount = step[0], step[-1]
        pool = pool.add([amount * (name == step[1]) for name in names]) if kind == "add" else pool.reward(amount)
    assert abs(pool.value - list(case["final"].values())).max() <= case["tol"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_no_history_makes_or_loses_stake(seed):
    rng = np.random.default_rng(seed)
    pool, stake = SharePool.empty(4), 0
    for _ in range(40):
        owned = pool.value
        amount = int(rng.integers(0, 10 ** int(rng.integers(1, 13))))
        who = rng.permutation(4) == 0
        move = rng.integers(0, 4)
        if move == 0:
            orphaned = 0 if pool.shares.any() else int(pool.total)  # goes to whoever stakes first
            pool, stake = pool.add(amount * who), stake + amount
            gained = pool.value - owned - (amount + orphaned * (amount > 0)) * who
            assert (abs(gained) <= 1 + pool.total * 2.0**-40).all()
        elif move == 1:
            pool, stake = pool.reward(amount), stake + amount
            assert (pool.value >= owned - 1).all()
        else:
            part = np.minimum(owned, amount) * who if move == 2 else owned * who
            pool, stake = pool.remove(part), stake - int(part.sum())
            assert (abs(pool.value - owned + part) <= 4 + pool.total * 2.0**-40).all()  # a rao from each who left
        assert pool.total == stake
        assert 0 <= pool.value.sum() <= stake


def test_who_takes_everything_keeps_nothing_and_late_rewards_pass_by():
    pool = SharePool.empty(2).add([7, 0]).reward(2)
    left = pool.remove([9, 0])
    thirds = SharePool(total=10, shares=[1.0, 1.0, 1.0])
    assert thirds.value.tolist() == [3, 3, 3]
    assert thirds.remove([3, 0, 0]).shares.tolist() == [0, 1, 1]  # the third of a rao is the others'
    assert left.value.tolist() == [0, 0]
    assert left.add([0, 3]).reward(10).value.tolist() == [0, 13]
    assert left.reward(5).value.tolist() == [0, 0]  # nobody holds a share
    assert left.reward(5).add([3, 0]).value.tolist() == [8, 0]


def test_pools_of_many_hotkeys_move_at_once():
    pools = SharePool.empty(3, 2).add([[5, 0], [0, 0], [1, 1]]).reward([5, 0, 2])
    assert pools.value.tolist() == [[10, 0], [0, 0], [2, 2]]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: SharePool.empty(2).add([5, -1]), "amounts is -1"),
        (lambda: SharePool.empty(2).add([5, 0]).remove([5, 1]), r"nominator \[1\] unstakes 1 rao; it owns 0"),
        (lambda: SharePool(total=5, shares=[-1.0]), "a share is -1; it is what a nominator holds"),
        (lambda: SharePool(total=-5, shares=[1.0]), "stake is -5"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
