"""The compiled epoch, one thread: against plain NumPy, against itself in float32 and with liquid alpha."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.plain import fast_numpy_epoch
from benchmarks.timing import bandwidth, seconds
from econ import Hyperparameters, epoch, epochs
from econ.yuma.bonds import shares
from econ.yuma.epoch import epoch_of_shares, epoch_of_shares_numpy

__all__ = ["rows", "subnets"]

SHAPES = ((1, 3, 2), (4096, 3, 2), (64, 10, 64), (64, 16, 64), (1, 64, 448), (8, 64, 448), (1, 256, 256))
"""Worlds, validators, miners."""

RULES = (
    ("Yuma 3", Hyperparameters()),
    ("Yuma 2", Hyperparameters(version="2")),
    ("liquid alpha", Hyperparameters(liquid_alpha_on=True)),
)

EPOCHS = 40

BYTES = 24
"""What an epoch moves a weight: the weight, the old bond and the new one."""


def subnets(worlds: int, validators: int, miners: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights, stake and bonds of worlds in which validators differ much: lognormal, spread 1."""
    rng = np.random.default_rng(0)
    weights = shares(rng.lognormal(size=(worlds, validators, miners)))
    return weights, shares(rng.random((worlds, validators))), rng.random(weights.shape)


def rows() -> Iterator[tuple[str, str]]:
    """(what, figure): times as fast, nanoseconds a weight, and the share of the machine's bandwidth that this moves."""
    yield "memory bandwidth, one thread, a = b + 3 c over 192 MiB", f"{bandwidth() / 1e9:5.1f} GB/s"
    for worlds, validators, miners in SHAPES:
        given = subnets(worlds, validators, miners)
        single = tuple(values.astype(np.float32) for values in given)
        made, made_single = np.empty_like(given[2]), np.empty_like(single[2])
        cell, size = 1e9 / made.size, f"{validators} x {miners}, {worlds} world{'s' * (worlds > 1)}"
        for name, rule in RULES:
            fastest = epoch_of_shares_numpy if rule.liquid_alpha_on else fast_numpy_epoch
            ours, halved, fast, plain, base = seconds(
                lambda rule=rule, given=given, made=made: epoch_of_shares(*given, rule, made),
                lambda rule=rule, given=single, made=made_single: epoch_of_shares(*given, rule, made),
                lambda rule=rule, given=given, fastest=fastest: fastest(*given, rule),
                lambda rule=rule, given=given: epoch_of_shares_numpy(*given, rule),
                lambda given=given, made=made: epoch_of_shares(*given, RULES[0][1], made),
                clock=time.thread_time,
            )
            share = BYTES * made.size / ours / bandwidth()
            against = f"{plain * cell:.1f} plain"
            if fastest is fast_numpy_epoch:
                against = f"{fast * cell:.1f} fast, {against}"
            beside = f"; {ours / base:.2f} of Yuma 3" if rule is not RULES[0][1] else ""
            yield (
                f"epoch, {name}, {size}: against NumPy",
                f"{fast / ours:5.1f} times  ({ours * cell:.2f} against {against} ns a weight; "
                f"{100 * share:.0f}% of bandwidth; float32 {halved * cell:.2f} ns{beside})",
            )
    yield from _in_one_call()
    for validators, miners in ((3, 2), (64, 448)):
        weights, stake, bonds = (values[0] for values in subnets(1, validators, miners))
        whole, inside = seconds(
            lambda weights=weights, stake=stake, bonds=bonds: epoch(weights, stake, bonds),
            lambda weights=weights, stake=stake, bonds=bonds: epoch_of_shares(weights, stake, bonds, RULES[0][1]),
            clock=time.thread_time,
        )
        yield (
            f"epoch, Yuma 3, {validators} x {miners}, 1 world: with all checks of what is given",
            f"{1e6 * whole:5.1f} us  ({1e6 * inside:.1f} without)",
        )


def _in_one_call() -> Iterator[tuple[str, str]]:
    """One small subnet, epoch after epoch, the bonds of each handed to the next."""
    weights, stake, bonds = subnets(EPOCHS, 3, 2)
    weights, stake, first = weights[:, None], stake[:1], bonds[:1]

    def looped(pay: Callable[..., Any], rule: Hyperparameters) -> None:
        held = first
        for row in weights:
            held = pay(row, stake, held, rule)[-1]

    def plain(*given: Any) -> tuple[np.ndarray]:
        return (epoch_of_shares_numpy(*given).bonds,)

    for name, rule in RULES:
        fastest = plain if rule.liquid_alpha_on else fast_numpy_epoch
        ours, theirs = seconds(
            lambda rule=rule: epochs(weights, stake, first, rule),
            lambda rule=rule, fastest=fastest: looped(fastest, rule),
            clock=time.thread_time,
        )
        yield (
            f"{EPOCHS} epochs in one call, {name}, 3 x 2, 1 world: against NumPy",
            f"{theirs / ours:5.1f} times  ({1e6 * ours / EPOCHS:.2f} against {1e6 * theirs / EPOCHS:.1f} us an epoch, "
            "all checks of what is given included)",
        )
