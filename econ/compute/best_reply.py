"""One owner's best reply in the allocation game, exact: shadow prices by bisection. And rounds of best replies.

Given what the others do, an owner's payoff grows ever more slowly in each use, as long as it grows. So at a price lam
for its GPUs every subnet and the cloud get a definite number, which falls with lam; bisection finds the lam at which
all GPUs are in use (0 if some stay idle). The next MW converted is worth g lam less h mu less its cost, mu the value
of a further EH/s, and this falls with every MW. Compiled, because a solution asks for some hundred thousand best
replies.

Arguments of all loops here: R and V[subnet] rewards, risk[owner, subnet] = r_i sigma_k^2 V_k, a and b the cloud's
price and slope, table[owner, column] what an owner has and pays, in the order of COLUMNS.
"""

# mypy: allow-untyped-defs

from __future__ import annotations

import math

import numpy as np

from econ.compiled import compiled

__all__ = ["COLUMNS", "best_replies", "one_round"]

COLUMNS = (
    "asics",
    "hash_cost",
    "gpus",
    "gpu_cost",
    "most_converted",
    "conversion_cost",
    "conversion_steepness",
    "hash_per_megawatt",
    "gpus_per_megawatt",
)

FAINT = 1e-9
"""Against nobody the best effort is as small as one likes: this share of what one could do."""


@compiled
def _effort(reward, others, price, risk, most):
    """The effort y in [0, most] at which V O / (y + O)^2 (1 - risk y / (y + O)) = price, O the others' effort."""
    if reward <= 0.0 or most <= 0.0:
        return 0.0
    if others <= 0.0:
        return FAINT * most if risk < 2.0 else 0.0  # else the whole reward is not worth its risk
    if reward / others <= price:
        return 0.0
    if risk <= 0.0:
        return most if price <= 0.0 else min(math.sqrt(reward * others / price) - others, most)
    low, high = 0.0, min(1.0, 1.0 / risk)  # the share; beyond 1 / risk more reward is worth less than none
    for _ in range(60):
        share = (low + high) / 2.0
        if reward / others * (1.0 - share) ** 2 * (1.0 - risk * share) > price:
            low = share
        else:
            high = share
    return min(others * low / (1.0 - low), most)


@compiled
def _to_cloud(a, b, others, price, most):
    """GPUs for the cloud at a price: where a - b (Q + q) = price; of a posted price everything above it."""
    worth = a - b * others - price
    if worth <= 0.0:
        return 0.0
    return most if b <= 0.0 else min(worth / (2.0 * b), most)


@compiled
def _place(V, others, risk, a, b, cloud_others, cost, capacity, best):
    """Fill best[1 : k + 2], subnets and cloud, with the best use of so many GPUs; returns the value of one more."""
    k, most = V.size, 2.0 * capacity  # above capacity, so that a single use is seen to ask for too much
    if capacity <= 0.0:
        best[1 : k + 2] = 0.0
        value = max(0.0, a - b * cloud_others - cost)
        for j in range(k):
            if others[j] > 0.0:
                value = max(value, V[j] / others[j] - cost)
            elif V[j] > 0.0 and risk[j] < 2.0:
                return math.inf  # the first GPU there wins the whole reward
        return value
    posted = a - cost if b <= 0.0 else 0.0  # what the cloud pays for a GPU at any number
    floor = max(0.0, posted)
    low, high = floor, max(floor, a - b * cloud_others - cost)
    used = 0.0
    for j in range(k):
        best[1 + j] = _effort(V[j], others[j], cost + floor, risk[j], most)
        used += best[1 + j]
        if others[j] > 0.0:
            high = max(high, V[j] / others[j] - cost)
    best[k + 1] = 0.0 if b <= 0.0 else _to_cloud(a, b, cloud_others, cost, most)
    if used + best[k + 1] <= capacity:
        if posted > 0.0:
            best[k + 1] = capacity - used
        return floor
    for _ in range(100):
        price = (low + high) / 2.0
        if price in (low, high):
            break
        used = 0.0 if b <= 0.0 else _to_cloud(a, b, cloud_others, cost + price, most)
        for j in range(k):
            used += _effort(V[j], others[j], cost + price, risk[j], most)
        if used > capacity:
            low = price
        else:
            high = price
    used = best[k + 1] = 0.0 if b <= 0.0 else _to_cloud(a, b, cloud_others, cost + high, most)
    for j in range(k):
        best[1 + j] = _effort(V[j], others[j], cost + high, risk[j], most)
        used += best[1 + j]
    if used > capacity:  # by rounding, or where efforts against nobody leave too little
        best[1 : k + 2] *= capacity / used
    return high


