"""The epoch compiled: block after block of eight columns, each read once, held in the nearest cache and written once.

A block is eight miners of one world or, where there are fewer miners than that, one miner in eight worlds; which of
the two depends on the number of miners alone, so a world's result does not depend on its neighbours. Rows without
weight and bonds are dropped, rows without stake have no vote. Equal to `epoch_of_shares_numpy` to 1e-12.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from econ.compiled import compiled
from econ.yuma.hyperparameters import Hyperparameters
from econ.yuma.kernel_bonds import bond_2, bond_3, bond_3_liquid, ratio
from econ.yuma.kernel_lanes import LANES, above_zero, any_below, minimum, total
from econ.yuma.kernel_median import agreed_weight
from econ.yuma.kernel_memory import fetch, gather, lanes_at, number, offset, pointer, put, put_lanes, scatter
from econ.yuma.median import SUPPORT_TOLERANCE

__all__ = ["SINGLE", "compiled_epoch", "grouped", "pay_group", "warm_up"]

DOUBLE, SINGLE = np.dtype(np.float64), np.dtype(np.float32)

SINGLE_TOLERANCE = 1e-6
"""What `SUPPORT_TOLERANCE` is in float32, where a sum of shares is not better known."""

TILES = 6
"""Blocks of eight columns held at a time: weights, votes, stake, bonds, trust, earnings; then a row a miner's pay."""


@compiled
def _is_empty(array, start, miners):  # type: ignore[no-untyped-def]
    k = start
    while k < start + miners and number(array, k) == 0.0:
        k += 1
    return k == start + miners


@compiled
def _share_out(array, start, count, summed):  # type: ignore[no-untyped-def]
    """Divide `count` elements by a sum in place; zeros stay."""
    if summed > 0.0:
        for k in range(start, start + count):
            put(array, k, number(array, k) / summed)


@compiled
def _seat(  # type: ignore[no-untyped-def]
    weights, stake, bonds, validators, miners, first, count, place, share
):
    """Lay out the rows of a group of worlds: the stake of each, and where it begins in its world's matrix.

    Returns the number of rows, that of rows with a vote, which come first, and all stake.
    """
    stakes = gather(stake, 0, 0, 0)
    none = stakes
    if miners < LANES:
        for i in range(validators):
            put(place, i, i * miners)
            held = gather(stake, first * validators + i, validators, count)
            put_lanes(share, i * LANES, held)
            stakes += held
        return validators, validators, stakes
    rows, voting = 0, 0
    for turn in range(2):
        for i in range(validators):
            own = number(stake, first * validators + i)
            if (own > 0.0) == (turn == 0):
                start = (first * validators + i) * miners
                stakes += own
                if not (_is_empty(weights, start, miners) and _is_empty(bonds, start, miners)):
                    put(place, rows, i * miners)
                    put_lanes(share, rows * LANES, none + own)
                    rows += 1
        if turn == 0:
            voting = rows
    return rows, voting, stakes


