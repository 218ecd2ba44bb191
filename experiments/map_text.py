"""The honest map at the command line: its axes as people write them, its points as a table."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from econ.quantity import QuantityError
from experiments.errors import BadInput, nearest
from experiments.honest_map import HonestMap
from experiments.pairs import changes_from
from experiments.scenario import Scenario
from experiments.wording import table, with_interval

__all__ = ["map_axes", "map_text"]

MOST_POINTS = 2_500
"""Pairs of values that a map asks at first."""


def map_axes(texts: Iterable[str]) -> tuple[str, str, list[float], list[float]]:
    """Both keys and their values, of two texts `KEY=V,V,...`; `BadInput` in one line for anything else.

    >>> map_axes(["rules.reveal_period=0,2", "miners.drift=0.1,0.3,0.5"])
    ('rules.reveal_period', 'miners.drift', [0.0, 2.0], [0.1, 0.3, 0.5])
    """
    given = changes_from(texts, flag="--over")
    if len(given) != 2:
        raise BadInput(f"--over names {len(given)} parameters; a map has two: write --over KEY=V,V,... twice")
    (x, xs), (y, ys) = ((key, _values(key, text)) for key, text in given.items())
    if len(xs) * len(ys) > MOST_POINTS:
        raise BadInput(f"--over asks {len(xs)} x {len(ys)} points; at most {MOST_POINTS}: name fewer values")
    return x, y, xs, ys


def _values(key: str, text: str) -> list[float]:
    known = Scenario.keys()
    if key not in known:
        raise BadInput(f"--over names {key[:60]!r}, which is unknown; {nearest(key, known)}")
    if known[key].kind not in (int, float):
        raise BadInput(f"--over names {key}, which is {known[key].unit}; name a parameter that is a number")
    found = []
    for word in text.split(","):
        try:
            value = known[key].parsed(word)
        except QuantityError as error:
            raise BadInput(f"--over {key.rpartition('.')[0]}.{error}") from None
        if value is None:
            raise BadInput(f"--over {key} lists none; name numbers")
        found.append(float(value))
    if any(b <= a for a, b in pairwise(found)):
        raise BadInput(f"--over {key} lists {text[:60]}; list values from small to large, each once")
    return found


def map_text(found: HonestMap, first: str, level: float) -> str:
    """Every point in a row, and the sentence.

    >>> print(map_text(HonestMap(x="a", y="b", points=(), steps=(1.0, 1.0)), "honest", 0.95).splitlines()[0])
    Where all are honest: a lone switch gains, in thousandths of the epoch's emission (95% intervals, each on its own):
    """
    rows = [
        [
            f"{point.x:g}",
            f"{point.y:g}",
            point.problem or {True: "holds", False: "falls", None: "open"}[point.holds],
            point.strategy or "-",
            "-" if point.problem else with_interval(point.gain),
            str(point.worlds),
        ]
        for point in sorted(found.points, key=lambda point: (point.y, point.x))
    ]
    return "\n".join(
        [
            f"Where all are {first}: a lone switch gains, in thousandths of the epoch's emission ({100 * level:g}% "
            "intervals, each on its own):",
            "",
            table([found.x, found.y, first, "best switch", "gain", "worlds"], rows),
            "",
            found.sentence(first),
        ]
    )
