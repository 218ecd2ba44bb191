"""What a replayed epoch gives, set beside the figures that its file asks for: the first difference, or none.

The chain's arithmetic is held to every figure, exactly but for decimals; float to five of them within two units of
u16, and not at all in cases that depend on fixed point (`fixed_point_sensitive`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from econ.yuma.chain import ChainEpoch
from econ.yuma.chain.numbers import ONE, U16
from econ.yuma.subnet_state import stored_units
from experiments.errors import BadInput
from experiments.files.npz import shown
from experiments.files.replay import ReplayCase, ReplayEpoch
from experiments.files.replay_expected import BITS, COUNTS
from experiments.relations import holds
from experiments.replay import OUTPUTS, ReplayedEpoch

__all__ = ["FLOAT_UNITS", "LOGGED_TOLERANCE", "Checked", "Difference", "check_epoch"]

FLOAT_UNITS = 2
"""By how many units of u16 float may differ from the chain."""

LOGGED_TOLERANCE = 2e-10
"""By how much a decimal of ten digits may differ, unless the file says otherwise."""

_FRACTION_TOLERANCE = 1e-3
_ABSENT = -1
_LOGGED_NAMES = {"normalized_emission": "emission"}

_Compared = Iterator[tuple[str, Any, Any, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A figure that is not what the file says: where it stands, and both values, None for no entry."""

    case: str
    epoch: int
    field: str
    index: str
    expected: Any
    got: Any

    def __str__(self) -> str:
        if self.field.endswith(".relations"):
            return f'case {self.case}, epoch {self.epoch}: {self.field}{self.index} "{self.expected}" is false'
        where = f"case {self.case}, epoch {self.epoch}: {self.field}{self.index}"
        expected, got = ("absent" if value is None else value for value in (self.expected, self.got))
        return f"{where} should be {expected} and is {got}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How many figures were compared, up to and with the first difference if there is one."""

    figures: int
    difference: Difference | None


def check_epoch(case: ReplayCase, epoch: ReplayEpoch, run: ReplayedEpoch, previous: ReplayedEpoch | None) -> Checked:
    """Compare one epoch with the figures of the file; `previous` is the epoch run before, None at the first."""
    exact = isinstance(run.result, ChainEpoch)
    if not exact and case.fixed_point_sensitive:
        return Checked(figures=0, difference=None)
    figures = 0
    for part, asked in (("expected", epoch.expected), ("oracle", epoch.oracle)):
        for name, value in asked.items():
            compared = (
                _chain(case.id, name, value, run, previous, epoch.tolerance) if exact else _float(name, value, run)
            )
            for index, expected, got, tolerance in compared:
                figures += 1
                if not (got if name == "relations" else abs(got - expected) <= tolerance):
                    difference = Difference(
                        case=shown(case.id, 60),
                        epoch=run.number,
                        field=f"{part}.{name}",
                        index=index,
                        expected=shown(expected, 100) if name == "relations" else _given(expected),
                        got=_given(got),
                    )
                    return Checked(figures=figures, difference=difference)
    return Checked(figures=figures, difference=None)


def _given(value: Any) -> Any:
    return None if value == _ABSENT else value


def _float(name: str, value: Any, run: ReplayedEpoch) -> _Compared:
    """The five figures that float is held to; all others are the chain's alone."""
    if name in OUTPUTS:
        yield from _by_uid(value, stored_units(getattr(run.result, name)).tolist(), FLOAT_UNITS)
    elif name == "bonds":
        held = run.bond_rows()
        for uid in sorted(value.keys() | held.keys()):
            expected, got = dict(value.get(uid, ())), held.get(uid, {})
            for target in sorted(expected.keys() | got.keys()):
                yield f"[{uid}][{target}]", expected.get(target, 0), got.get(target, 0), FLOAT_UNITS


