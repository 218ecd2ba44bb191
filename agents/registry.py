"""All policies by role and name: those of this package, and those that others bring.

A package brings policies by an entry point of the group `yuma.policies` that names a policy or a module of policies;
a script by `register`. A strategy is written as a policy's name, with settings of its own if wished:
`shading(own=0.3)`, fields separated by semicolons.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import metadata
from types import ModuleType
from typing import Any

from agents import delegators, miners, owners, validators
from agents.policy import Policy, Traits
from agents.views import PUBLIC
from econ.errors import InputError
from econ.quantity import Quantity, QuantityError, Settings

__all__ = [
    "GROUP",
    "ROLES",
    "find",
    "kind_of",
    "policies",
    "policies_in",
    "policy",
    "quantities_of",
    "register",
    "written",
]

ROLES = ("validators", "miners", "delegators", "owner")

GROUP = "yuma.policies"
"""The group of entry points by which packages bring policies."""

NOT_CHOSEN = (miners.ColludingMiner,)
"""Policies of seats that choose nothing: the cabal's miners belong to no role of a game."""

OWN: tuple[type[Policy], ...] = (
    validators.HonestValidator,
    validators.WeightCopier,
    validators.ColludingValidator,
    validators.AveragingValidator,
    validators.ShadingValidator,
    validators.SelectiveEvaluator,
    validators.TargetCopier,
    validators.StakeMeanCopier,
    validators.LazyValidator,
    validators.StaleValidator,
    validators.CarefulColludingValidator,
    validators.UndervaluingValidator,
    validators.BribedValidator,
    validators.BribedCopier,
    validators.EarlyBonder,
    validators.TakeUndercutter,
    validators.StakeRenter,
    miners.HonestMiner,
    miners.LazyMiner,
    miners.Sybil,
    miners.SplittingSybil,
    miners.ModelCopier,
    miners.HitAndRun,
    miners.Griefer,
    miners.Squatter,
    miners.BribingMiner,
    miners.ColludingMiner,
    delegators.YieldChaser,
    delegators.LoyalDelegator,
    delegators.IndexDelegator,
    delegators.QualityAwareDelegator,
    owners.HonestOwner,
    owners.BurningOwner,
    owners.PumpingOwner,
)
"""This package's policies."""

_brought: dict[str, dict[str, type[Policy]]] = {role: {} for role in ROLES}


def policies(role: str) -> dict[str, type[Policy]]:
    """The policies that a seat of a role may choose, by name.

    >>> list(policies("validators"))[:4]
    ['honest', 'weight-copier', 'colluding', 'averaging']
    """
    _bring_packages()
    own = {kind.name: kind for kind in OWN if kind.role == role and kind not in NOT_CHOSEN}
    return own | _brought[role]


def find(*, role: str | None = None, sees: Iterable[str] = (), **traits: Any) -> tuple[type[Policy], ...]:
    """All policies with these traits; `sees` names public arrays that they read, among others.

    `InputError` for a role, a trait or a public array that there is not.

    >>> [kind.name for kind in find(role="validators", evaluates=False, colludes=False)][:2]
    ['weight-copier', 'target-copier']
    """
    seen = {sees} if isinstance(sees, str) else set(sees)
    _bring_packages()
    known = [*OWN, *(kind for kinds in _brought.values() for kind in kinds.values())]
    unknown = sorted(set(traits) - {"evaluates", "moves", "colludes", "adapts"})
    if unknown or (role is not None and role not in ROLES):
        raise InputError(
            f"policies have no {unknown[0]!r}; find them by role, sees, evaluates, moves, colludes and adapts"
            if unknown
            else f"role is {role!r}; it must be one of {', '.join(ROLES)}"
        )
    for name in sorted(seen - set(PUBLIC)):
        raise InputError(f"sees names {name!r}; a policy may see {', '.join(PUBLIC)}")
    for name, value in traits.items():
        allowed = ("first", "second") if name == "moves" else (True, False)
        if value not in allowed:
            raise InputError(f"{name} is {value!r}; it must be {' or '.join(repr(each) for each in allowed)}")
    return tuple(
        kind
        for kind in known
        if role in (None, kind.role)
        and seen <= kind.traits.sees
        and all(getattr(kind.traits, name) == value for name, value in traits.items())
    )


def kind_of(role: str, strategy: str) -> type[Policy]:
    """The policy that a strategy's text names, `shading` or `shading(own=0.3)`; `KeyError` if there is none."""
    return policies(role)[strategy.partition("(")[0]]


