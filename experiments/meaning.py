"""What a scenario's values mean, in words: how long epochs last, how far a score is off, how long a ranking holds."""

from __future__ import annotations

import math

from experiments.scenario import Scenario

__all__ = ["drift_words", "epochs", "hours", "noise_words", "reveal_words"]


def epochs(number: float) -> str:
    """So many epochs: `1 epoch`, `15 epochs`, `2.41 epochs`."""
    text = f"{number:.3g}" if number < 1000 else f"{number:,.0f}"
    return f"{text} epoch" if text == "1" else f"{text} epochs"


def hours(number: float, tempo: int) -> str:
    """How long so many epochs last: `72 minutes`, `6 hours`, `15 days`."""
    length = number * tempo / 300
    if length < 2:
        return "1 minute" if f"{60 * length:.3g}" == "1" else f"{60 * length:.3g} minutes"
    if length < 72:
        return f"{length:.3g} hours"
    return f"{length / 24:.3g} days"


def reveal_words(scenario: Scenario) -> str:
    """How long weights stay hidden."""
    period, tempo = scenario.rules.reveal_period, scenario.rules.tempo
    if period == 0:
        return "Weights are public at once: a weight-copier sees those of the same epoch."
    return f"Weights stay hidden for {epochs(period)}, {hours(period, tempo)}."


def noise_words(scenario: Scenario) -> str:
    """How far a measurement is off."""
    noise = scenario.validators.noise
    if noise == 0:
        return "Every validator measures exactly."
    off = math.expm1(noise)
    if off < 1:
        return f"A score is off by about {100 * off:.0f}%."
    return f"A score is off by a factor of about {1 + off:.1f}." if off < 1e6 else "Scores are all but random."


def drift_words(scenario: Scenario) -> str:
    """How long the ranking of miners lasts."""
    miners = scenario.miners
    if miners.drift == 0:
        return "Miners keep their quality."
    if miners.persistence < 1e-9:
        return "Every epoch draws the ranking of miners anew."
    half = math.log(0.5) / math.log(miners.persistence)
    if half < 1:
        return "The ranking of miners is half forgotten within an epoch."
    lasts = hours(round(half), scenario.rules.tempo)
    return f"The ranking of miners is half forgotten after {epochs(round(half))}, {lasts}."
