"""A subnet's metagraph at one block, as a .npz file of arrays."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

from experiments.errors import BadInput
from experiments.files.npz import npz_from_bytes, read_npz, shown, write_npz

__all__ = [
    "MAX_UIDS",
    "OPTIONAL",
    "REQUIRED",
    "Metagraph",
    "metagraph_from_bytes",
    "read_metagraph",
    "synthetic_metagraph",
    "write_metagraph",
]

MAX_UIDS = 512
"""The most UIDs in a file; the chain itself allows 256 a subnet."""

REQUIRED = ("netuid", "block", "stake", "weights", "hotkeys")
OPTIONAL = (
    "bonds",
    "last_update",
    "block_at_registration",
    "validator_permit",
    "dividends",
    "incentive",
    "validator_trust",
)

_U16 = 65535
_LARGEST = 1e20
_LARGEST_BLOCK = 2**53
_LONGEST_HOTKEY = 1024
_MOST_SENT = 32 * 2**20
"""Unpacked bytes of a file that a browser sends: several times what so many UIDs need; many may send at once."""
_HELP = "docs/how-to/export-your-subnet.md shows the layout"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Metagraph:
    """What the chain holds of a subnet: `stake[uid]`, `weights[uid, uid]`, `hotkeys[uid]`, the rest if known.

    `bonds[uid, uid]` are u16 or fractions; `dividends`, `incentive`, `validator_trust` [uid] are fractions;
    `last_update` and `block_at_registration` [uid] are blocks; `validator_permit[uid]` is true or false.
    """

    netuid: int
    block: int
    stake: np.ndarray
    weights: np.ndarray
    hotkeys: tuple[str, ...]
    bonds: np.ndarray | None = None
    last_update: np.ndarray | None = None
    block_at_registration: np.ndarray | None = None
    validator_permit: np.ndarray | None = None
    dividends: np.ndarray | None = None
    incentive: np.ndarray | None = None
    validator_trust: np.ndarray | None = None


def read_metagraph(path: str | os.PathLike[str]) -> Metagraph:
    """The metagraph in a .npz file; `BadInput` where an array is not as the layout says."""
    return _named(read_npz(path, REQUIRED + OPTIONAL), os.fspath(path))


def metagraph_from_bytes(data: bytes, name: str) -> Metagraph:
    """The metagraph in the bytes of a .npz file; `name` begins every refusal."""
    return _named(npz_from_bytes(data, name, REQUIRED + OPTIONAL, _MOST_SENT), name)


def write_metagraph(path: str | os.PathLike[str], metagraph: Metagraph, *, force: bool = False) -> None:
    """Write a metagraph as a .npz file for `read_metagraph`; an existing file is replaced only by `force`."""
    arrays = {name: getattr(metagraph, name) for name in REQUIRED + OPTIONAL}
    write_npz(path, {name: np.asarray(a) for name, a in arrays.items() if a is not None}, force=force)


def synthetic_metagraph(seed: int = 0) -> Metagraph:
    """An invented subnet of 64 UIDs: eight validators of unequal stake, miners of unequal quality, old bonds.

    >>> metagraph = synthetic_metagraph(0)
    >>> metagraph.weights.shape, int((metagraph.stake >= 1000).sum())
    ((64, 64), 8)
    """
    luck = np.random.Generator(np.random.Philox(seed))
    validators, miners, block = 8, 56, 1_000_000
    uids = validators + miners
    stake = np.zeros(uids)
    stake[:validators] = 5_000.0 * np.arange(1, validators + 1) ** 1.5 * luck.uniform(0.8, 1.2, validators)
    stake[validators:] = luck.uniform(0.0, 20.0, miners)
    quality = np.exp(luck.normal(0.0, 1.0, miners))
    quality[luck.permutation(miners - 1)[: miners // 4]] = 0.0  # offline: nobody pays them

    def judged(noise: float) -> np.ndarray:
        scores = quality * np.exp(noise * luck.normal(0.0, 1.0, (validators, miners)))
        return scores / scores.sum(axis=1, keepdims=True)

    weights, bonds = np.zeros((uids, uids)), np.zeros((uids, uids))
    weights[:validators, validators:] = judged(0.3)
    bonds[:validators, validators:] = np.floor(judged(0.1) * _U16)
    registered = luck.integers(0, block - 10_000, uids)
    registered[-1] = block - 20  # so new that older weights on it are void
    updated = np.where(np.arange(uids) < validators, block - luck.integers(30, 360, uids), registered)
    return Metagraph(
        netuid=999,
        block=block,
        stake=stake,
        weights=weights,
        hotkeys=tuple(f"example-{uid:03d}" for uid in range(uids)),
        bonds=bonds.astype(np.uint16),
        last_update=updated,
        block_at_registration=registered,
        validator_permit=np.arange(uids) < validators,
    )


def _named(arrays: dict[str, np.ndarray], name: str) -> Metagraph:
    try:
        return _checked(arrays)
    except BadInput as error:
        raise BadInput(f"{shown(name)}: {error}") from None


def _checked(arrays: dict[str, np.ndarray]) -> Metagraph:
    missing = [name for name in REQUIRED if name not in arrays]
    if missing:
        raise BadInput(f"array {missing[0]} is missing; the file must hold {', '.join(REQUIRED)} ({_HELP})")
    stake = arrays["stake"]
    if stake.ndim != 1 or not 1 <= stake.size <= MAX_UIDS:
        raise BadInput(f"stake has shape {stake.shape}; it must be [uid] with 1 to {MAX_UIDS} UIDs ({_HELP})")
    uids = stake.size
    square, line = (uids, uids), (uids,)
    known: dict[str, np.ndarray] = {}
    for name, shape in (
        ("bonds", square),
        ("dividends", line),
        ("incentive", line),
        ("validator_trust", line),
    ):
        if name in arrays:
            known[name] = _fractions(name, arrays[name], shape)
    for name in ("last_update", "block_at_registration"):
        if name in arrays:
            known[name] = _blocks(name, arrays[name], line)
    if "validator_permit" in arrays:
        known["validator_permit"] = _flags("validator_permit", arrays["validator_permit"], line)
    return Metagraph(
        netuid=_whole("netuid", arrays["netuid"], _U16),
        block=_whole("block", arrays["block"], _LARGEST_BLOCK),
        stake=_amounts("stake", stake, line, _LARGEST),
        weights=_amounts("weights", arrays["weights"], square, _LARGEST),
        hotkeys=_texts("hotkeys", arrays["hotkeys"], line),
        **known,
    )


def _shaped(name: str, array: np.ndarray, shape: tuple[int, ...], kinds: str, noun: str) -> np.ndarray:
    if array.shape != shape:
        axes = "[uid, uid]" if len(shape) == 2 else "[uid]"
        raise BadInput(f"{name} has shape {array.shape}; it must be {axes}, {shape} as stake has {shape[0]} ({_HELP})")
    if array.dtype.kind not in kinds:
        raise BadInput(f"{name} has dtype {array.dtype}; it must hold {noun}: convert it before saving ({_HELP})")
    return array


def _amounts(name: str, array: np.ndarray, shape: tuple[int, ...], largest: float) -> np.ndarray:
    array = _shaped(name, array, shape, "biuf", "real numbers")
    with np.errstate(all="ignore"):
        values = array.astype(np.float64)
    _refuse(
        name,
        array,
        ~(np.isfinite(values) & (values >= 0) & (values <= largest)),
        f"finite, in [0, {largest:g}]",
    )
    return values


def _fractions(name: str, array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Shares as fractions, from fractions or from the chain's u16; bonds on whatever scale they have."""
    values = _amounts(name, array, shape, _LARGEST if name == "bonds" else _U16)
    return values / _U16 if name != "bonds" and values.max() > 1 else values


