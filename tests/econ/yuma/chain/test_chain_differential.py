"""The chain's arithmetic against a second one, entry by entry: random subnets, every mask, rules to their limits."""

import dataclasses
import random

import pytest
from plain_chain import plain_epoch

from econ.yuma.chain import ChainHyperparameters, ChainState, SparseMatrix, chain_epoch

FIGURES = (
    *("permits", "active", "consensus", "incentive", "dividends", "validator_trust", "stake_weight"),
    *("server_emission", "validator_emission", "emission"),
)
EPOCHS = 3


def drawn_rows(rng, size, raters, kind):
    """Stored weights: dense, sparse, of few values, on one target alone, mostly explicit zeros, or all alike."""
    alike = [rng.randint(0, 65535) for _ in range(size)]
    rows = {}
    for i in range(size):
        if i < raters or rng.random() < 0.2:
            value = {
                "dense": lambda j: rng.randint(0, 65535),
                "sparse": lambda j: rng.randint(0, 65535) * (rng.random() < 0.4),
                "ties": lambda j: rng.choice([0, 100, 200]),
                "one": lambda j, i=i: 65535 * (j == 7 * i % size),
                "zeros": lambda j: rng.choice([0, 0, 0, 5]),
                "alike": lambda j: alike[j],
            }[kind]
            given = [(j, int(value(j))) for j in rng.sample(range(size), size)]
            rows[i] = [(j, w) for j, w in given if w or rng.random() < 0.6]
    return SparseMatrix.from_rows(rows, size)


def drawn(rng):
    size = rng.choice([1, 2, 3, 5, 8, 12])
    validators, block = rng.randint(1, size), rng.randint(1, 20_000)

    def moment():
        return rng.choice([0, block, block - 1, rng.randint(0, block)])

    def amount():
        return rng.choice([0, 1, 10**9, 10**9, rng.randint(0, 10**6), rng.randint(0, 10**15)])

    equal = rng.random() < 0.3  # with a kappa of as many fifths or thirds as may support: ties
    updated = [rng.choice([moment(), block]) for _ in range(size)]
    permits = [i < validators or rng.random() < 0.3 for i in range(size)]
    bonds = {
        i: [(j, rng.choice([0, 1, rng.randint(0, 65535), 65535])) for j in range(size) if rng.random() < 0.7]
        for i in range(size)
    }
    state = ChainState(
        block=block,
        stake=[
            (10**9 if equal else amount()) if i < validators else 0 if equal else rng.choice([0, 0, 5])
            for i in range(size)
        ],
        last_update=updated[: rng.choice([size] * 9 + [size // 2])],
        block_at_registration=[rng.choice([0, 0, 0, moment()]) for _ in range(size)],
        permits=permits[: rng.choice([size] * 9 + [size // 2])],
        weights=drawn_rows(rng, size, validators, rng.choice(["dense", "sparse", "ties", "one", "zeros", "alike"])),
        bonds=SparseMatrix.from_rows(bonds, size),
        commit_blocks=[rng.choice([None, None, moment()]) for _ in range(size)],
        owner_uid=rng.choice([None, None, rng.randrange(size)]),
        last_mechanism_step=rng.choice([0, 0, moment()]),
    )
    low = rng.choice([0, 1638, 45875, 65535, rng.randint(0, 65535)])
    rule = ChainHyperparameters(
        kappa=rng.choice([0, 1, 13107, 21845, 32767, 39321, 65534, 65535, rng.randint(0, 65535)]),
        bonds_penalty=rng.choice([0, 1, 32768, 65534, 65535, rng.randint(0, 65535)]),
        bonds_moving_average=rng.choice([0, 900_000, 975_000, 10**6, rng.randint(0, 2 * 10**6)]),
        alpha_low=low,
        alpha_high=rng.choice([low, 65535, rng.randint(low, 65535)]),
        alpha_sigmoid_steepness=rng.choice([0, 1000, -1000, 32767, -32768, rng.randint(-32768, 32767)]),
        yuma3_on=rng.random() < 0.7,
        liquid_alpha_on=rng.random() < 0.6,
        commit_reveal_on=rng.random() < 0.3,
        max_validators=rng.choice([0, 1, 2, 5, 64, size]),
        stake_threshold=rng.choice([0, 0, 1000, 10**9, 10**16]),
        activity_cutoff=rng.choice([1, 13, 5000, 2**62]),
        tempo=rng.choice([0, 10, 360, 65535]),
        rao_emission=rng.choice([0, 1, 10**9, 10**18, 2**64 - 1]),
    )
    return state, rule


@pytest.mark.parametrize("seed", range(0, 200, 20))
def test_every_figure_of_every_epoch(seed):
    for number in range(seed, seed + 20):
        state, rule = drawn(random.Random(number))
        for epoch in range(EPOCHS):
            result, plain = chain_epoch(state, rule), plain_epoch(state, rule)
            where = f"subnet {number}, epoch {epoch}"
            for name in FIGURES:
                assert getattr(result, name).tolist() == plain[name], f"{where}: {name}"
            bonds = result.bonds.rows()
            assert [dict(bonds.get(i, [])) for i in range(state.size)] == plain["bonds"], f"{where}: bonds"
            state = dataclasses.replace(
                state, permits=result.permits, bonds=result.bonds, block=state.block + rule.tempo % 400
            )


@pytest.mark.parametrize("average", [10**14, 2 * 10**15, 2**63, 2**64 - 1])
def test_averages_far_beyond_one_saturate(average):
    """Root may set any u64: bonds reach the ends of I32F32, and so do their sums."""
    for number in range(40):
        state, rule = drawn(random.Random(1000 + number))
        rule = dataclasses.replace(rule, bonds_moving_average=average, liquid_alpha_on=number % 4 == 0)
        for yuma3_on in (False, True):
            beyond = dataclasses.replace(rule, yuma3_on=yuma3_on)
            result, plain = chain_epoch(state, beyond), plain_epoch(state, beyond)
            for name in FIGURES:
                assert getattr(result, name).tolist() == plain[name], f"subnet {number}: {name}"


def test_the_drawn_subnets_pay():
    """Of what is compared above enough is not zero, in either rule."""
    paying = {True: 0, False: 0}
    for number in range(200):
        state, rule = drawn(random.Random(number))
        paying[rule.yuma3_on] += bool(chain_epoch(state, rule).dividends.any())
    assert min(paying.values()) >= 10, paying
