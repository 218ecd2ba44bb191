"""Designs: data frames with one row a run, and one column a key that changes from run to run.

Any frame from another tool is a design too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.streams import SEED_LIMIT
from experiments.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["grid", "latin_hypercube", "sobol", "zip_"]

MOST_RUNS = 10_000_000
"""A larger grid is refused before it is made."""

_LARGEST = 2**52
"""Ends of ranges beyond it are refused: a float knows no whole numbers in between."""


def grid(axes: Mapping[str, Iterable[Any]]) -> pd.DataFrame:
    """Every combination of the values; the last key changes fastest.

    >>> grid({"rules.kappa": [0.4, 0.5], "seed": range(2)}).values.tolist()
    [[0.4, 0.0], [0.4, 1.0], [0.5, 0.0], [0.5, 1.0]]
    """
    import pandas as pd

    values = _listed(axes)
    runs = int(np.prod([float(len(each)) for each in values.values()]))
    if runs > MOST_RUNS:
        raise BadInput(f"the grid has {runs} runs; at most {MOST_RUNS} are made: use fewer values, or sobol")
    return pd.DataFrame(list(product(*values.values())), columns=list(values))


def zip_(axes: Mapping[str, Iterable[Any]]) -> pd.DataFrame:
    """The first values of all keys together, then the second ones, and so on; all keys have as many.

    >>> zip_({"miners.drift": [0.1, 0.3], "validators.noise": [0.5, 0.3]}).values.tolist()
    [[0.1, 0.5], [0.3, 0.3]]
    """
    import pandas as pd

    values = _listed(axes)
    lengths = {key: len(each) for key, each in values.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{key} {length}" for key, length in lengths.items())
        raise BadInput(f"the keys have unequal numbers of values ({said}); zip_ needs as many of each")
    return pd.DataFrame(values)


def latin_hypercube(ranges: Mapping[str, tuple[float, float]], runs: int, *, seed: int = 0) -> pd.DataFrame:
    """`runs` points, one in each of `runs` equal parts of every key's range [low, high].

    A range of two whole numbers gives whole numbers, both ends included.

    >>> sorted(latin_hypercube({"rules.kappa": (0.0, 1.0)}, 4)["rules.kappa"].mul(4).astype(int))
    [0, 1, 2, 3]
    """
    from scipy.stats import qmc

    runs, within = _whole("runs", runs, 1, MOST_RUNS), _ranges(ranges)
    luck = np.random.default_rng(_whole("seed", seed, 0, SEED_LIMIT - 1))
    return _scaled(qmc.LatinHypercube(d=len(within), rng=luck).random(runs), within)


def sobol(ranges: Mapping[str, tuple[float, float]], runs: int, *, seed: int = 0) -> pd.DataFrame:
    """The first `runs` points (a power of two) of a scrambled Sobol' sequence over the ranges.

    >>> len(sobol({"rules.kappa": (0.0, 1.0), "validators.count": (3, 20)}, 8))
    8
    """
    from scipy.stats import qmc

    runs, within = _whole("runs", runs, 1, MOST_RUNS), _ranges(ranges)
    if len(within) > qmc.Sobol.MAXDIM:
        raise BadInput(f"the design has {len(within)} keys; a Sobol' sequence has at most {qmc.Sobol.MAXDIM}")
    if runs & (runs - 1):
        raise BadInput(
            f"runs is {runs}; a Sobol' sequence is balanced at powers of two only: take {1 << (runs - 1).bit_length()}"
        )
    luck = np.random.default_rng(_whole("seed", seed, 0, SEED_LIMIT - 1))
    return _scaled(qmc.Sobol(d=len(within), rng=luck).random(runs), within)


def _listed(axes: Mapping[str, Iterable[Any]]) -> dict[str, list[Any]]:
    if not isinstance(axes, Mapping) or not axes:
        raise BadInput("a design needs at least one key with values; for example {'seed': range(10)}")
    values: dict[str, list[Any]] = {}
    for key, each in axes.items():
        if isinstance(each, str) or not isinstance(each, Iterable):
            raise BadInput(f"the values of {key} are {each!r:.60}; give a list, even of one")
        values[key] = [value.item() if isinstance(value, np.generic) else value for value in each]
        if not values[key]:
            raise BadInput(f"{key} has no values; give at least one")
    return values


def _whole(name: str, value: int, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
        raise BadInput(f"{name} is {value!r:.40}; it must be a whole number in [{low}, {high}]")
    return int(value)


def _ranges(ranges: Mapping[str, tuple[float, float]]) -> dict[str, tuple[Any, Any]]:
    """The ranges as pairs of Python's own numbers; `BadInput` for what is no range."""
    if not isinstance(ranges, Mapping) or not ranges:
        raise BadInput("a design needs at least one key with its range; for example {'rules.kappa': (0.3, 0.7)}")
    within: dict[str, tuple[Any, Any]] = {}
    for key, limits in ranges.items():
        given = limits if isinstance(limits, tuple | list) and len(limits) == 2 else (None, None)
        low, high = (end.item() if isinstance(end, np.generic) else end for end in given)
        if not all(isinstance(end, int | float) and not isinstance(end, bool) for end in (low, high)):
            raise BadInput(f"the range of {key} is {limits!r:.60}; give (low, high), two numbers with low < high")
        if not (low < high and low >= -_LARGEST and high <= _LARGEST):
            raise BadInput(
                f"the range of {key} is {limits!r:.60}; give (low, high) with low < high, both in [-2**52, 2**52]"
            )
        within[key] = (low, high)
    return within


def _scaled(points: np.ndarray, ranges: Mapping[str, tuple[Any, Any]]) -> pd.DataFrame:
    import pandas as pd

    columns: dict[str, np.ndarray] = {}
    for k, (key, (low, high)) in enumerate(ranges.items()):
        if isinstance(low, int) and isinstance(high, int):
            columns[key] = np.minimum(low + (points[:, k] * (high - low + 1)).astype(int), high)
        else:
            columns[key] = low + points[:, k] * (high - low)
    return pd.DataFrame(columns)
