"""What miners hand in, in one pass over all UIDs: from skill and effort, or from another's work."""

from __future__ import annotations

import numpy as np

from agents.placing import plain
from econ.compiled import compiled
from econ.yuma.kernel_memory import pointer, put

__all__ = ["copy_columns", "make", "take_numbers"]


def make(
    skill: np.ndarray, luck: np.ndarray, maker: np.ndarray, utility: np.ndarray, effort: np.ndarray, made: np.ndarray
) -> None:
    """Fill made[world, column] with the skill[luck[world], maker] of its maker, times its utility and effort.

    >>> made, one = np.empty((1, 2)), np.ones((1, 2))
    >>> make(np.array([[1.0, 2.0]]), np.array([0]), np.array([[1, 0]]), one, 0.5 * one, made); made
    array([[1. , 0.5]])
    """
    _make(plain(skill), plain(luck), plain(maker), plain(utility), plain(effort), made)


@compiled
def _make(skill, luck, maker, utility, effort, made):  # type: ignore[no-untyped-def]
    for world in range(made.shape[0]):
        able = skill[luck[world]]
        for column in range(made.shape[1]):
            made[world, column] = able[maker[world, column]] * utility[world, column] * effort[world, column]


def copy_columns(
    made: np.ndarray, source: np.ndarray, lags: np.ndarray, lag: int, number: np.ndarray, copied: np.ndarray
) -> None:
    """Fill copied[world, column] with made[world, source] where there is a source, and lags[number] of it is the lag.

    >>> copied, plays = np.zeros((1, 2)), np.array([[0, 0]])
    >>> copy_columns(np.array([[3.0, 4.0]]), np.array([[1, -1]]), np.array([2]), 2, plays, copied); copied
    array([[4., 0.]])
    """
    _copy(plain(made), plain(source), plain(lags), lag, plain(number), copied)


@compiled
def _copy(made, source, lags, lag, number, copied):  # type: ignore[no-untyped-def]
    for world in range(copied.shape[0]):
        for column in range(copied.shape[1]):
            of = source[world, column]
            if of >= 0 and lags[number[world, column]] == lag:
                copied[world, column] = made[world, of]


def take_numbers(
    answered: np.ndarray, place: np.ndarray, low: float, high: float, taken: np.ndarray, *, whole: bool = False
) -> int:
    """Put answered[row] at place[row] of a flat taken[world, column]; the first that is not in [low, high], or -1.

    A number that must be `whole` is not legal otherwise. Place is `plain`.

    >>> effort = np.ones((1, 3))
    >>> take_numbers(np.array([1.0, 0.5]), plain(np.array([0, 2])), 0.0, 1.0, effort), effort.tolist()
    (-1, [[1.0, 1.0, 0.5]])
    """
    return int(_take_numbers(plain(answered), place, low, high, whole, taken))


@compiled
def _take_numbers(answered, place, low, high, whole, taken):  # type: ignore[no-untyped-def]
    at = pointer(taken)
    for row in range(answered.size):
        if not low <= answered[row] <= high or (whole and answered[row] != np.floor(answered[row])):
            return row
        put(at, place[row], answered[row])
    return -1
