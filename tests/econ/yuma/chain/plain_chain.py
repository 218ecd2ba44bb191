"""The chain's epoch once more, entry by entry in Python's whole numbers: slow, and sharing no code with the real one.

Written from the description of subtensor's epoch (June 2026) alone. Matrices are rows of {target: value}; values are
I32F32 unless they are named as stored.
"""

from collections import Counter

ONE, U16 = 1 << 32, 65535
MOST, LEAST = (1 << 63) - 1, -(1 << 63)
E_OF_ONE = 22802600 << 9  # e cut to 23 fractional bits


def held(x):
    return max(LEAST, min(MOST, x))


def times(a, b):
    return held(a * b >> 32)


def over(a, b):
    """Towards zero; 0 where b is 0 or the quotient does not fit."""
    if b == 0:
        return 0
    quotient = (abs(a) << 32) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return quotient if LEAST <= quotient <= MOST else 0


def plus(values):
    """Added one after the other, each sum held."""
    total = 0
    for value in values:
        total = held(total + value)
    return total


def fraction(stored):
    return (stored << 32) // U16


def stored(x):
    return max(0, min(U16, times(x, U16 << 32) >> 32))


def power_of_e(x):
    x = max(-20 * ONE, min(20 * ONE, x))
    if x in (0, ONE):
        return ONE if x == 0 else E_OF_ONE
    term, total = abs(x), ONE + abs(x)
    for n in range(2, 32):
        term = times(term, abs(x)) // n
        total = held(total + term)
    return total if x > 0 else (ONE << 32) // total


def shares(values):
    total = plus(values)
    return [over(value, total) for value in values] if total else values


def column_shares(rows):
    total = Counter()
    for row in rows:
        for j, value in row.items():
            total[j] = held(total[j] + value)
    return [{j: over(value, total[j]) if total[j] else value for j, value in row.items()} for row in rows]


