"""Three rules for one block's TAO: the chain's vectors, and what must hold for every rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.tokens.emission import ByFlow, ByPrice, ByRootWeights, SubnetSignals, net_flow, tao_of_shares


def test_chain_vectors_of_the_live_rule(economy):
    for case in economy("emission_split_price"):
        shares = ByPrice().shares(SubnetSignals(price=case["ema_prices"], burned=case["burn"]))
        if "shares" in case:
            assert shares == pytest.approx(case["shares"], abs=case["tol"])
        else:
            assert abs(tao_of_shares(shares, case["emission"]) - case["tao"]).max() <= case["tol"]


def test_chain_vectors_of_the_flow_rule(economy):
    for case in economy("emission_split_flow_dormant"):
        rule = ByFlow(cutoff=float(case.get("cutoff", 0)), exponent=float(case.get("p", 1)))
        assert rule.shares(SubnetSignals(flow=case["flows"])) == pytest.approx(case["shares"], abs=case["tol"])


def drawn(seed, worlds=3, subnets=5, validators=4):
    rng = np.random.default_rng(seed)
    return {
        "price": rng.random((worlds, subnets)),
        "burned": rng.choice([0.0, 0.3, 1.0], (worlds, subnets)),
        "flow": rng.normal(size=(worlds, subnets)),
        "root_weights": rng.random((worlds, validators, subnets)) * (rng.random((worlds, validators, subnets)) < 0.7),
        "root_stake": rng.random((worlds, validators)),
        "eligible": rng.random((worlds, subnets)) < 0.8,
        "enabled": rng.random((worlds, subnets)) < 0.8,
    }


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([ByPrice(), ByFlow(), ByFlow(cutoff=-1.0), ByRootWeights()]))
def test_every_rule_gives_shares_to_those_who_take_part_whatever_the_others_do(seed, rule):
    signals = drawn(seed)
    shares = rule.shares(SubnetSignals(**signals))
    on = signals["eligible"] & signals["enabled"]
    assert (shares >= 0).all()
    assert not shares[~on].any()
    total = shares.sum(axis=-1)
    assert (np.isclose(total, 1) | (total == 0)).all()
    paid = tao_of_shares(shares, 10**9)
    assert ((10**9 * (total > 0) - paid.sum(axis=-1) >= 0) & (10**9 * (total > 0) - paid.sum(axis=-1) <= 5)).all()
    order = np.random.default_rng(seed).permutation(5)
    shuffled = {k: v if k == "root_stake" else v[..., order] for k, v in signals.items()}
    assert rule.shares(SubnetSignals(**shuffled)) == pytest.approx(shares[..., order], abs=1e-12)
    for world in range(3):
        alone = rule.shares(SubnetSignals(**{k: v[world] for k, v in signals.items()}))
        assert alone == pytest.approx(shares[world], abs=1e-12)
    if not isinstance(rule, ByRootWeights):
        moved = signals | {"price": np.where(on, signals["price"], 9.0), "flow": np.where(on, signals["flow"], -9.0)}
        assert rule.shares(SubnetSignals(**moved)) == pytest.approx(shares, abs=1e-12)


def test_where_there_is_nothing_to_go_by_nobody_is_paid():
    assert not ByPrice().shares(SubnetSignals(price=[0.0, 0.0])).any()
    assert not ByPrice().shares(SubnetSignals(price=[1.0, 2.0], enabled=False)).any()
    assert not ByFlow().shares(SubnetSignals(flow=[0.0, 0.0])).any()
    assert not ByRootWeights().shares(SubnetSignals(root_weights=[[0.0, 0.0]], root_stake=[1.0])).any()
    assert ByPrice().shares(SubnetSignals(price=[0.3])).tolist() == [1.0]


def test_root_weights_punish_what_a_minority_votes_for():
    votes = SubnetSignals(root_weights=[[1.0, 0.0], [0.0, 1.0]], root_stake=[60.0, 40.0])
    majority, minority = ByRootWeights().shares(votes)
    expected = np.array([0.6, 0.4]) / (1 + np.exp(-10 * (np.array([0.6, 0.4]) - 0.5)))
    assert [majority, minority] == pytest.approx(expected / expected.sum())
    assert majority > 0.6


def test_a_root_vote_is_as_strong_for_many_subnets_as_for_one():
    votes = SubnetSignals(root_weights=[[7.0, 7.0, 0.0], [0.0, 0.0, 3.0]], root_stake=[1.0, 1.0])
    assert ByRootWeights().shares(votes) == pytest.approx([1 / 3] * 3)


def test_net_flow_takes_no_more_than_users_put_in():
    assert net_flow([10.0, 0.0], [5.0, 1.0]).tolist() == [5.0, -1.0]
    assert net_flow([-10.0, -1.0], [5.0, 1.0]).tolist() == [-10.0, -1.0]
    assert net_flow([10.0, 3.0], [-5.0, 0.0]).tolist() == [10.0, 3.0]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ByFlow().shares(SubnetSignals(price=[1.0])), "flow is None; ByFlow shares by it"),
        (lambda: ByPrice().shares(SubnetSignals(price=[])), "the market is empty"),
        (
            lambda: ByPrice().shares(SubnetSignals(price=[-1.0])),
            "price is -1; it is a moving price, TAO an alpha, and must be at least 0",
        ),
        (lambda: ByPrice().shares(SubnetSignals(price=[1.0], burned=[1.5])), "burned is 1.5; it is a share"),
        (lambda: ByPrice().shares(SubnetSignals(price=[np.inf])), "must be finite"),
        (lambda: ByRootWeights().shares(SubnetSignals(root_weights=[[1.0]], root_stake=[1.0, 1.0])), "do not fit"),
        (lambda: tao_of_shares([0.4, 0.4], 100), "sum to 0.8"),
        (lambda: tao_of_shares([1.5, -0.5], 100), "at least 0"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_flows_can_be_counted_less_what_the_chain_itself_put_in():
    signals = SubnetSignals(flow=[100.0, 100.0], chain_flow=[50.0, 0.0])
    assert ByFlow().shares(signals).tolist() == [0.5, 0.5]
    assert ByFlow(net=True).shares(signals) == pytest.approx([1 / 3, 2 / 3])
