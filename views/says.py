"""What a scenario's value means, in words: `drift 0.3` is a ranking that is half forgotten after 15 epochs, 18 hours.

Some keys have a sentence of their own; all others are put into words by their unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from econ.quantity import Quantity
from experiments import Scenario
from experiments.meaning import drift_words, epochs, hours, noise_words, reveal_words
from experiments.wording import money, percent
from views.words import stake_words

__all__ = ["said", "said_of_all"]


def said_of_all(scenario: Scenario) -> dict[str, str]:
    """Every key's value in words; keys whose number says all are left out."""
    flat = scenario.flat()
    told = {key: said(scenario, key, declared, flat[key]) for key, declared in Scenario.keys().items()}
    return {key: text for key, text in told.items() if text}


def said(scenario: Scenario, key: str, declared: Quantity, value: Any) -> str:
    """One value in words, or nothing.

    >>> scenario = Scenario.named("weight-copying")
    >>> [said(scenario, key, Scenario.keys()[key], value) for key, value in (
    ...     ("rules.immunity_period", 5000), ("rules.kappa", 0.5), ("validators.cost", 2.0), ("seed", 3))]
    ['16.7 hours.', '50% of stake.', '11.81 alpha a day before slippage.', '']
    """
    if key in _OWN:
        return _OWN[key](scenario)
    if value is None or isinstance(value, bool | str):
        return ""
    unit = declared.unit
    if "thousandths" in unit:
        return f"{money(scenario.market, value)}."
    if unit.startswith("a share"):
        return f"{percent(value)}{unit.removeprefix('a share')}."
    if unit.endswith("blocks") or "blocks of 12 seconds" in unit:
        return f"{hours(1, value)}."
    if unit in ("epochs", "a number of epochs"):
        return f"{hours(value, scenario.rules.tempo)}."
    if unit == "a probability an epoch":
        return "Never." if value == 0 else f"Once in {epochs(1 / value)}, {hours(1 / value, scenario.rules.tempo)}."
    return ""


def _memory(scenario: Scenario) -> str:
    gain = scenario.validators.memory
    if gain == 1:
        return "Only the newest scores count."
    half = math.log(0.5) / math.log(1.0 - gain)
    return f"A score is half forgotten after {epochs(half)}, {hours(half, scenario.rules.tempo)}."


def _sharpness(scenario: Scenario) -> str:
    sharpness = scenario.validators.sharpness
    if sharpness == 1:
        return "Twice the score, twice the weight."
    times = 2.0**sharpness if sharpness < 100 else math.inf
    return f"Twice the score, {times:.3g} times the weight." if math.isfinite(times) else "The best takes all."


def _effort(scenario: Scenario) -> str:
    return f"Half the effort leaves {percent(0.5 ** min(scenario.miners.effort_exponent, 1000.0))} of the quality."


def _bonds(scenario: Scenario) -> str:
    kept = scenario.rules.bonds_moving_average
    if kept in (0, 1):
        return "Bonds follow weights at once." if kept == 0 else "Bonds never move."
    half = math.log(0.5) / math.log(kept)
    return f"A bond moves half of its way in {epochs(half)}, {hours(half, scenario.rules.tempo)}."


def _outside(scenario: Scenario) -> str:
    outside = scenario.registration.outside
    return "UIDs never change hands." if outside == 0 else f"{scenario.miners.count + outside} play for the UIDs."


def _delegators(scenario: Scenario) -> str:
    count = scenario.delegators.count
    return (
        "Nobody moves stake." if count == 0 else f"Together they place {percent(scenario.delegators.stake)} of stake."
    )


def _burn(scenario: Scenario) -> str:
    given = scenario.registration
    return f"{1000 * given.start_price / given.emission_worth:.3g} thousandths of an epoch's emission."


def _alpha_price(scenario: Scenario) -> str:
    market = scenario.market
    if market.alpha_price is None or market.tao_price is None:
        return ""
    return f"{market.alpha_price * market.tao_price:,.4g} USD an alpha."


_OWN: Mapping[str, Callable[[Scenario], str]] = {
    "rules.reveal_period": reveal_words,
    "validators.noise": noise_words,
    "miners.drift": drift_words,
    "validators.count": stake_words,
    "validators.memory": _memory,
    "validators.sharpness": _sharpness,
    "miners.effort_exponent": _effort,
    "rules.bonds_moving_average": _bonds,
    "registration.outside": _outside,
    "registration.start_price": _burn,
    "delegators.count": _delegators,
    "market.alpha_price": _alpha_price,
}
