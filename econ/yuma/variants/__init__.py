"""The rules by name: the chain's two, a public simulator's five, and three for research."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from econ.errors import InputError
from econ.yuma.variants.chain_rules import Mean, SymmetricClip, TrimmedMean, Yuma2, Yuma3
from econ.yuma.variants.public_rules import PublicYuma1, PublicYuma2, PublicYuma2B, PublicYuma2C, PublicYuma3
from econ.yuma.variants.rule import Rule

__all__ = ["RULES", "Rule", "rule"]

_ALL: tuple[Rule, ...] = (
    Yuma3(),
    Yuma2(),
    PublicYuma1(),
    PublicYuma2(),
    PublicYuma2B(),
    PublicYuma2C(),
    PublicYuma3(),
    Mean(),
    TrimmedMean(),
    SymmetricClip(),
)

RULES: Mapping[str, Rule] = MappingProxyType({known.name: known for known in _ALL})
"""Every rule that `rules.version` names; a rule of one's own is passed as an object (see `Rule`)."""


def rule(name: str) -> Rule:
    """The rule of that name; `InputError` with the nearest known one where there is none.

    >>> rule("mean").story
    'Yuma 3 with weights cut at the stake-weighted mean; kappa has no effect'
    """
    if name in RULES:
        return RULES[name]
    close = get_close_matches(str(name), RULES, n=1)
    remedy = f"did you mean {close[0]}?" if close else f"known are {', '.join(RULES)}"
    raise InputError(f"rule {str(name)!r:.60} is unknown; {remedy}")
