"""Values in plain words, and any text made safe to show."""

from __future__ import annotations

import re

from econ.quantity import Quantity
from experiments import Scenario

__all__ = [
    "SCENARIOS",
    "clipped",
    "label_of",
    "minus",
    "plain",
    "player",
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


def stake_words(scenario: Scenario) -> str:
    """What one seat is worth."""
    if scenario.validators.stake == "equal":
        return f"Each holds {100 / scenario.validators.count:.3g}% of the stake."
    if scenario.stake_plan.dealt is not None:
        return "Stake is dealt at random in every world: answers are ex ante."
    return f"Stake by classes: {clipped(scenario.validators.stake)}."
