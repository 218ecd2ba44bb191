"""What the token economy of 128 subnets costs: a tempo, a swap, an epoch's pay, and a year of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from econ.tokens.economy import Economy, after_blocks, drain, stake
from econ.tokens.payout import dividend_parts, miner_pay, take, validators_pot
from econ.tokens.pool import Pool
from econ.tokens.registration import START_PRICE, RegistrationRule, pruned_uid
from econ.tokens.registration import after_blocks as price_after

SUBNETS, TEMPO, YEAR = 128, 360, 7_300
ROUNDS = 200


def network(subnets: int = SUBNETS) -> Economy:
    """A network in the middle of its life."""
    rng = np.random.default_rng(0)
    return Economy(
        pool=Pool(alpha=rng.integers(10**14, 10**16, subnets), tao=rng.integers(10**12, 10**14, subnets)),
        tao_issuance=10_400_000 * 10**9,
        root_tao=5_000_000 * 10**9,
        alpha_out=10**15,
        moving_price=0.02,
        age=10**6,
    )


def microseconds(work: Callable[[], object]) -> float:
    """Least time of one call among 5 rounds."""
    work()
    least = np.inf
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(ROUNDS):
            work()
        least = min(least, time.perf_counter() - began)
    return float(least) / ROUNDS * 1e6


def epoch(economy: Economy) -> None:
    """Pay 128 epochs of 64 validators and 192 miners."""
    _, due = drain(economy)
    shares = np.full((SUBNETS, 192), 1 / 192)
    incentive = (due.miners[:, np.newaxis] * shares).astype(np.int64)
    miner_pay(incentive, np.arange(192) == 0)
    held = np.full((SUBNETS, 64), 10**12)
    pot = validators_pot(due.validators, due.miners, incentive)
    take(dividend_parts(held, held, held, alpha_pot=pot, root_pot=due.root).alpha)


def rows() -> Iterator[tuple[str, str]]:
    """Lines of the benchmark table."""
    economy = after_blocks(network(), TEMPO)
    tempo = microseconds(lambda: after_blocks(economy, TEMPO))
    yield f"tokens, a tempo of {SUBNETS} subnets: mint, share, buy, inject, split", f"{tempo / 1e3:5.2f} ms"
    one = network(1)
    yield (
        f"tokens, {SUBNETS} subnets at once against one after another",
        f"{SUBNETS * microseconds(lambda: after_blocks(one, TEMPO)) / tempo:5.1f} times",
    )
    swaps = microseconds(lambda: stake(economy, np.full(SUBNETS, 10**9)))
    yield f"tokens, a swap in each of {SUBNETS} pools", f"{swaps / 1e3:5.2f} ms"
    paid = microseconds(lambda: epoch(economy))
    yield f"tokens, the pay of {SUBNETS} epochs of 64 x 192", f"{paid / 1e3:5.2f} ms"
    yield (
        f"tokens, a year of {SUBNETS} subnets by these: {YEAR:,} tempos, each with two swaps and pay",
        f"{YEAR * (tempo + 2 * swaps + paid) / 1e6:5.1f} s",
    )
    prices, rule = np.full(64, START_PRICE), RegistrationRule()
    price = microseconds(lambda: price_after(prices, TEMPO, rule))
    yield "registration price through a tempo, 64 worlds, block by block", f"{price:5.0f} us"
    rng = np.random.default_rng(0)
    emission, born = rng.random((64, 256)), rng.integers(0, 10**6, (64, 256))
    yield "UIDs to prune, 64 worlds of 256", f"{microseconds(lambda: pruned_uid(emission, born, 10**6, 5000)):5.0f} us"
