"""What a scenario asks of its answer: how sure it must be, and what that may cost."""

from __future__ import annotations

from dataclasses import dataclass

from econ.quantity import Settings, quantity

__all__ = ["AnswerSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSettings(Settings):
    """How sure an answer must be, and what it may cost."""

    level: float = quantity(
        0.95, "a share", "[0.5, 0.9999]", "analyst", "Confidence with which all intervals of an answer hold together."
    )
    epsilon: float = quantity(
        0.5,
        "thousandths of the epoch's emission",
        "[0, inf)",
        "analyst",
        "A gain from switching up to this much is not counted.",
    )
    bounds: str = quantity(
        "asymptotic",
        "a kind of interval",
        "",
        "analyst",
        "asymptotic: from 64 worlds on, by the normal approximation. finite: from the range of payoffs alone, "
        "for any distribution, and many times wider.",
        choices=("asymptotic", "finite"),
    )
    max_worlds: int = quantity(
        4096, "a number of worlds a profile", "[1, 1_000_000]", "analyst", "Where adding worlds stops, decided or not."
    )
