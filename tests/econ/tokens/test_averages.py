"""Moving prices and flows: the chain's vectors, and many blocks against one after another."""

import numpy as np
import pytest

from econ.tokens.averages import FLOW_GAIN, PRICE_GAIN, moving_flow, moving_price, price_gain


def test_chain_vectors(economy):
    for case in economy("ema_price"):
        price = case["start"]
        for _ in range(case["steps"]):
            price = moving_price(price, case["spot"], case["b"], gain=case["a0"], halving=case["h"])
        if "expected" in case:
            assert price == pytest.approx(case["expected"], abs=case["tol"])
        assert case.get("expected_gt", -1) < price < case.get("expected_lt", 2)
        if "value" in case:
            assert price == pytest.approx(case["value"], rel=1e-9)


@pytest.mark.parametrize("age", [0, 5, 50_000, 3_000_000])
def test_a_tempo_at_once_is_its_blocks_one_by_one(age):
    spot, price = np.array([0.02, 0.7, 4.0]), np.array([0.05, 0.2, 0.9])
    one = price
    for block in range(360):
        one = moving_price(one, spot, age + block)
    assert moving_price(price, spot, age, blocks=360) == pytest.approx(one, abs=1e-8)


def test_spot_counts_up_to_one_tao_and_half_lives_are_the_documented_ones():
    assert moving_price(0.5, 7.0, 10**6) == moving_price(0.5, 1.0, 10**6)
    assert moving_price(1.0, 0.0, 10**12, blocks=231_049) == pytest.approx(0.5, abs=1e-5)
    assert price_gain(0) == 0
    assert price_gain(201_600) == PRICE_GAIN / 2
    assert moving_flow(1.0, 0, blocks=216_000, gain=FLOW_GAIN) == pytest.approx(0.5, abs=1e-4)


def test_flow_of_many_blocks():
    one = np.array([5.0, -3.0])
    for _ in range(360):
        one = moving_flow(one, np.array([10.0, -20.0]))
    assert moving_flow([5.0, -3.0], [3600.0, -7200.0], blocks=360) == pytest.approx(one, rel=1e-12)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: moving_price(0.1, -0.1, 5), "spot is -0.1"),
        (lambda: moving_price(np.nan, 0.1, 5), "price is nan"),
        (lambda: moving_price(0.1, 0.1, -5), "age is -5"),
        (lambda: moving_price(0.1, 0.1, 5, blocks=0), "blocks is 0"),
        (lambda: moving_flow(0.1, 0.1, blocks=0), "blocks is 0"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
