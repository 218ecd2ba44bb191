"""Settings outside a scenario that people may change by key: of the claim, machines, a day, and a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from agents.network import NetworkSettings
from econ.compute import ComputeSettings
from econ.compute.claim import ClaimSettings
from econ.quantity import Quantity, QuantityError, Settings
from econ.tokens.day import DaySettings
from experiments.errors import BadInput, nearest
from experiments.pairs import changes_from
from experiments.wording import percent

__all__ = ["OTHER_KEYS", "settings_of", "with_unit"]

Made = TypeVar("Made", bound=Settings)

_CLASSES: Mapping[str, type[Settings]] = {"claim": ClaimSettings, "compute": ComputeSettings, "day": DaySettings}

OTHER_KEYS: Mapping[str, Quantity] = {
    **{f"{part}.{name}": given for part, kind in _CLASSES.items() for name, given in kind.quantities().items()},
    **NetworkSettings.keys(),
}
"""The declarations by key, as `compute.tao_price`; those of a network as `start.subnets`."""


def settings_of(kind: type[Made], part: str, pairs: Iterable[str]) -> Made:
    """Settings from texts such as `compute.tao_price=600`; `BadInput` in one line for what cannot be.

    >>> settings_of(ComputeSettings, "compute", ["compute.tao_price=600"]).tao_price
    600.0
    """
    known = kind.quantities()
    values = {}
    for key, text in changes_from(pairs).items():
        name = key.removeprefix(f"{part}.")
        if name not in known:
            raise BadInput(f"key {key!r} is unknown; {nearest(key, [f'{part}.{each}' for each in known])}")
        if name in values:
            raise BadInput(f"--set names {part}.{name} twice; name each key once")
        try:
            values[name] = known[name].parsed(text)
        except QuantityError as error:
            raise BadInput(f"{part}.{error}") from None
    return kind(**values)


def with_unit(value: float, declared: Quantity) -> str:
    """A setting's value as people say it.

    >>> [with_unit(0.82, OTHER_KEYS["claim.top_100_share"]), with_unit(500.0, OTHER_KEYS["claim.hash_rate"])]
    ['82%', '500 EH/s']
    """
    if declared.unit == "a share":
        return percent(value)
    return f"{value:,.10g} {declared.unit}".removesuffix(" a number")
