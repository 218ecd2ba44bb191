"""What the rest do: every seat's strategy, round after round, as one after another switches to what pays more."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from charts.theme import by_strategy, styled

__all__ = ["following_chart", "following_path"]

_LONGEST = 40


def following_path(gains: Sequence[float], seats: int, start: int) -> list[int]:
    """How many of the seats play the second strategy after each round, when in each one seat switches that gains by it.

    `gains[k]` is what a seat gains by switching to the second strategy when k others play it. The path ends where
    nobody gains by switching.

    >>> following_path([-2.0, -1.0, 1.0, 2.0], 4, 2), following_path([-2.0, -1.0, 1.0, 2.0], 4, 1)
    ([2, 3, 4], [1, 0])
    """
    path = [start]
    while len(path) <= 2 * seats:
        playing = path[-1]
        if playing < seats and gains[playing] > 0:
            path.append(playing + 1)
        elif playing > 0 and gains[playing - 1] < 0:
            path.append(playing - 1)
        else:
            break
        if len(path) > 2 and path[-1] == path[-3]:  # two numbers, each of which makes the other pay
            break
    return path


def following_chart(path: Sequence[int], seats: int, first: str, second: str, *, noun: str) -> alt.LayerChart:
    """A mark a seat and round; those that play the second strategy stand below."""
    shown = list(path[:_LONGEST])
    rounds = max(len(shown), seats + 1)  # whoever begins where, the axis stays
    table = [
        {"round": number, "seat": seat, "strategy": second if seat < playing else first}
        for number, playing in enumerate(shown)
        for seat in range(seats)
    ]
    look = by_strategy([first, second])
    marks = (
        alt.Chart()
        .mark_point(filled=True, size=210, opacity=1)
        .encode(
            x=alt.X(
                "round:Q",
                title="rounds: in each, one player switches that gains by it",
                scale=alt.Scale(domain=[-0.5, rounds + 0.5], nice=False),
                axis=alt.Axis(format="d", tickMinStep=1, grid=False, domain=False, ticks=False),
            ),
            y=alt.Y(
                "seat:Q",
                title=None,
                scale=alt.Scale(domain=[-0.6, seats - 0.4], nice=False),
                axis=None,
            ),
            tooltip=[alt.Tooltip("round:Q"), alt.Tooltip("strategy:N")],
            **look,
        )
    )
    return styled([marks], table, height=max(180, min(30 * seats, 420)), title=f"What the {noun} do", subtitle=None)