@compiled
def _hash_value(R, others, hash_cost, capacity):
    """What one more EH/s of capacity is worth."""
    if R <= 0.0 or others <= 0.0:
        return 0.0
    return max(0.0, R * others / (capacity + others) ** 2 - hash_cost)


@compiled
def _next_megawatt(R, V, risk, a, b, row, hash_others, others, cloud_others, z, best):
    """What converting one more MW is worth at z MW; falls with z."""
    asics, hash_cost, gpus, gpu_cost, _most, kappa, kappa2, h, g = row
    lam = _place(V, others, risk, a, b, cloud_others, gpu_cost, gpus + g * z, best)
    return g * lam - h * _hash_value(R, hash_others, hash_cost, asics - h * z) - kappa - kappa2 * z


@compiled
def _best_reply(R, V, risk, a, b, row, hash_others, others, cloud_others, best):
    """Fill best[0 : k + 3]: hashing, GPUs by subnet, cloud, MW converted; returns the values of an EH/s and a GPU."""
    asics, hash_cost, gpus, gpu_cost, most, _kappa, _kappa2, h, g = row
    z = 0.0
    if most > 0.0:
        low, high = 0.0, most
        at_low = _next_megawatt(R, V, risk, a, b, row, hash_others, others, cloud_others, low, best)
        at_high = _next_megawatt(R, V, risk, a, b, row, hash_others, others, cloud_others, high, best)
        if at_high >= 0.0:
            z = most
        elif at_low > 0.0:
            for turn in range(200):  # regula falsi, halving where it creeps
                z = (low + high) / 2.0 if turn % 3 == 2 else (low * at_high - high * at_low) / (at_high - at_low)
                if not low < z < high:
                    z = (low + high) / 2.0
                now = _next_megawatt(R, V, risk, a, b, row, hash_others, others, cloud_others, z, best)
                if now > 0.0:
                    low, at_low = z, now
                else:
                    high, at_high = z, now
                if now == 0.0 or high - low <= 1e-15 * most:
                    break
    lam = _place(V, others, risk, a, b, cloud_others, gpu_cost, gpus + g * z, best)
    left = max(asics - h * z, 0.0)
    best[0] = _effort(R, hash_others, hash_cost, 0.0, left)
    best[V.size + 2] = z
    return _hash_value(R, hash_others, hash_cost, left), lam


@compiled
def one_round(R, V, risk, a, b, table, order, step, acts):
    """Move the owners of order[turn] in turn by `step` of the way to their best reply, in place on acts[owner, k + 3].

    Returns the largest change to a best reply, counted as a share of the market's total at that moment (of converted
    power: of the owner's own limit).
    """
    k = V.size
    totals = np.zeros(k + 2)
    for i in range(acts.shape[0]):
        totals += acts[i, : k + 2]
    best, others = np.empty(k + 3), np.empty(k)
    largest = 0.0
    for i in order:
        for j in range(k):
            others[j] = max(totals[1 + j] - acts[i, 1 + j], 0.0)
        hash_others, cloud_others = max(totals[0] - acts[i, 0], 0.0), max(totals[k + 1] - acts[i, k + 1], 0.0)
        _best_reply(R, V, risk[i], a, b, table[i], hash_others, others, cloud_others, best)
        for j in range(k + 2):
            change = best[j] - acts[i, j]
            totals[j] += step * change
            acts[i, j] += step * change
            if totals[j] > 0.0:
                largest = max(largest, abs(change) / totals[j])
        if table[i, 4] > 0.0:
            largest = max(largest, abs(best[k + 2] - acts[i, k + 2]) / table[i, 4])
            acts[i, k + 2] += step * (best[k + 2] - acts[i, k + 2])
    return largest


@compiled
def best_replies(R, V, risk, a, b, table, acts, best, values):
    """Every owner's best reply to acts, into best[owner, k + 3], and the values of an EH/s and a GPU [owner, 2]."""
    k = V.size
    others = np.empty(k)
    for i in range(acts.shape[0]):
        hash_others = cloud_others = 0.0
        others[:] = 0.0
        for n in range(acts.shape[0]):
            if n != i:
                hash_others += acts[n, 0]
                cloud_others += acts[n, k + 1]
                for j in range(k):
                    others[j] += acts[n, 1 + j]
        values[i] = _best_reply(R, V, risk[i], a, b, table[i], hash_others, others, cloud_others, best[i])
