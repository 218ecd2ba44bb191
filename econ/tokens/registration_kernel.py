"""The compiled loops of registration: the price, a multiplication a block, each rounded down; and whom it replaces."""

# mypy: allow-untyped-defs

from __future__ import annotations

import numpy as np

from econ.compiled import compiled

__all__ = ["decayed", "entered", "pruned", "served"]


@compiled
def decayed(price, blocks, factor, lowest, highest, out):
    """price[k] after blocks[k] blocks of floor(price * factor / 2^32) kept in [lowest, highest]; int64, flat.

    A price at its limit that does not move any more ends its loop at once. Products are in two limbs, exact for
    prices up to 2^55.
    """
    for k in range(len(price)):
        if k and price[k] == price[k - 1] and blocks[k] == blocks[k - 1]:
            out[k] = out[k - 1]  # worlds often stand alike
            continue
        now = price[k]
        for _ in range(blocks[k]):
            low = np.uint64(now & 0xFFFFFFFF) * np.uint64(factor) >> np.uint64(32)
            later = min(max((now >> 32) * factor + np.int64(low), lowest), highest)
            if later == now:
                break
            now = later
        out[k] = now


@compiled
def pruned(earned, born, mortal, block, immunity_period, least_old, out):
    """Fill out[k] with the UID that is replaced of earned, born and mortal[k, uid]; -1 where none may be.

    The least paid of those past immunity, if they are more than `least_old`, else of the immune; then the least.
    """
    for k in range(earned.shape[0]):
        out[k] = _least(earned[k], born[k], mortal[k], block[k], immunity_period, least_old)


@compiled
def _least(earned, born, mortal, block, immunity_period, least_old):
    """The same of one subnet."""
    old, least, young = 0, -1, -1
    least_pay, least_at, young_pay, young_at = np.inf, 0, np.inf, 0
    for uid in range(earned.size):
        if not mortal[uid]:
            continue
        pay, at = earned[uid], born[uid]
        if block - at >= immunity_period:
            old += 1
            if least < 0 or pay < least_pay or (pay == least_pay and at < least_at):
                least, least_pay, least_at = uid, pay, at
        elif young < 0 or pay < young_pay or (pay == young_pay and at < young_at):
            young, young_pay, young_at = uid, pay, at
    return least if old > least_old else young


@compiled
def _raised(price, factor, limits):
    """The price after one registration: times `factor`, a whole and 2^-64ths, rounded down and kept in `limits`.

    The product is in two limbs, exact as `times_q64` is.
    """
    limb, half = np.uint64(0xFFFFFFFF), np.uint64(32)
    high, low = np.uint64(factor[1]) >> half, np.uint64(factor[1]) & limb
    upper, lower = np.uint64(price) >> half, np.uint64(price) & limb
    left, right = upper * low, lower * high
    carried = (lower * low >> half) + (left & limb) + (right & limb)
    more = upper * high + (left >> half) + (right >> half) + (carried >> half)
    return min(max(price * factor[0] + np.int64(more), limits[0]), limits[1])


@compiled
def entered(price, limit, wanted, earned, born, mortal, block, least, factor, limits, uid, paid):
    """Fill uid[k, turn] and paid[k] with who registers on subnet k; price, earned and born move with it.

    `least` is (immunity period, least number past it), `factor` and `limits` those of `_raised`.
    """
    for k in range(price.size):
        for turn in range(wanted[k]):
            now = price[k]
            if now > limit[k]:
                break
            column = _least(earned[k], born[k], mortal[k], block, least[0], least[1])
            if column < 0:
                break
            uid[k, turn], earned[k, column], born[k, column] = column, 0.0, block
            paid[k] += now
            price[k] = _raised(now, factor, limits)


@compiled
def _pays_past_immunity(earned, born, block, immunity_period):
    """What every UID earned, infinity for those that are immune; and how many are not."""
    pays, old = np.empty(earned.size), 0
    for uid in range(earned.size):
        past = block - born[uid] >= immunity_period
        pays[uid] = earned[uid] if past else np.inf
        old += past
    return pays, old


@compiled
def _lowest(pays, born):
    """The UID of the lowest pay; of several the one that was born first, then the first."""
    lowest, pay = 0, pays[0]
    for uid in range(1, pays.size):
        if pays[uid] <= pay and (pays[uid] < pay or born[uid] < born[lowest]):
            lowest, pay = uid, pays[uid]
    return lowest


@compiled
def served(world, player, bid, order, worth, now, spared, factor, limits, price, emission, registered_at, uid, holder,
           won):  # fmt: skip
    """Register whose bid[row], for player[row] of world[row], is at least the price, the highest first.

    Of equal bids the higher order[world, player] is served first, then the first player. A rao is `worth` so much in
    bids; `now` is the epoch and its blocks; `spared` is what `entered` has as `least`, `factor` and `limits` are as
    there. uid[world, player], holder[world, column], registered_at and price move with it. Returns how many won, and
    of each in won[:, k] the world, the player, its column, and who held that before, -1 for nobody; and what it cost.
    """
    mortal = np.ones(emission.shape[1], dtype=np.bool_)
    first_of, cost_of, count = np.zeros(price.size + 1, dtype=np.int64), np.empty(world.size), 0
    for row in range(world.size):
        if bid[row] >= price[world[row]] * worth:
            first_of[world[row] + 1] += 1
    for k in range(price.size):
        first_of[k + 1] += first_of[k]
    waits, filled = np.empty(first_of[price.size], dtype=np.int64), first_of.copy()
    for row in range(world.size):
        if bid[row] >= price[world[row]] * worth:
            waits[filled[world[row]]] = row
            filled[world[row]] += 1
    for k in range(price.size):
        begin, end = first_of[k], first_of[k + 1]
        if begin == end:
            continue
        earned, born = emission[k].copy(), registered_at[k] * now[1]
        pays, old = _pays_past_immunity(earned, born, now[0] * now[1], spared[0])
        while end > begin:
            first = begin
            for turn in range(begin + 1, end):
                one, best = waits[turn], waits[first]
                ahead = bid[one] - bid[best]
                if ahead == 0.0:
                    ahead = order[k, player[one]] - order[k, player[best]]
                if ahead > 0.0 or (ahead == 0.0 and player[one] < player[best]):
                    first = turn
            comes, cost = waits[first], price[k] * worth
            if bid[comes] < cost:
                break
            if old > spared[1]:
                column = _lowest(pays, born)
            else:
                column = _least(earned, born, mortal, now[0] * now[1], spared[0], spared[1])
            if column < 0:
                break
            end -= 1
            waits[first] = waits[end]
            goes = holder[k, column]
            if goes >= 0:
                uid[k, goes] = -1
            uid[k, player[comes]], holder[k, column] = column, player[comes]
            registered_at[k, column] = now[0]
            won[0, count], won[1, count], won[2, count], won[3, count] = k, player[comes], column, goes
            cost_of[count] = cost
            count += 1
            earned[column], born[column] = 0.0, now[0] * now[1]
            if spared[0] > 0:  # it is immune now
                old -= pays[column] < np.inf
                pays[column] = np.inf
            else:
                pays[column] = 0.0
            price[k] = _raised(price[k], factor, limits)
    return count, cost_of
