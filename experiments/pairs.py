"""Changes as people type them: texts of a key and a value."""

from __future__ import annotations

from collections.abc import Iterable

from experiments.errors import BadInput

__all__ = ["changes_from"]


def changes_from(pairs: Iterable[str], *, flag: str = "--set") -> dict[str, str]:
    """Changes by key from texts such as `rules.kappa=0.6`; `BadInput` for a text without a value and a key twice.

    >>> changes_from(["rules.kappa=0.6", "seed = 3"])
    {'rules.kappa': '0.6', 'seed': '3'}
    """
    changes = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise BadInput(f"{flag} {pair!r} has no value; write KEY=VALUE, for example rules.kappa=0.5")
        if key.strip() in changes:
            raise BadInput(f"{flag} names {key.strip()} twice; name each key once")
        changes[key.strip()] = value.strip()
    return changes
