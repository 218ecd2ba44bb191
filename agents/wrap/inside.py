"""What a policy around others says of itself, from what is inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from agents.answers import are_legal, real_array
from agents.policy import Policy, Traits
from agents.views import View
from econ.errors import InputError

__all__ = ["answered", "by_role", "divided", "traits_around"]


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


def answered(policy: Policy, answer: Any, what: str, view: View, *columns: int) -> np.ndarray:
    """What a policy inside answers for the rows of its view, as real numbers of the shape it was asked for.

    Whether they are legal is not looked at: whoever asks the policy around it does, and knows the world and the seat.
    """
    return real_array(policy, answer, what, (view.world.size, *columns), view, lambda world, seat: "inside another")


def divided(policy: Policy, answer: Any, what: str, view: View, columns: int) -> np.ndarray:
    """The same of rows[row, column], each with sum 1; those that are not legal as they are, so that they are refused.

    >>> from agents import LazyValidator
    >>> from agents.tables import Table
    >>> lazy, table = LazyValidator(), Table(number=0, story="one world", worlds=1, validators=2)
    >>> view = table.shown_to(lazy, 0, np.zeros((2, 0))).view
    >>> divided(lazy, [[1, 3], [1, -3]], "weights", view, 2).tolist()
    [[0.25, 0.75], [1.0, -3.0]]
    """
    rows = answered(policy, answer, what, view, columns)
    legal = are_legal(rows)
    summed = rows.sum(axis=1, where=legal[:, None])
    return rows / np.where(legal, summed, 1.0)[:, None]