def _blocks(name: str, array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    array = _shaped(name, array, shape, "iu", "whole block numbers")
    _refuse(name, array, (array < 0) | (array > _LARGEST_BLOCK), f"a block number in [0, {_LARGEST_BLOCK}]")
    return array.astype(np.int64)


def _flags(name: str, array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    array = _shaped(name, array, shape, "biu", "true or false")
    _refuse(name, array, (array != 0) & (array != 1), "true or false (1 or 0)")
    return array != 0


def _texts(name: str, array: np.ndarray, shape: tuple[int, ...]) -> tuple[str, ...]:
    array = _shaped(name, array, shape, "U", "text (dtype str)")
    if array.dtype.itemsize > 4 * _LONGEST_HOTKEY:
        raise BadInput(f"{name} has {array.dtype.itemsize // 4} characters a UID; at most {_LONGEST_HOTKEY} are read")
    points = np.ascontiguousarray(array).view(np.uint32).reshape(array.size, -1)
    wrong = (points > 0x10FFFF) | ((points >= 0xD800) & (points < 0xE000))
    if wrong.any():
        uid, place = (int(i) for i in np.argwhere(wrong)[0])
        raise BadInput(f"{name}[{uid}] holds {points[uid, place]:#x}, which is no character; save text (dtype str)")
    return tuple(array.tolist())


def _whole(name: str, array: np.ndarray, largest: int) -> int:
    if array.size != 1 or array.dtype.kind not in "iu":
        raise BadInput(f"{name} has shape {array.shape} and dtype {array.dtype}; it must be one whole number ({_HELP})")
    value = int(array.reshape(())[()])
    if not 0 <= value <= largest:
        raise BadInput(f"{name} is {value}; it must be a whole number in [0, {largest}]: correct it and save again")
    return value


def _refuse(name: str, array: np.ndarray, wrong: np.ndarray, limit: str) -> None:
    if wrong.any():
        where = [int(i) for i in np.argwhere(wrong)[0]]
        raise BadInput(f"{name}{where} is {array[tuple(where)]}; it must be {limit}: correct it and save again")
