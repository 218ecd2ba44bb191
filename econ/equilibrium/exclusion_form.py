"""What the loop that excludes cells must know of all faces of one form: where coefficients stand, and how to cut."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import prod

import numpy as np

from econ.equilibrium.newton_step import linear_tables
from econ.games.roles import compositions, profile_counts, rank

__all__ = ["Form", "form_of"]

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Form:
    """Arrays as `exclusion_loop.exclude` takes them, in the tuples of its arguments."""

    corners: np.ndarray
    form: tuple[np.ndarray, ...]
    cut: tuple[np.ndarray, ...]
    newton: tuple[np.ndarray, ...]
    one: tuple[np.ndarray, ...]


@lru_cache(maxsize=64)
def form_of(players: Shape, sizes: Shape, outside: Shape) -> Form:
    """All numbers that the loop needs of faces of one form, with so many strategies outside."""
    roles = range(len(players))
    degrees = [tuple(n - (r == role) for r, n in enumerate(players)) for role in roles]
    sides = [[len(compositions(n, k)) for n, k in zip(own, sizes, strict=True)] for own in degrees]
    counts = [prod(own) for own in sides]
    widths = [k + more for k, more in zip(sizes, outside, strict=True)]
    starts = [0, *accumulate(n * (w - 1) for n, w in zip(counts, widths, strict=True))][:-1]
    rows = [0, *accumulate(w - 1 for w in widths)]
    corner = [0, *accumulate(k * k for k in sizes)][:-1]
    edges = [(r, a, b) for r in roles for b in range(sizes[r]) for a in range(b)]
    every = [[_lines(degrees[p][r], sizes[r], a, b) for r, a, b in edges] for p in roles]
    most = max(len(own) for row in every for own in row)
    lines = np.zeros((len(roles), len(edges), most, max(players) + 1), dtype=np.int64)
    lengths = np.zeros((len(roles), len(edges), most), dtype=np.int64)
    for p, row in enumerate(every):
        for e, own in enumerate(row):
            for number, line in enumerate(own):
                lines[p, e, number, : len(line)], lengths[p, e, number] = line, len(line)
    around = _around(lines, lengths, max(map(max, sides)))
    shares: list[np.ndarray] = []
    slopes: list[np.ndarray] = []
    share_start, slope_start = np.zeros((2, len(roles), len(roles)), dtype=np.int64)
    for p in roles:
        for r in roles:
            share_start[p, r], slope_start[p, r] = sum(map(len, shares)), sum(map(len, slopes))
            ways = compositions(degrees[p][r], sizes[r])
            shares.append((ways[:, 1:].T / max(degrees[p][r], 1)).ravel())
            slopes.append((linear_tables((degrees[p][r],), (sizes[r],))[0].T * (len(ways) / counts[p])).ravel())
    pairs, pair_start, begin = [], [], 0
    for p in roles:
        for role, place in ((r, place) for r in roles for place in range(1, sizes[r])):
            rises = _rises(degrees[p], sizes, role, place)
            pairs.append(rises)
            pair_start.append((begin, begin + len(rises), degrees[p][role]))
            begin += len(rises)
    return Form(
        corners=np.concatenate([np.eye(k).ravel() for k in sizes]),
        form=(
            *(_whole(own) for own in (starts, counts, widths, sizes, sides, rows)),
            np.concatenate(shares),
            share_start,
            _whole(_links(degrees, sizes, widths)).reshape(-1, 3),
        ),
        cut=(lines, lengths, _whole(edges), around),
        newton=(np.concatenate(slopes), slope_start),
        one=(_whole(corner), _whole([0, *accumulate(sizes)][:-1]), _whole(np.concatenate(pairs)), _whole(pair_start)),
    )


def _whole(numbers: object) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def _links(degrees: list[Shape], sizes: Shape, widths: list[int]) -> list[tuple[int, int, int]]:
    """(free share, role, role): two roles whose gains depend on a share, and mean the same one."""
    found, column = [], 0
    for r, size in enumerate(sizes):
        know = [p for p, width in enumerate(widths) if width > 1 and degrees[p][r] > 0]
        for _ in range(1, size):
            found += [(column, know[0], other) for other in know[1:]]
            column += 1
    return found


def _lines(degree: int, size: int, a: int, b: int) -> list[list[int]]:
    """The coefficients that differ only in how many of a and b there are, from all of a to all of b."""
    found: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for number, counts in enumerate(compositions(degree, size).tolist()):
        rest = tuple(n for s, n in enumerate(counts) if s not in (a, b))
        found.setdefault(rest, []).append((counts[b], number))
    return [[number for _, number in sorted(own)] for own in found.values()]


def _around(lines: np.ndarray, lengths: np.ndarray, most: int) -> np.ndarray:
    """Three coefficients in a row [role, edge, coefficient, 3] about each or nearest to it; -1 where a line has two."""
    around = np.full((*lengths.shape[:2], most, 3), -1, dtype=np.int64)
    for p, e, number in np.argwhere(lengths > 2).tolist():
        line = lines[p, e, number, : lengths[p, e, number]]
        for place, here in enumerate(line):
            middle = min(max(place, 1), len(line) - 2)
            around[p, e, here] = line[middle - 1 : middle + 2]
    return around


def _rises(degrees: Shape, sizes: Shape, role: int, to: int) -> np.ndarray:
    """The numbers [beta, 2] of the coefficients whose differences make the slope along one share of a role."""
    if degrees[role] == 0:
        return np.zeros((0, 2), dtype=np.int64)
    lower = tuple(n - (r == role) for r, n in enumerate(degrees))
    counts, start = profile_counts(lower, sizes), sum(sizes[:role])
    numbers = []
    for strategy in (to, 0):
        raised = counts.copy()
        raised[:, start + strategy] += 1
        number, begin = np.zeros(len(counts), dtype=np.int64), 0
        for degree, size in zip(degrees, sizes, strict=True):
            number = number * len(compositions(degree, size)) + rank(raised[:, begin : begin + size])
            begin += size
        numbers.append(number)
    return np.stack(numbers, axis=1)
