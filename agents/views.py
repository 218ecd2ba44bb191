"""What a policy may see: views of one epoch over the rows that play it.

A view holds arrays over rows, one row for each (world, seat) that plays the policy, and `public`, the arrays of whole
worlds that its traits name. All arrays are read-only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Mapping
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from agents.errors import PolicyError
from agents.luck import Luck, taken_out
from agents.streams import INSIDE

if TYPE_CHECKING:
    from agents.policy import Policy

_LATER, _ONCE = " later", " once"
"""Beside a view's values: how to make those that are missing, and what `View.once` has made."""

V = TypeVar("V", bound="View")
Public = Mapping[str, np.ndarray | Callable[[], np.ndarray]]
"""Public arrays by name; one given as a function is made when it is first looked at."""

__all__ = [
    "PUBLIC",
    "DelegatorView",
    "MinerView",
    "OwnerView",
    "Public",
    "PublicView",
    "Seen",
    "ValidatorView",
    "View",
    "frozen",
    "is_alone",
]

PUBLIC: Mapping[str, str] = {
    "consensus": "consensus[world, miner] of the weights revealed last, with sum 1",
    "weights": "weights[world, validator, miner], the rows revealed last",
    "incentive": "incentive[world, miner] of the last paid epoch",
    "dividends": "dividends[world, validator] of the last paid epoch",
    "validator_trust": "validator_trust[world, validator] of the last paid epoch",
    "stake": "stake[world, validator], shares of the world's stake that count in this epoch",
    "take": "take[world, validator], the share of its nominators' dividends that a validator keeps",
    "registered_at": "registered_at[world, miner], the epoch in which the miner's UID was registered",
    "registration_price": "registration_price[world], thousandths of an epoch's emission",
    "offers": "offers[world, miner], what a miner pays each validator for the weight it asks, thousandths an epoch",
    "asked": "asked[world, miner], the weight that an offer asks for",
    "contract": "contract[world, miner], true where an offer pays only if takers hold kappa of the stake",
}
"""What `Traits.sees` may name, with its shape and meaning."""


class Seen(dict[str, np.ndarray]):
    """Public arrays read-only, each made so when it is first looked at: for views of one epoch to share.

    >>> seen = Seen({"consensus": np.ones(2), "take": lambda: np.zeros(2)})
    >>> seen["take"].tolist(), seen["take"] is seen["take"], "consensus" in seen
    ([0.0, 0.0], True, False)
    """

    def __init__(self, arrays: Public) -> None:
        super().__init__()
        self._arrays = arrays

    def __missing__(self, name: str) -> np.ndarray:
        given = self._arrays[name]
        seen = self[name] = frozen(given if isinstance(given, np.ndarray) else given())
        return seen


class PublicView:
    """Of public arrays those that a policy's traits name, indexed by world and read-only; anything else raises."""

    __slots__ = ("_held",)

    def __init__(self, policy: Policy, arrays: Mapping[str, np.ndarray]) -> None:
        _HELD.__set__(self, (policy, policy.traits.sees, arrays))

    def __getattr__(self, name: str) -> np.ndarray:
        policy, sees, arrays = _HELD.__get__(self)
        if name in sees:
            seen: np.ndarray = arrays[name].view()  # who gives it another shape gives that to nobody else
            return seen
        if name in PUBLIC:
            inside = name in policy.traits.sees
            remedy = "the policy around it must name it too" if inside else "name it in traits.sees to see it"
            raise PolicyError(f"{policy.name} read public.{name}; {remedy}")
        raise AttributeError(name)

    def seen_by(self, policy: Policy) -> PublicView:
        """Of these arrays those that another policy may see."""
        _, sees, arrays = _HELD.__get__(self)
        other = PublicView(policy, arrays)
        _HELD.__set__(other, (policy, sees & policy.traits.sees, arrays))
        return other


_HELD = taken_out(PublicView, "_held")


