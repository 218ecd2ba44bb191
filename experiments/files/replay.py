"""Replay files: epochs of a subnet and what the chain computed for them (`bittensor-epoch-case/1`, JSON).

Everything is checked before anything runs: what comes out are cases of plain integers and rows, or one line that
says where the file is wrong.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from econ.yuma.chain.hyperparameters import ChainHyperparameters
from econ.yuma.chain.numbers import U16
from econ.yuma.chain.state import MAX_BLOCK, MAX_STAKE
from experiments.errors import BadInput
from experiments.files.json_document import Place, read_json
from experiments.files.npz import shown
from experiments.files.replay_expected import ASKED, expectations, rows

__all__ = ["MAX_CELLS", "MAX_NEURONS", "SCHEMA", "ReplayCase", "ReplayEpoch", "Row", "UniformWeights", "read_replay"]

SCHEMA = "bittensor-epoch-case/1"
"""The format read here."""

MAX_NEURONS = 1024
"""The most UIDs of a case; the chain has at most 256."""

MAX_CELLS = 2**26
"""The most pairs of UIDs over all epochs of a file."""

Row = tuple[tuple[int, int], ...]
"""Entries (uid, u16) of one stored row."""

_CASE = ("id", "n", "owner_uid", "hyperparameters", "initial", "epochs", "fixed_point_sensitive")
_EPOCH = (
    "block",
    "stake",
    "last_update",
    "block_at_registration",
    "commit_blocks",
    "weights",
    "weights_uniform",
    "validator_permit",
    "clear_bond_columns",
    "clear_uid_rows",
    "last_mechanism_step_block",
    "expected",
    "oracle",
    "tolerance",
)
_MAX_UNIFORM = 16
_HYPERPARAMETERS = tuple(ChainHyperparameters.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class UniformWeights:
    """A shorthand: the rows of `raters` are written anew and hold `value` on all `targets` (None: on themselves)."""

    raters: tuple[int, ...]
    targets: tuple[int, ...] | None
    value: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplayEpoch:
    """What changes before one epoch (None: it carries over), and the figures that must come out.

    The two clears act first, then the uniform weights, then `weights`, which replaces whole rows. `expected` and
    `oracle` are the figures by name, checked; `tolerance` is the file's own, by name.
    """

    block: int | None
    stake: tuple[int, ...] | None
    last_update: tuple[int, ...] | None
    block_at_registration: tuple[int, ...] | None
    commit_blocks: tuple[int | None, ...] | None
    validator_permit: tuple[bool, ...] | None
    last_mechanism_step_block: int
    weights: Mapping[int, Row]
    weights_uniform: tuple[UniformWeights, ...]
    clear_bond_columns: tuple[int, ...]
    clear_uid_rows: tuple[int, ...]
    expected: Mapping[str, Any]
    oracle: Mapping[str, Any]
    tolerance: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplayCase:
    """One subnet: where it starts, and its epochs in order.

    `fixed_point_sensitive` says that float arithmetic cannot be held to its figures.
    """

    id: str
    neurons: int
    owner_uid: int | None
    hyperparameters: ChainHyperparameters
    validator_permit: tuple[bool, ...]
    bonds: Mapping[int, Row]
    fixed_point_sensitive: bool
    epochs: tuple[ReplayEpoch, ...]


def read_replay(path: str | os.PathLike[str]) -> tuple[ReplayCase, ...]:
    """The cases of a replay file; `BadInput`, one line, for anything else."""
    document = read_json(path)
    schema = document.mapping().get("schema")
    if schema != SCHEMA:
        document.refuse(f"has the schema {shown(repr(schema), 60)}; only '{SCHEMA}' is replayed")
    places = document.field("cases").items()
    if not places:
        document.refuse("has no case; its list cases must hold at least one")
    cases = tuple(_case(place) for place in places)
    repeated = [identity for identity, count in Counter(case.id for case in cases).items() if count > 1]
    if repeated:
        document.refuse(f"has several cases with the id {shown(repeated[0], 60)}; each needs its own")
    cells = sum(case.neurons**2 * len(case.epochs) for case in cases)
    if cells > MAX_CELLS:
        document.refuse(f"has {cells} pairs of UIDs over all epochs; at most {MAX_CELLS} are run: split its cases")
    return cases


def _case(place: Place) -> ReplayCase:
    identity = place.field("id").text(200)
    place = place.at(f"case {shown(identity, 60)}")
    place.known(_CASE)
    neurons = place.field("n").integer(1, MAX_NEURONS)
    permits: tuple[bool, ...] = (False,) * neurons
    bonds: dict[int, Row] = {}
    if place.has("initial"):
        initial = place.field("initial")
        initial.known(("validator_permit", "bonds"))
        if initial.has("validator_permit"):
            permits = _flags(initial.field("validator_permit"))
        if initial.has("bonds"):
            bonds = rows(initial.field("bonds"), neurons, neurons - 1)
    epochs = tuple(
        _epoch(epoch.at(f"{place.path}, epoch {k}"), neurons) for k, epoch in enumerate(place.field("epochs").items())
    )
    if not epochs:
        place.refuse("has no epoch; its list epochs must hold at least one")
    for name in ("block", "stake", "last_update", "block_at_registration"):
        if getattr(epochs[0], name) is None:
            place.refuse(f"has no {name} in its first epoch, to which nothing carries over; give it there")
    return ReplayCase(
        id=identity,
        neurons=neurons,
        owner_uid=place.field("owner_uid").integer(0, neurons - 1) if place.has("owner_uid") else None,
        hyperparameters=_hyperparameters(place.field("hyperparameters")),
        validator_permit=permits,
        bonds=bonds,
        fixed_point_sensitive=place.has("fixed_point_sensitive") and place.field("fixed_point_sensitive").flag(),
        epochs=epochs,
    )


def _hyperparameters(place: Place) -> ChainHyperparameters:
    place.only(_HYPERPARAMETERS)
    for name in ("max_validators", "activity_cutoff", "tempo"):
        place.field(name)
    try:
        return ChainHyperparameters(**place.mapping())
    except ValueError as error:
        raise BadInput(f"{place.name}: {shown(error)}") from None


def _epoch(place: Place, neurons: int) -> ReplayEpoch:
    place.known(_EPOCH, ("notes", "source"))

    def integers(name: str, high: int, length: int | None) -> tuple[int, ...] | None:
        return place.field(name).integers(high, length) if place.has(name) else None

    def block(name: str) -> int | None:
        return place.field(name).integer(0, MAX_BLOCK) if place.has(name) else None

    stake = integers("stake", MAX_STAKE, neurons)
    if stake is not None and sum(stake) > MAX_STAKE:
        place.field("stake").refuse(f"sums to {sum(stake)}; the chain's numbers hold at most {MAX_STAKE}")
    commits = None
    if place.has("commit_blocks"):
        items = place.field("commit_blocks").items(neurons)
        commits = tuple(None if item.value is None else item.integer(0, MAX_BLOCK) for item in items)
    uniform = place.field("weights_uniform").items() if place.has("weights_uniform") else []
    if len(uniform) > _MAX_UNIFORM:
        place.refuse(f"has {len(uniform)} blocks of uniform weights; at most {_MAX_UNIFORM} are read: write rows")
    return ReplayEpoch(
        block=block("block"),
        stake=stake,
        last_update=integers("last_update", MAX_BLOCK, None),
        block_at_registration=integers("block_at_registration", MAX_BLOCK, neurons),
        commit_blocks=commits,
        validator_permit=_flags(place.field("validator_permit")) if place.has("validator_permit") else None,
        last_mechanism_step_block=block("last_mechanism_step_block") or 0,
        weights=rows(place.field("weights"), neurons, U16) if place.has("weights") else {},
        weights_uniform=tuple(_uniform(block, neurons) for block in uniform),
        clear_bond_columns=integers("clear_bond_columns", neurons - 1, None) or (),
        clear_uid_rows=integers("clear_uid_rows", neurons - 1, None) or (),
        expected=expectations(place.field("expected"), neurons) if place.has("expected") else {},
        oracle=expectations(place.field("oracle"), neurons) if place.has("oracle") else {},
        tolerance=_tolerance(place.field("tolerance")) if place.has("tolerance") else {},
    )


def _flags(place: Place) -> tuple[bool, ...]:
    return tuple(item.flag() for item in place.items())


def _tolerance(place: Place) -> dict[str, float]:
    place.only(ASKED)
    given = {name: value.number() for name, value in place.fields()}
    for name, value in given.items():
        if value < 0:
            place.refuse(f"of {shown(name, 40)} is {value:g}; it must be at least 0")
    return given


def _uniform(place: Place, neurons: int) -> UniformWeights:
    value, to = place.field("value").integer(0, U16), place.field("to")
    place.only(("from", "to", "value"))
    targets = None if to.value == "self" else to.integers(neurons - 1)
    raters = place.field("from").integers(neurons - 1)
    if max(len(raters), len(targets or ())) > neurons:
        place.refuse(f"names more than the {neurons} UIDs of the case; name each once")
    return UniformWeights(raters=raters, targets=targets, value=value)
