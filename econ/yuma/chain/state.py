"""A subnet as the chain keeps it: one row and one column a UID, and blocks that say what still counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.yuma.chain.matrix import SparseMatrix
from econ.yuma.chain.numbers import U16

__all__ = ["MAX_BLOCK", "MAX_STAKE", "ChainState"]

MAX_BLOCK = (1 << 63) - 1
"""The largest block number."""

MAX_STAKE = (1 << 63) - 1
"""The largest sum of stakes: beyond it the chain's I64F64 overflows."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChainState:
    """What an epoch reads; a neuron is a validator if it holds a permit and a miner if it is weighted.

    `stake[uid]` in rao (u64), `last_update[uid]` and `block_at_registration[uid]` in blocks, `permits[uid]` from the
    epoch before, `weights` and `bonds` the stored u16 [rater, target], explicit zeros included.
    `commit_blocks[uid]` is the earliest commit not yet expired, None without one. `last_update` and `permits` may be
    shorter or longer than the subnet: what is missing counts as masked, what is too much is ignored.
    `last_mechanism_step` is the block of the last successful step, 0 for none. Raises `InputError`, a `ValueError`,
    for what the chain could not hold, naming the field and its limit.

    >>> state = ChainState(
    ...     block=9, stake=[5, 0], last_update=[8, 0], block_at_registration=[1, 1], permits=[True, False],
    ...     weights=SparseMatrix.from_rows({0: [(1, 65535)]}, 2), bonds=SparseMatrix.empty(2))
    >>> state.size
    2
    """

    block: int
    stake: Sequence[int] | np.ndarray
    last_update: Sequence[int] | np.ndarray
    block_at_registration: Sequence[int] | np.ndarray
    permits: Sequence[bool] | np.ndarray
    weights: SparseMatrix
    bonds: SparseMatrix
    commit_blocks: Sequence[int | None] | None = None
    owner_uid: int | None = None
    last_mechanism_step: int = 0

    def __post_init__(self) -> None:
        for name in ("stake", "last_update", "block_at_registration", "permits"):
            if not isinstance(getattr(self, name), Sequence | np.ndarray):
                raise InputError(f"{name} is {getattr(self, name)!r:.60}; it must be a list, one entry a UID")
        size = self.size
        if size == 0:
            raise InputError("stake is empty; a subnet has at least one UID")
        _check_whole("stake", self.stake)
        _check_blocks("block", [self.block])
        _check_blocks("last_mechanism_step", [self.last_mechanism_step])
        _check_blocks("last_update", self.last_update)
        _check_blocks("block_at_registration", self.block_at_registration)
        if len(self.block_at_registration) != size:
            raise InputError(f"block_at_registration has {len(self.block_at_registration)} entries; it needs {size}")
        if self.commit_blocks is not None:
            if len(self.commit_blocks) != size:
                raise InputError(f"commit_blocks has {len(self.commit_blocks)} entries; it needs {size}")
            _check_blocks("commit_blocks", [block for block in self.commit_blocks if block is not None])
        _check_flags("permits", self.permits)
        if min(int(stake) for stake in self.stake) < 0:
            raise InputError(f"stake[{int(np.argmin(self.stake))}] is {min(self.stake)}; a stake must be at least 0")
        total = sum(int(stake) for stake in self.stake)
        if total > MAX_STAKE:
            raise InputError(f"stake sums to {total}; the chain's numbers hold at most {MAX_STAKE}")
        if self.owner_uid is not None:
            _check_whole("owner_uid", [self.owner_uid])
            if not 0 <= self.owner_uid < size:
                raise InputError(f"owner_uid is {self.owner_uid}; the UIDs are 0 to {size - 1}")
        for name in ("weights", "bonds"):
            object.__setattr__(self, name, _stored(name, getattr(self, name), size))

    @property
    def size(self) -> int:
        """The number of UIDs."""
        return len(self.stake)


def _stored(name: str, matrix: SparseMatrix, size: int) -> SparseMatrix:
    """The matrix in the integers that the arithmetic needs, whatever whole numbers it was given in."""
    if not isinstance(matrix, SparseMatrix):
        raise InputError(f"{name} is a {type(matrix).__name__}; it must be a SparseMatrix, see its from_rows")
    if matrix.values.shape != (size, size) or matrix.present.shape != (size, size):
        raise InputError(f"{name} has shape {matrix.values.shape}; it must be {(size, size)}")
    if matrix.values.dtype.kind not in "iu" or matrix.present.dtype.kind != "b":
        raise InputError(f"{name} has dtype {matrix.values.dtype}; it is stored as u16, whole numbers 0 to {U16}")
    low, high = int(matrix.values.min()), int(matrix.values.max())
    if low < 0 or high > U16:
        raise InputError(f"{name} reach from {low} to {high}; they are stored as u16, 0 to {U16}")
    if matrix.values.dtype == np.int64:
        return matrix
    return SparseMatrix(values=matrix.values.astype(np.int64), present=matrix.present)


def _check_blocks(name: str, blocks: Sequence[int] | np.ndarray) -> None:
    _check_whole(name, blocks)
    if len(blocks):
        low, high = min(blocks), max(blocks)
        if low < 0 or high > MAX_BLOCK:
            raise InputError(f"{name} holds {low if low < 0 else high}; blocks are whole numbers up to {MAX_BLOCK}")


def _check_whole(name: str, values: Sequence[int] | np.ndarray) -> None:
    _check_each(name, values, "iu", (int, np.integer), "a whole number")


def _check_flags(name: str, values: Sequence[bool] | np.ndarray) -> None:
    _check_each(name, values, "b", (bool, np.bool_), "true or false")


def _check_each(name: str, values: Any, kinds: str, types: tuple[type, ...], what: str) -> None:
    """One line on the first value of another type; a truth value is no whole number."""
    if isinstance(values, np.ndarray) and values.dtype.kind != "O":
        if values.ndim != 1 or isinstance(values, np.ma.MaskedArray):
            raise InputError(f"{name} is a {type(values).__name__} of shape {values.shape}; it must be a plain list")
        if values.dtype.kind not in kinds:
            raise InputError(f"{name} has dtype {values.dtype}; each value must be {what}")
        return
    right = {kind for kind in set(map(type, values)) if issubclass(kind, types) and (kind is not bool or bool in types)}
    for place, value in enumerate(values):
        if type(value) not in right:
            raise InputError(f"{name}[{place}] is {value!r:.60}; it must be {what}")