def _chain(
    case: str,
    name: str,
    value: Any,
    run: ReplayedEpoch,
    previous: ReplayedEpoch | None,
    tolerance: Mapping[str, float],
) -> _Compared:
    result = run.result
    assert isinstance(result, ChainEpoch)
    if name in COUNTS:
        yield from _by_uid(value, getattr(result, name).tolist(), 0)
    elif name.endswith("_bits"):
        yield from _by_uid(value, getattr(result.bits, name.removesuffix("_bits")).tolist(), 0)
    elif name in ("active", "new_validator_permit"):
        flags = result.active if name == "active" else result.permits
        yield from _by_uid(value, flags.tolist(), 0)
    elif name == "bonds":
        yield from _bonds(value, run.bond_rows())
    elif name == "bond_cells":
        for uid, target, expected in value:
            yield f"[{uid}][{target}]", expected, int(result.bonds.values[uid, target]), 0
    elif name == "bonds_fraction_servers":
        within = tolerance.get(name, _FRACTION_TOLERANCE)
        for uid, row in enumerate(value):
            got = (result.bonds.values[uid, len(value) :] / U16).tolist()
            yield from ((f"[{uid}]{index}", *rest) for index, *rest in _by_uid(row, got, within))
    elif name == "dividends_fraction":
        within = tolerance.get(name, _FRACTION_TOLERANCE)
        yield from _by_uid(value, (result.dividends / U16).tolist(), within)
    elif name == "stake_norm":
        yield from _by_uid(value, (result.bits.stake / ONE).tolist(), tolerance.get(name, LOGGED_TOLERANCE))
    elif name == "logged":
        yield from _logged(value, result, tolerance.get(name, LOGGED_TOLERANCE))
    elif name == "relations":
        figures, before = _figures(run), None if previous is None else _figures(previous)
        for k, text in enumerate(value):
            try:
                true = holds(text, figures, before)
            except BadInput as problem:
                raise BadInput(f"case {shown(case, 60)}, epoch {run.number}: {problem}") from None
            yield f"[{k}]", text, true, 0


def _by_uid(expected: Iterable[Any], got: Iterable[Any], tolerance: float) -> _Compared:
    """Entries in order; null is not asserted."""
    for k, (asked, given) in enumerate(zip(expected, got, strict=True)):
        if asked is not None:
            yield f"[{k}]", asked, given, tolerance


def _bonds(value: Mapping[int, Any], held: Mapping[int, Mapping[int, int]]) -> _Compared:
    """All rows, entry by entry; an explicit zero is not an absent entry."""
    for uid in sorted(value.keys() | held.keys()):
        expected, got = dict(value.get(uid, ())), held.get(uid, {})
        for target in sorted(expected.keys() | got.keys()):
            yield f"[{uid}][{target}]", expected.get(target, _ABSENT), got.get(target, _ABSENT), 0


def _logged(value: Mapping[str, Any], result: ChainEpoch, tolerance: float) -> _Compared:
    for name, expected in value.items():
        if name == "ema_bonds_upscaled":
            got = result.bits.bonds.values / ONE
            for uid, row in enumerate(expected):
                full = [row.get(target, 0.0) for target in range(len(expected))]
                yield from (
                    (f".{name}[{uid}]{index}", *rest) for index, *rest in _by_uid(full, got[uid].tolist(), tolerance)
                )
        else:
            bits = getattr(result.bits, _LOGGED_NAMES.get(name, name))
            yield from ((f".{name}{index}", *rest) for index, *rest in _by_uid(expected, bits / ONE, tolerance))


def _figures(run: ReplayedEpoch) -> dict[str, Any]:
    """All that a relation may name, as lists of whole numbers."""
    result = run.result
    assert isinstance(result, ChainEpoch)
    return {  # those that `RELATED` names
        **{name: getattr(result, name).tolist() for name in COUNTS},
        **{f"{name}_bits": getattr(result.bits, name).tolist() for name in BITS},
        "new_validator_permit": result.permits.astype(int).tolist(),
        "active": result.active.astype(int).tolist(),
        "bonds": result.bonds.values.tolist(),
    }