@compiled
def _group(  # type: ignore[no-untyped-def]
    weights, stake, bonds, rule, validators, miners, first, count, out, place, scratch
):
    """The epoch of `count` worlds from number `first` on: one, or up to eight where miners are few."""
    consensus, incentive, dividends, trust, new_bonds = out
    tiles = validators * LANES
    tile, votes, share = scratch, offset(scratch, tiles), offset(scratch, 2 * tiles)
    held, left, earned = offset(scratch, 3 * tiles), offset(scratch, 4 * tiles), offset(scratch, 5 * tiles)
    pays, in_tile = offset(scratch, TILES * tiles), offset(place, validators)
    sums = offset(pays, LANES * LANES)
    across = miners < LANES
    rows, voting, stakes = _seat(weights, stake, bonds, validators, miners, first, count, place, share)
    none = stakes * 0.0
    for r in range(rows):
        put_lanes(left, r * LANES, none)
        put_lanes(earned, r * LANES, none)
        put(in_tile, r, r * LANES)
    if rows < validators:
        for k in range(first * validators * miners, (first + 1) * validators * miners):
            put(new_bonds, k, 0.0)
    abstaining = False  # elsewhere rows without a vote come last
    for k in range(0, rows * LANES if across else 0, LANES):
        abstaining |= any_below(above_zero(lanes_at(share, k), none + 1.0, none), none + 1.0)
    needed = minimum(none + rule[0], stakes)
    paid = none
    for j in range(0, miners, 1 if across else LANES):
        columns = count if across else min(LANES, miners - j)
        start, step = first * validators * miners + j, validators * miners if across else 1
        whole = columns == LANES and not across
        if whole:
            for r in range(rows):
                at = start + number(place, r)
                put_lanes(tile, r * LANES, lanes_at(weights, at))
                fetch(weights, at + LANES)  # rows lie so far apart that the machine does not see it coming
                fetch(bonds, at)
                fetch(new_bonds, at)
        else:
            for r in range(rows):
                put_lanes(tile, r * LANES, gather(weights, start + number(place, r), step, columns))
                put_lanes(held, r * LANES, gather(bonds, start + number(place, r), step, columns))
        ballots = tile
        if abstaining:
            ballots = votes
            for k in range(0, rows * LANES, LANES):
                put_lanes(votes, k, above_zero(lanes_at(share, k), lanes_at(tile, k), none))
        agreed = agreed_weight(ballots, share, voting, needed, stakes)
        old, new, rows_at, begin = (bonds, new_bonds, place, start) if whole else (held, held, in_tile, 0)
        if rule[3] > 0.0:
            pay = bond_2(tile, share, rows, old, new, rows_at, begin, agreed, rule, left, earned)
        elif rule[4] > 0.0:
            pay = bond_3_liquid(tile, share, rows, old, new, rows_at, begin, agreed, rule, left, earned)
        else:
            pay = bond_3(tile, share, rows, old, new, rows_at, begin, agreed, rule, left, earned)
        if not whole:
            for r in range(rows):
                scatter(new_bonds, start + number(place, r), step, columns, lanes_at(held, r * LANES))
        scatter(consensus, first * miners + j, miners if across else 1, columns, agreed)
        if across:
            put_lanes(pays, j * LANES, pay)
        else:
            scatter(incentive, first * miners + j, 1, columns, pay)
        paid += pay
    gained = none
    for k in range(0, rows * LANES, LANES):
        if not rule[3] > 0.0:
            put_lanes(earned, k, lanes_at(earned, k) * (lanes_at(share, k) * rule[8]))
        gained += lanes_at(earned, k)
    at = first * validators
    if across:
        put_lanes(sums, 0, paid)
        for j in range(miners):
            scatter(incentive, first * miners + j, miners, count, ratio(lanes_at(pays, j * LANES), paid))
        for i in range(validators):
            scatter(trust, at + i, validators, count, lanes_at(left, i * LANES))
            scatter(dividends, at + i, validators, count, ratio(lanes_at(earned, i * LANES), gained))
    else:
        for i in range(validators):
            put(trust, at + i, 0.0)
            put(dividends, at + i, 0.0)
        for r in range(rows):
            i = number(place, r) // miners
            put(trust, at + i, total(lanes_at(left, r * LANES)))
            put(dividends, at + i, total(lanes_at(earned, r * LANES)))
        put(sums, 0, total(paid))
        _share_out(incentive, first * miners, miners, total(paid))
        _share_out(dividends, at, validators, total(gained))


@compiled
def _all_worlds(  # type: ignore[no-untyped-def]
    weights, stake, bonds, rule, constant, faint, consensus, incentive, dividends, trust, new_bonds, place, scratch
):
    """Epoch after epoch of all worlds: bonds are those before the first, all else lies epoch by epoch."""
    worlds, validators, miners = bonds.shape
    held = pointer(bonds)
    for before in range(0, weights.shape[0], max(worlds, 1)):
        by_miner, by_validator, by_pair = before * miners, before * validators, before * validators * miners
        w, s = offset(pointer(weights), by_pair), offset(pointer(stake), by_validator)
        out = (
            offset(pointer(consensus), by_miner),
            offset(pointer(incentive), by_miner),
            offset(pointer(dividends), by_validator),
            offset(pointer(trust), by_validator),
            offset(pointer(new_bonds), by_pair),
        )
        for first in range(0, worlds, grouped(miners)):
            count = min(grouped(miners), worlds - first)
            pay_group(w, s, held, rule, constant, faint, validators, miners, first, count, out, place, scratch)
        held = out[4]


@compiled
def grouped(miners):  # type: ignore[no-untyped-def]
    """How many worlds are paid at a time."""
    return LANES if miners < LANES else 1


