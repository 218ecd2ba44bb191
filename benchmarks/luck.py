"""Addressed luck: what a uniform, a normal and a score's lognormal cost, beside NumPy's own generators."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from agents import MinerSettings
from agents.nature import Nature
from agents.streams import Purpose, lognormal, normal, uniform, warm_up
from benchmarks.timing import seconds

SHAPES = ((8, 64, 448), (64, 10, 64), (4096, 1, 2))
"""Worlds, validators and miners whose scores are drawn at once."""


def rows() -> Iterator[tuple[str, str]]:
    """(what, figure), one thread: nanoseconds a number, and how many times as long others take."""
    warm_up()
    sequential = np.random.Generator(np.random.Philox(0))
    for worlds, validators, miners in SHAPES:
        at = {"world": np.arange(worlds)[:, None], "epoch": 0, "seat": np.arange(validators), "columns": miners}
        shape = (worlds, validators, miners)
        drawn = normal(0, Purpose.SCORE, **at)
        flat, gauss, score, numpy_flat, numpy_gauss, exponential = seconds(
            lambda at=at: uniform(0, Purpose.SCORE, **at),
            lambda at=at: normal(0, Purpose.SCORE, **at),
            lambda at=at: lognormal(0, Purpose.SCORE, scale=0.3, **at),
            lambda shape=shape: sequential.random(shape),
            lambda shape=shape: sequential.standard_normal(shape),
            lambda drawn=drawn: np.exp(0.3 * drawn),
            clock=time.thread_time,
        )
        each, size = 1e9 / drawn.size, f"{worlds} worlds of {validators} x {miners}"
        yield f"luck, {size}: a uniform", _figure(flat * each, numpy_flat * each, "NumPy's sequential Philox")
        yield f"luck, {size}: a normal", _figure(gauss * each, numpy_gauss * each, "NumPy's sequential Philox")
        yield (
            f"luck, {size}: exp(0.3 normal)",
            _figure(score * each, (gauss + exponential) * each, "normal, then np.exp"),
        )
    yield from _epoch()


def _epoch() -> Iterator[tuple[str, str]]:
    worlds, validators, miners = SHAPES[0]
    nature = Nature(np.arange(worlds), miners, MinerSettings(), noise=0.3, seed=0, epoch=0)
    quality, seats = nature.skill(), np.arange(validators)
    world, seat = np.repeat(np.arange(worlds), validators), np.tile(seats, worlds)

    nature.measure(seats)
    noise = nature.noise_of(world, seat)

    def scores() -> np.ndarray:
        nature.draw_noises(1, miners)
        return nature.scores(quality, world, noise)

    scored, moved = seconds(scores, lambda: nature.move(1), clock=time.thread_time)
    cells = worlds * validators * miners
    yield (
        f"nature, {worlds} worlds of {validators} x {miners}: all scores of an epoch",
        f"{scored * 1e9 / cells:5.1f} ns a cell, and {moved * 1e9 / cells:.2f} for qualities' moves",
    )


def _figure(ours: float, theirs: float, whose: str) -> str:
    return f"{ours:5.1f} ns  ({theirs:.1f} for {whose})"