def plain_epoch(state, rule):
    """What the epoch stores, as lists; `rows_of` reads the matrices of the state."""
    n, owner, block = state.size, state.owner_uid, state.block
    updated = [*state.last_update, *[-1] * n][:n]
    permitted = [bool(p) for p in [*state.permits, *[False] * n][:n]]
    registered = state.block_at_registration
    if owner is not None:
        permitted[owner] = True
    active = [u >= 0 and u + rule.activity_cutoff >= block for u in updated]

    counted = [s if s >= rule.stake_threshold or i == owner else 0 for i, s in enumerate(state.stake)]
    stake = [held((s << 64) // (sum(counted) or 1) >> 32) for s in counted]
    permits = [s != 0 for s in stake]
    if n >= rule.max_validators:
        for i in sorted(range(n), key=lambda i: stake[i])[: n - rule.max_validators]:
            permits[i] = False
    if owner is not None:
        permits[owner] = True
    voting = shares([s if a and p else 0 for s, a, p in zip(stake, active, permitted, strict=True)])

    weights = []
    for i, row in enumerate(rows_of(state.weights)):
        commit = state.commit_blocks[i] if rule.commit_reveal_on and state.commit_blocks else None
        counts = {
            j: w << 32
            for j, w in row.items()
            if permitted[i]
            and (i != j or i == owner)
            and updated[i] > registered[j]
            and (commit is None or commit >= registered[j])
        }
        weights.append(
            {j: over(w, sum(counts.values())) for j, w in counts.items()} if any(counts.values()) else counts
        )

    consensus = median(weights, voting, fraction(rule.kappa), n)
    clipped = [
        {j: min(w, consensus[j]) for j, w in row.items() if w <= consensus[j] or consensus[j] > 0} for row in weights
    ]
    incentive = shares([sum(times(s, row.get(j, 0)) for s, row in zip(voting, clipped, strict=True)) for j in range(n)])

    penalty = fraction(rule.bonds_penalty)
    bonded = {0: weights, ONE: clipped}.get(penalty) or [
        {j: x for j, w in row.items() if (x := w + times(penalty, cut.get(j, 0) - w)) > 0}
        for row, cut in zip(weights, clipped, strict=True)
    ]
    step = state.last_mechanism_step
    last = step + 1 if step else max(block - rule.tempo, 0)
    old = [{j: b for j, b in row.items() if registered[j] < last} for row in rows_of(state.bonds)]
    new = ONE - held((rule.bonds_moving_average << 32) // 10**6)
    if rule.yuma3_on:
        old = [{j: fraction(b) for j, b in row.items()} for row in old]
        liquid = rule.liquid_alpha_on and any(consensus)
        bonds = liquid_bonds(bonded, old, consensus, rule) if liquid else average(bonded, old, new)
        earned = [plus(times(b, incentive[j]) for j, b in row.items()) for row in column_shares(bonds)]
        dividends = shares([times(e, s) for e, s in zip(earned, voting, strict=True)])
    else:
        bought = column_shares(
            [{j: times(w, s) for j, w in row.items()} for row, s in zip(bonded, voting, strict=True)]
        )
        held_before = column_shares([{j: b << 32 for j, b in row.items()} for row in old])
        bonds = column_shares(average(bought, held_before, new))
        dividends = shares([plus(times(b, incentive[j]) for j, b in row.items()) for row in bonds])
        largest = {j: max(row.get(j, 0) for row in bonds) for j in range(n)}
        bonds = [{j: over(b, largest[j]) for j, b in row.items()} for row in bonds]
    return {
        "permits": permits,
        "active": active,
        "consensus": list(map(stored, consensus)),
        "incentive": list(map(stored, incentive)),
        "dividends": list(map(stored, dividends)),
        "validator_trust": [stored(sum(row.values())) for row in clipped],
        "stake_weight": list(map(stored, stake)),
        "bonds": [{j: stored(b) for j, b in row.items()} if p else {} for row, p in zip(bonds, permits, strict=True)],
        **emission(incentive, dividends, stake, voting, rule.rao_emission),
    }


def rows_of(matrix):
    rows = matrix.rows()
    return [dict(rows.get(i, [])) for i in range(matrix.values.shape[0])]


def median(weights, voting, kappa, n):
    votes = [i for i, s in enumerate(voting) if s > 0]
    power = shares([voting[i] for i in votes])
    found = []
    for j in range(n):
        scores = [weights[i].get(j, 0) for i in votes]
        below = {v: sum(p for p, score in zip(power, scores, strict=True) if score <= v) for v in scores}
        enough = [v for v, held_below in below.items() if held_below > sum(power) - kappa]
        found.append(min(enough, default=max(scores, default=0)))
    return found


def average(new, old, alpha):
    return [
        {j: x for j in {*a, *b} if (x := held(times(alpha, a.get(j, 0)) + times(held(ONE - alpha), b.get(j, 0)))) > 0}
        for a, b in zip(new, old, strict=True)
    ]


def liquid_bonds(bonded, old, consensus, rule):
    low, high = fraction(rule.alpha_low), fraction(rule.alpha_high)
    slope = over(rule.alpha_sigmoid_steepness << 32, -100 << 32)
    made = []
    for row, before in zip(bonded, old, strict=True):
        bonds = {}
        for j, w in row.items():
            b = before.get(j, 0)
            distance = max(0, min(ONE, w - consensus[j] if w >= b else b - w))
            rise = over(ONE, held(ONE + power_of_e(times(slope, distance - ONE // 2))))
            alpha = max(low, min(high, low + times(rise, high - low)))
            bonds[j] = min(ONE, times(ONE - alpha, b) + times(alpha, w))
        made.append({j: b for j, b in bonds.items() if b > 0})
    return made


def emission(incentive, dividends, stake, voting, rao):
    both = [held(i + d) for i, d in zip(incentive, dividends, strict=True)]
    total = plus(both)
    parts = [[over(x, total) for x in values] for values in (incentive, dividends, both)]
    if not total:
        by_stake = voting if any(voting) else stake
        parts = [[0] * len(stake), by_stake, by_stake]
    names = ("server_emission", "validator_emission", "emission")
    return {
        name: [max(0, min(f * rao >> 32, 2**64 - 1)) for f in part] for name, part in zip(names, parts, strict=True)
    }
