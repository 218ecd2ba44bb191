"""The policies that a scenario may list, by role and name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.miners import HonestMiner
from agents.policy import MinerPolicy, Policy, ValidatorPolicy
from agents.validators import ColludingValidator, HonestValidator, WeightCopier

__all__ = ["ROLES", "policies", "policy"]

ROLES: Mapping[str, tuple[type[Policy], ...]] = {
    "validators": (HonestValidator, WeightCopier, ColludingValidator),
    "miners": (HonestMiner,),
}
"""What a seat of each role may choose; the cabal's miners belong to no role."""


def policies(role: str) -> dict[str, type[Policy]]:
    """The policies of a role by name.

    >>> list(policies("validators"))
    ['honest', 'weight-copier', 'colluding']
    """
    return {kind.name: kind for kind in ROLES[role]}


def policy(role: str, name: str, settings: Mapping[str, Any]) -> ValidatorPolicy | MinerPolicy:
    """The named policy, its fields filled from the settings by key that it takes.

    >>> policy("validators", "honest", {"validators.memory": 0.5, "validators.sharpness": 1.0})
    HonestValidator(memory=0.5, sharpness=1.0)
    """
    kind: Any = policies(role)[name]
    made: ValidatorPolicy | MinerPolicy = kind(**{field: settings[key] for field, key in kind.takes.items()})
    return made