def policy(role: str, strategy: str, settings: Mapping[str, Any]) -> Any:
    """The policy a strategy's text means; what the text does not set is taken from the settings by key, or default.

    >>> policy("validators", "honest(memory=0.5)", {"validators.memory": 1.0, "validators.sharpness": 2.0})
    HonestValidator(memory=0.5, sharpness=2.0)
    """
    kind: Any = kind_of(role, strategy)
    own = written(role, strategy)
    taken = {field: settings[key] for field, key in kind.takes.items() if field not in own}
    try:
        return kind(**taken, **own)
    except InputError:
        raise
    except Exception as error:  # whatever a stranger's class raises
        raise InputError(
            f"strategy {strategy[:60]!r} cannot be made ({type(error).__name__}: {error}); give its fields defaults"
        ) from error


def written(role: str, strategy: str) -> dict[str, Any]:
    """The fields that a strategy's text sets, parsed and checked.

    >>> written("validators", "shading(own=0.3;memory=0.5)")
    {'own': 0.3, 'memory': 0.5}
    """
    _, bracket, rest = strategy.partition("(")
    if not bracket:
        return {}
    kind = kind_of(role, strategy)
    known = quantities_of(kind)
    fields: dict[str, Any] = {}
    if not rest.endswith(")"):
        raise QuantityError(f"strategy {strategy[:60]!r} has no end; write NAME(FIELD=VALUE;FIELD=VALUE)")
    for part in rest[:-1].split(";"):
        field, equals, value = (word.strip() for word in part.partition("="))
        if not equals or field in fields:
            raise QuantityError(
                f"strategy {strategy[:60]!r} has the part {part[:60]!r}; write NAME(FIELD=VALUE;FIELD=VALUE), "
                "each field once"
            )
        if field not in known:
            listed = ", ".join(known) or "nothing"
            raise QuantityError(f"strategy {strategy[:60]!r} sets {field[:60]!r}; {kind.name} has {listed} to set")
        try:
            fields[field] = known[field].parsed(value)
        except QuantityError as error:
            raise QuantityError(f"strategy {strategy[:60]!r}: {error}") from None
    return fields


def quantities_of(kind: type[Policy]) -> Mapping[str, Quantity]:
    """The declarations of a policy's fields by name; none where it declares none."""
    return kind.quantities() if issubclass(kind, Settings) else {}


def register(*kinds: type[Policy], instead_of: Collection[type[Policy]] = ()) -> None:
    """Let scenarios, commands and `find` know policies of one's own; the same one again changes nothing.

    `InputError` for what cannot be played, and for a name that another policy of the role has, unless it is one of
    `instead_of`. Then none of them is registered.

    >>> from agents import ValidatorPolicy
    >>> register(ValidatorPolicy)
    Traceback (most recent call last):
    econ.errors.InputError: ValidatorPolicy cannot be registered: it is abstract (weights); define what is missing
    """
    named: dict[tuple[str, str], type[Policy]] = {}
    for kind in kinds:
        wrong = _what_is_wrong(kind, instead_of)
        if not wrong and named.setdefault((kind.role, kind.name), kind) is not kind:
            wrong = f"{named[kind.role, kind.name].__name__} has the name {kind.name!r} too; choose another"
        if wrong:
            raise InputError(f"{getattr(kind, '__name__', repr(kind))} cannot be registered: {wrong}")
    for kind in kinds:
        _brought[kind.role][kind.name] = kind


def policies_in(module: ModuleType) -> list[type[Policy]]:
    """The policies that a module defines itself and that can be played."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Policy)
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
        and not inspect.isabstract(value)
        and isinstance(getattr(value, "name", None), str)
    ]


def _what_is_wrong(kind: Any, instead_of: Collection[type[Policy]]) -> str:
    """Why a policy cannot be registered; nothing if it can."""
    if not (isinstance(kind, type) and issubclass(kind, Policy)):
        return "it is no policy; derive it from ValidatorPolicy, MinerPolicy, DelegatorPolicy or OwnerPolicy"
    if inspect.isabstract(kind):
        return f"it is abstract ({', '.join(sorted(kind.__abstractmethods__))}); define what is missing"
    if not isinstance(getattr(kind, "name", None), str) or not isinstance(getattr(kind, "traits", None), Traits):
        return "it has no name or no traits; give it both"
    known = {other.name: other for other in OWN if other.role == kind.role} | _brought[kind.role]
    other = known.get(kind.name)
    if other is None or other in instead_of:
        return ""
    if (other.__module__, other.__qualname__) != (kind.__module__, kind.__qualname__):
        return f"the name {kind.name!r} is that of {other.__name__} ({kind.role}); choose another"
    return ""


@cache
def _bring_packages() -> None:
    """Register what installed packages bring, once."""
    for entry in metadata.entry_points(group=GROUP):
        try:
            brought = entry.load()
            register(*(policies_in(brought) if isinstance(brought, ModuleType) else [brought]))
        except (Exception, SystemExit) as error:  # whatever a stranger's module raises
            package = entry.dist.name if entry.dist else entry.value
            raise InputError(
                f"the policies of package {package} ({entry.name} = {entry.value}) cannot be loaded: "
                f"{type(error).__name__}: {error}; mend or uninstall it"
            ) from error
