"""Values in plain words, and any text made safe to show."""

from __future__ import annotations

import math
import re

from econ.quantity import Quantity
from experiments import Scenario

__all__ = [
    "SCENARIOS",
    "clipped",
    "drift_words",
    "epochs",
    "hours",
    "label_of",
    "minus",
    "noise_words",
    "plain",
    "player",
    "reveal_words",
    "stake_words",
]

SCENARIOS = {
    "weight-copying": "Weight-copying",
    "cabal": "Cabal",
    "subnet": "Subnet",
}
"""The built-in scenarios as people call them."""

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")
_LONGEST = 400
_LABEL = 50


def plain(text: str) -> str:
    """The text as it stands, in one line, without any meaning as Markdown or HTML."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return _MARKUP.sub(r"\\\1", line)


def clipped(text: str) -> str:
    """At most 400 characters of what others wrote: a link's value, an error that repeats it."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def minus(text: str) -> str:
    """Numbers with the sign that is as wide as a plus: `-3` becomes `−3`, words keep their hyphens."""
    return re.sub(r"(?<![\w-])-(?=\d)", "−", text)


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


def label_of(declared: Quantity) -> str:
    """A short name for a control: the first words of its help where they make one, else the key's last part."""
    words = re.match(r"[A-Z][\w' ]+", declared.help)
    if words and len(words[0]) <= _LABEL and declared.help[words.end() :][:1] in ".,;:(":
        return words[0].strip()
    return declared.name.replace("_", " ").capitalize()


def player(role: str) -> str:
    """One of a role: `validator`, `validator of class 2`, `miner`."""
    kind, _, number = role.partition(".")
    return kind.removesuffix("s") + (f" of class {number}" if number else "")


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


def stake_words(scenario: Scenario) -> str:
    """What one seat is worth."""
    if scenario.validators.stake == "equal":
        return f"Each holds {100 / scenario.validators.count:.3g}% of the stake."
    if scenario.stake_plan.dealt is not None:
        return "Stake is dealt at random in every world: answers are ex ante."
    return f"Stake by classes: {clipped(scenario.validators.stake)}."
