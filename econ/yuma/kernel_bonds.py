"""What an epoch makes of bonds, eight columns at a time: where Yuma 2 and 3 part in the compiled epoch.

Each function clips the weights of a block, turns them into new bonds, and adds to each row's trust and earnings.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import math

from econ.compiled import compiled
from econ.yuma.kernel_lanes import (
    LANES,
    above_zero,
    any_below,
    at_least,
    falling,
    lifting,
    maximum,
    minimum,
    multiply_add,
)
from econ.yuma.kernel_memory import lanes_at, number, put_lanes

__all__ = ["bond_2", "bond_3", "bond_3_liquid", "ratio"]

LOG2_E = 1.0 / math.log(2.0)


@compiled
def ratio(numerator, column):
    """numerator / column, 0 where the column is 0."""
    return above_zero(column, numerator / column, column * 0.0)


@compiled
def _earn(tile, rows, column, pay, earned):
    """Add to each row what its bonds earn: its part of each column's pay."""
    lift = lifting(column)
    factor = ratio(pay, column * lift)
    if any_below(column * 0.0 + 1.0, lift):
        for k in range(0, rows * LANES, LANES):
            put_lanes(tile, k, lanes_at(tile, k) * lift)
    for k in range(0, rows * LANES, LANES):
        put_lanes(earned, k, multiply_add(lanes_at(tile, k), factor, lanes_at(earned, k)))


@compiled
def _clip(tile, share, r, agreed, penalty, trust, pay):
    """A row's weight after the penalty, and the pay with what is behind its clipped weight, which adds to its trust."""
    row = lanes_at(tile, r * LANES)
    clipped = minimum(row, agreed)
    put_lanes(trust, r * LANES, lanes_at(trust, r * LANES) + clipped)
    weight = multiply_add(clipped, penalty, row * (1.0 - penalty))
    return weight, multiply_add(lanes_at(share, r * LANES), clipped, pay)


@compiled
def bond_3(tile, share, rows, bonds, new_bonds, place, start, agreed, rule, trust, earned):
    """Yuma 3: clip weights and turn bonds into new bonds, adding to each row's trust and to what it earned.

    Returns the stake behind the clipped weight of each column, the miners' pay.
    """
    penalty, kept = rule[1], rule[2]
    none = agreed * 0.0
    pay, column = none, none
    for r in range(rows):
        weight, pay = _clip(tile, share, r, agreed, penalty, trust, pay)
        at = start + number(place, r)
        bond = multiply_add(weight, 1.0 - kept, lanes_at(bonds, at) * kept)
        column += bond
        put_lanes(tile, r * LANES, bond)
        put_lanes(new_bonds, at, bond)
    pay *= rule[8]
    _earn(tile, rows, column, pay, earned)
    return pay


@compiled
def bond_3_liquid(tile, share, rows, bonds, new_bonds, place, start, agreed, rule, trust, earned):
    """The same with bonds that move by liquid alpha."""
    penalty, low, span, steepness = rule[1], rule[5], rule[6] - rule[5], rule[7] * LOG2_E
    within = 20.0 / max(abs(rule[7]), 1.0)  # the chain's exp takes at most 20
    least, most = max(0.5 - within, 0.0), min(0.5 + within, 1.0)
    none = agreed * 0.0
    pay, column = none, none
    for r in range(rows):
        weight, pay = _clip(tile, share, r, agreed, penalty, trust, pay)
        at = start + number(place, r)
        bond = lanes_at(bonds, at)
        less = bond - weight
        distance = minimum(maximum(at_least(weight, bond, weight - agreed, less), least), most)
        slower = multiply_add(falling(multiply_add(distance, -steepness, steepness * 0.5)), -span, -low)
        bond = above_zero(weight, multiply_add(slower, less, bond), none)  # at most 1, as both are
        column += bond
        put_lanes(tile, r * LANES, bond)
        put_lanes(new_bonds, at, bond)
    pay *= rule[8]
    _earn(tile, rows, column, pay, earned)
    return pay


@compiled
def bond_2(tile, share, rows, bonds, new_bonds, place, start, agreed, rule, trust, earned):
    """Yuma 2: the same with stake-weighted shares of each column, of which the largest is stored as 1."""
    penalty, kept = rule[1], rule[2]
    none = agreed * 0.0
    pay, column, old = none, none, none
    for r in range(rows):
        weight, pay = _clip(tile, share, r, agreed, penalty, trust, pay)
        bought = weight * lanes_at(share, r * LANES)
        column += bought
        old += lanes_at(bonds, start + number(place, r))
        put_lanes(tile, r * LANES, bought)
    lift, old_lift = lifting(column), lifting(old)
    new_part, old_part = ratio(none + (1.0 - kept), column * lift), ratio(none + kept, old * old_lift)
    column, largest = none, none
    for r in range(rows):
        held = lanes_at(bonds, start + number(place, r))
        bond = multiply_add(lanes_at(tile, r * LANES) * lift, new_part, held * old_lift * old_part)
        column += bond
        largest = maximum(largest, bond)
        put_lanes(tile, r * LANES, bond)
    lift = lifting(largest)
    scale = ratio(none + 1.0, largest * lift)
    for r in range(rows):
        put_lanes(new_bonds, start + number(place, r), lanes_at(tile, r * LANES) * lift * scale)
    pay *= rule[8]
    _earn(tile, rows, column, pay, earned)
    return pay