def _shown(kind: type[V]) -> type[V]:
    """The class of views with every field read from what the view was given."""
    for declared in fields(kind):
        setattr(kind, declared.name, property(_reader(declared.name), _refuse, _refuse))
    return kind


def _refuse(view: View, value: Any = None) -> None:
    raise FrozenInstanceError("a view cannot be written to")


def _reader(name: str) -> Callable[[View], Any]:
    def read(view: View) -> Any:
        values = _values(view)
        if name not in values:
            values[name] = values[_LATER][name](values)
        return values[name]

    return read


@dataclass(frozen=True, init=False, eq=False)
class View:
    """What every role sees: `world[row]` and `seat[row]` say who the rows are; `public` what the chain shows all.

    Values lie where nobody can put others in their place; `dataclasses.replace` makes another view.
    """

    __slots__ = ("_held",)

    epoch: int
    world: np.ndarray
    seat: np.ndarray
    public: PublicView
    _policy: Policy = field(repr=False)
    _luck: Luck = field(repr=False)

    def __init__(self, **values: Any) -> None:
        _VALUES.__set__(self, values)

    @classmethod
    def showing(cls, values: dict[str, Any], later: Mapping[str, Callable[[dict[str, Any]], Any]]) -> Self:
        """A view of these values; what is missing is made of them when it is first looked at, later[name](values)."""
        view = cls.__new__(cls)
        values[_LATER] = later
        _VALUES.__set__(view, values)
        return view

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> Any:
        raise TypeError("a view cannot be pickled: it holds for its epoch alone")

    def once(self, key: Hashable, work: Callable[[], np.ndarray]) -> np.ndarray:
        """What `work` makes of this view, worked out the first time it is asked for by this key, and read-only."""
        worked_out, made_here = _values(self).setdefault(_ONCE, ({}, []))
        if key not in worked_out:
            made = [work()]
            alone = is_alone(made)
            worked_out[key] = frozen(made[0])
            if alone:
                made_here.append(worked_out[key])
        return worked_out[key]

    def has_made(self, values: np.ndarray) -> bool:
        """Whether `once` made these, and nobody kept what could still be written to."""
        held = _values(self)
        return _ONCE in held and any(values is made for made in held[_ONCE][1])

    def uniform(self, columns: int = 1) -> np.ndarray:
        """The rows' own luck in this epoch, uniform[row, column] in (0, 1); asked again it is the same."""
        return self._luck.uniform(columns)

    def normal(self, columns: int = 1) -> np.ndarray:
        """The rows' own luck in this epoch, standard normal[row, column]; asked again it is the same."""
        return self._luck.normal(columns)

    def rows(self, chosen: np.ndarray) -> Self:
        """The view of some rows, chosen[row] by number or as true and false."""
        by_row = {name: getattr(self, name) for name in self._by_row()}
        changes = {name: values[chosen] for name, values in by_row.items() if values is not None}
        return replace(self, _luck=self._luck.rows(chosen), **changes)

    def seen_by(self, policy: Policy, **changes: Any) -> Self:
        """The same rows as another policy sees them, with luck of its own: for policies around policies."""
        inside = {"public": self.public.seen_by(policy), "_policy": policy, "_luck": self._luck.within(INSIDE)}
        return replace(self, **inside, **changes)  # type: ignore[arg-type]

    @classmethod
    def _by_row(cls) -> tuple[str, ...]:
        return ("world", "seat")

    def _needs(self, values: np.ndarray | None, what: str, trait: str) -> np.ndarray:
        if values is None or not getattr(self._policy.traits, trait):
            raise PolicyError(f"{self._policy.name} read {what}; its traits need {trait}=True")
        return values


_VALUES = taken_out(_shown(View), "_held")
_values: Callable[[View], dict[str, Any]] = _VALUES.__get__


