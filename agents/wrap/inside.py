"""What a policy around others says of itself, from what is inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.policy import Policy, Traits
from econ.errors import InputError

__all__ = ["by_role", "traits_around"]


def traits_around(policies: Sequence[Policy], sees: Sequence[str] = ()) -> Traits:
    """Traits of a policy around these: what any of them does it may do; it moves first if all of them do."""
    traits = [policy.traits for policy in policies]
    return Traits(
        evaluates=any(t.evaluates for t in traits),
        sees=frozenset(sees).union(*(t.sees for t in traits)),
        colludes=any(t.colludes for t in traits),
        adapts=any(t.adapts for t in traits),
        moves="first" if all(t.moves == "first" for t in traits) else "second",
        role=traits[0].role,
    )


def by_role(wrapper: str, policies: Sequence[Any], kinds: Mapping[str, Any]) -> Any:
    """The kind of this wrapper for the role that all policies have; `InputError` where there is none."""
    for policy in policies:
        if not isinstance(policy, Policy):
            raise InputError(f"{wrapper} is given {policy!r}; it goes around policies")
    roles = {policy.role for policy in policies}
    if len(roles) != 1:
        raise InputError(f"{wrapper} is given policies of {', '.join(sorted(roles)) or 'no role'}; give it some of one")
    (role,) = roles
    if role not in kinds:
        raise InputError(f"{wrapper} is given a policy of the role {role}; it goes around {', '.join(kinds)}")
    return kinds[role]
