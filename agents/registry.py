"""The policies by role and name."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from agents.miners import ColludingMiner, HonestMiner
from agents.policy import MinerPolicy, Policy, ValidatorPolicy
from agents.validators import ColludingValidator, HonestValidator, WeightCopier

__all__ = ["ROLES", "policies", "policy"]

ROLES: Mapping[str, tuple[type[Policy], ...]] = {
    "validators": (HonestValidator, WeightCopier, ColludingValidator),
    "miners": (HonestMiner, ColludingMiner),
}
"""Every policy that can be named, by role."""


def policies(role: str) -> dict[str, type[Policy]]:
    """The policies of a role by name.

    >>> list(policies("validators"))
    ['honest', 'weight-copier', 'colluding']
    """
    return {kind.name: kind for kind in ROLES[role]}


def policy(role: str, name: str, settings: Mapping[str, Any]) -> ValidatorPolicy | MinerPolicy:
    """The named policy with its parameters taken from the settings of the same name; others keep their default.

    >>> policy("validators", "honest", {"memory": 0.5, "noise": 0.3})
    HonestValidator(memory=0.5, sharpness=1.0)
    """
    kind = policies(role)[name]
    assert dataclasses.is_dataclass(kind)
    assert issubclass(kind, ValidatorPolicy | MinerPolicy)
    return kind(**{field.name: settings[field.name] for field in dataclasses.fields(kind) if field.name in settings})