@_shown
@dataclass(frozen=True, init=False, eq=False)
class ValidatorView(View):
    """What the validators that play one policy see in one epoch.

    `stake[row]` is the share of the world's stake that counts for them; `memory[row, k]` what they remembered (NaN:
    nothing yet); `fresh[world, miner]` marks miners whose UID was registered since the last epoch (what was
    remembered of them is no longer true); `miners` is their number. `scores` needs the trait `evaluates`, `cabal` the
    trait `colludes`.
    """

    __slots__ = ()

    stake: np.ndarray
    memory: np.ndarray
    fresh: np.ndarray
    miners: int
    _cabal: np.ndarray | None = field(repr=False)
    _scores: np.ndarray | None = field(repr=False)

    @property
    def scores(self) -> np.ndarray:
        """The row's own noisy measurements of quality, scores[row, miner], at least 0."""
        return self._needs(self._scores, "scores", "evaluates")

    @property
    def cabal(self) -> np.ndarray:
        """Which miners belong to the cabal, cabal[world, miner], indexed as public arrays are."""
        return self._needs(self._cabal, "cabal", "colludes")

    @classmethod
    def _by_row(cls) -> tuple[str, ...]:
        return ("world", "seat", "stake", "memory", "_scores")


@_shown
@dataclass(frozen=True, init=False, eq=False)
class MinerView(View):
    """What the miners that play one policy see in one epoch.

    `seat[row]` numbers the player; `uid[row]` is the column of its UID in public arrays; `effort[row]` what it did
    last; `registered_at[row]` the epoch in which it got its UID; `immune[row]` whether that UID cannot be replaced yet:
    -1, 0, -1 and false while it has none. `price[row]` is what a registration costs now and `prize[row]` what a UID of
    average pay earns while it is immune (at least one epoch), both in thousandths of an epoch's emission.
    """

    __slots__ = ()

    uid: np.ndarray
    effort: np.ndarray
    registered_at: np.ndarray
    immune: np.ndarray
    price: np.ndarray
    prize: np.ndarray

    @classmethod
    def _by_row(cls) -> tuple[str, ...]:
        return ("world", "seat", "uid", "effort", "registered_at", "immune", "price", "prize")


@_shown
@dataclass(frozen=True, init=False, eq=False)
class DelegatorView(View):
    """What the delegators that play one policy see when they may move their stake.

    `stake[row]` is the share of the world's stake they hold; `held[row, validator]` how it is divided now, with sum 1;
    `yields[world, validator]` what a nominator earned there in the last paid epoch, as dividends per stake after the
    take (1 is par before takes). `scores[row, miner]` needs the trait `evaluates`.
    """

    __slots__ = ()

    stake: np.ndarray
    held: np.ndarray
    yields: np.ndarray
    _scores: np.ndarray | None = field(repr=False)

    @property
    def scores(self) -> np.ndarray:
        """The row's own noisy measurements of quality, scores[row, miner], at least 0."""
        return self._needs(self._scores, "scores", "evaluates")

    @classmethod
    def _by_row(cls) -> tuple[str, ...]:
        return ("world", "seat", "stake", "held", "_scores")


@_shown
@dataclass(frozen=True, init=False, eq=False)
class OwnerView(View):
    """What the subnet's owner sees in one epoch; one row a world, its seat is 0."""

    __slots__ = ()


def frozen(values: np.ndarray) -> np.ndarray:
    """The same numbers, read-only, and not to be made writable again through the array's flags."""
    return np.asarray(values.data.toreadonly())


def _holders(values: list[np.ndarray]) -> int:
    """How many hold the array in a list, this call's own share included."""
    return sys.getrefcount(values[0])


_ALONE = _holders([np.empty(0)])


def is_alone(values: list[np.ndarray]) -> bool:
    """Whether a list alone holds an array and its numbers, so that nobody else can write to them.

    >>> kept = np.zeros(3)
    >>> is_alone([np.zeros(3)]), is_alone([kept]), is_alone([np.zeros(3)[1:]])
    (True, False, False)
    """
    return _holders(values) <= _ALONE and values[0].flags.owndata
