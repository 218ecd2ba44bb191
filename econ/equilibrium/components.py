"""Which extreme equilibria of a bimatrix game hang together: components and maximal Nash subsets."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["components", "maximal_subsets"]

Pair = tuple[int, int]

MOST_SUBSETS = 10_000


def components(pairs: Sequence[Pair]) -> list[int]:
    """A number from 0 for each pair, equal where pairs are linked through shared members.

    >>> components([(0, 0), (1, 1), (0, 1), (2, 2)])
    [0, 0, 0, 1]
    """
    parent: dict[tuple[int, int], tuple[int, int]] = {}

    def root(node: tuple[int, int]) -> tuple[int, int]:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in pairs:
        parent[root((1, other))] = root((0, one))
    numbers: dict[tuple[int, int], int] = {}
    return [numbers.setdefault(root((0, one)), len(numbers)) for one, _ in pairs]


def maximal_subsets(pairs: Sequence[Pair]) -> list[tuple[int, ...]] | None:
    """The maximal Nash subsets as places in `pairs`; None where there are more than `MOST_SUBSETS`.

    The pairs are the edges of a bipartite graph; a set of first and a set of second members all of which are linked is
    a Nash subset: every mixture of the first with every mixture of the second is an equilibrium (Winkels 1979; Avis,
    Rosenberg, Savani and von Stengel 2010, section 4). The maximal ones are the closed sets of the links.

    >>> maximal_subsets([(0, 0), (0, 1), (1, 1)])
    [(0, 1), (1, 2)]
    """
    links: dict[int, set[int]] = {}
    back: dict[int, set[int]] = {}
    for one, other in pairs:
        links.setdefault(one, set()).add(other)
        back.setdefault(other, set()).add(one)
    own = [frozenset(others) for others in links.values()]
    closed = set(own)
    waiting = list(closed)
    while waiting:
        some = waiting.pop()
        beside = {frozenset(links[one]) for other in some for one in back[other]}
        for meet in {some & others for others in beside} - closed:
            if meet:
                closed.add(meet)
                waiting.append(meet)
        if len(closed) > MOST_SUBSETS:
            return None
    place = {pair: number for number, pair in enumerate(pairs)}
    subsets = []
    for some in closed:
        ones = set.intersection(*(back[other] for other in some))
        subsets.append(tuple(sorted(place[one, other] for one in ones for other in some)))
    return sorted(subsets)