@compiled
def pay_group(  # type: ignore[no-untyped-def]
    weights, stake, bonds, rule, constant, faint, validators, miners, first, count, out, place, scratch
):
    """The epoch of `count` worlds from number `first` on, as many as are `grouped`, whatever its numbers are like."""
    seats, tiles = pointer(place), pointer(scratch)
    sums = offset(tiles, (TILES * validators + LANES) * LANES)
    kept_sums = offset(sums, LANES)
    alone = min(count, 1)  # not a literal: that would be compiled once more
    _group(weights, stake, bonds, rule, validators, miners, first, count, out, seats, tiles)
    for k in range(count):
        put(kept_sums, k, number(sums, k))
    for world in range(first, first + count):
        paid = number(kept_sums, world - first)
        if 0.0 < paid < faint:  # so little that what it earns would vanish: once more, lifted to about 1
            lifted = (*rule[:8], min(1.0 / paid, 1.0 / faint**2))
            _group(weights, stake, bonds, lifted, validators, miners, world, alone, out, seats, tiles)
    if rule[4] > 0.0:
        for world in range(first, first + count):
            if _is_empty(out[0], world * miners, miners):  # nobody agrees: bonds move by the constant alpha
                _group(weights, stake, bonds, constant, validators, miners, world, alone, out, seats, tiles)


def compiled_epoch(
    weights: np.ndarray,
    stake: np.ndarray,
    bonds: np.ndarray,
    rule: Hyperparameters,
    new_bonds: np.ndarray | None = None,
    epochs: int = 1,
    *,
    loop: Callable[..., None] = _all_worlds,
    more: tuple[Any, ...] = (),
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Run the kernel on weights[world, validator, miner], stake[world, validator] and bonds like weights.

    Weights and stake of several `epochs`, one after the other, have so many times as many worlds as bonds have.
    Returns consensus, incentive, dividends, validator trust and bonds, each with the leading axis of weights; the
    bonds are written into `new_bonds` if that is given, another array than `bonds`, contiguous and of their dtype. All
    are float32 if all inputs are, else float64. Another compiled `loop` over groups of worlds may fill the weights of
    a group before it is paid: it is called as the kernel's own is, and given `more`.
    """
    worlds, validators, miners = shape = weights.shape
    fits = bonds.shape[1:] == shape[1:] and len(bonds) * epochs == worlds
    if stake.shape != shape[:2] or not fits or (new_bonds is not None and new_bonds.shape != shape):
        raise ValueError(  # the loops check no bounds
            f"stake has shape {stake.shape}, bonds {bonds.shape}; beside weights of shape {shape} stake must be "
            f"{shape[:2]}, and bonds, old and new, like weights"
        )
    single = weights.dtype == stake.dtype == bonds.dtype == SINGLE
    dtype, tolerance, faint = (SINGLE, SINGLE_TOLERANCE, 1e-15) if single else (DOUBLE, SUPPORT_TOLERANCE, 1e-150)
    if new_bonds is None:
        new_bonds = np.empty(shape, dtype)
    elif not (new_bonds.dtype == dtype and new_bonds.flags.c_contiguous and new_bonds.flags.writeable):
        raise ValueError(f"new_bonds is {new_bonds.dtype}; it must be a contiguous array of {dtype}, to be filled")
    by_miner, by_validator = (worlds, miners), (worlds, validators)
    consensus, incentive = np.empty(by_miner, dtype), np.empty(by_miner, dtype)
    dividends, trust = np.empty(by_validator, dtype), np.empty(by_validator, dtype)
    outputs = (consensus, incentive, dividends, trust, new_bonds)
    settings = (
        max(rule.kappa - tolerance, 0.0),
        rule.bonds_penalty,
        rule.bonds_moving_average,
        float(rule.version == "2"),
    )
    liquid = (rule.alpha_low, rule.alpha_high, rule.alpha_sigmoid_steepness)
    loop(
        _plain(weights, dtype),
        _plain(stake, dtype),
        _plain(bonds, dtype),
        (*settings, float(rule.liquid_alpha_on), *liquid, 1.0),
        (*settings, 0.0, *liquid, 1.0),
        faint,
        *outputs,
        np.empty(2 * validators, np.int64),
        np.empty((TILES * validators + LANES + 2) * LANES, dtype),
        *more,
    )
    return outputs


def _plain(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Contiguous and writable, since arrays of any other kind would be compiled for once more."""
    flags = values.flags
    if values.dtype == dtype and flags.c_contiguous and flags.writeable:
        return values
    return np.array(values, dtype=dtype, order="C")


def warm_up(dtype: np.dtype = DOUBLE) -> None:
    """Compile now (some seconds on a first start, a fraction of one later), so that no one waits for it mid-way."""
    one = np.ones((1, 1, 1), dtype)
    compiled_epoch(one, one[0], one, Hyperparameters())
