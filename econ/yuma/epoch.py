"""One epoch of Yuma consensus between validators and miners, over any number of leading axes.

Convention: `weights[..., validator, miner]`, `stake[..., validator]`, `bonds` like weights. The names of the
outputs are the chain's. Permits, activity and the other masks of the UID-square state are the caller's: a row of
zeros is a validator that abstains, a stake of zero one that does not count.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from econ.errors import InputError
from econ.quantity import QuantityError
from econ.yuma.bonds import shares
from econ.yuma.hyperparameters import CHAIN_VERSIONS, Hyperparameters
from econ.yuma.result import Epoch

__all__ = ["Epoch", "emission", "epoch", "epoch_of_shares", "epoch_of_shares_numpy", "epochs", "is_compiled", "paid_by"]

_NOISE = 1e-9


def epoch(
    weights: np.ndarray,
    stake: np.ndarray,
    bonds: np.ndarray | None = None,
    hyperparameters: Hyperparameters | None = None,
    *,
    previous: Epoch | None = None,
) -> Epoch:
    """Pay one epoch: rows and stake are normalised, clipped at consensus, bonded and rewarded.

    Shapes: weights[..., validator, miner], stake[..., validator], bonds like weights or None (those of `previous`, or
    none held yet). Leading axes broadcast. `previous` is what the epoch before returned, all that a rule may look back
    at: liquid alpha in the modes `previous` and `mixed` needs its consensus, the rule `public-2b` its weights, and the
    public rules read from its absence, where no bonds are held, that this epoch is the first.

    Raises `InputError`, a `ValueError`, for negative, NaN, infinite or masked input, for what is no real number, for
    bonds beyond those the rule makes, and for shapes that do not fit.
    Source: subtensor, `epoch/run_epoch.rs` (June 2026), in float64 instead of its fixed point.

    >>> result = epoch(np.array([[0.5, 0.5], [0.5, 0.5], [1.0, 0.0]]), np.array([1.0, 1.0, 1.0]))
    >>> result.consensus, result.validator_trust
    (array([0.5, 0.5]), array([1. , 1. , 0.5]))
    """
    rule, weights, stake = _given(weights, stake, hyperparameters)
    bonds = _held(bonds, weights.shape, rule, previous)
    return epoch_of_shares(_finite_shares(weights), _finite_shares(stake), bonds, rule, previous=previous)


def epochs(
    weights: np.ndarray,
    stake: np.ndarray,
    bonds: np.ndarray | None = None,
    hyperparameters: Hyperparameters | None = None,
    *,
    previous: Epoch | None = None,
) -> Epoch:
    """Pay several epochs one after the other, the bonds of each handed to the next, in one call.

    Shapes: weights[epoch, ..., validator, miner], and stake[epoch, ..., validator] or what broadcasts to that, such as
    stake[validator]; bonds[..., validator, miner], held before the first epoch, and `previous` as for `epoch`. All
    that is returned has the epoch as its first axis: `result.at(-1)` is the last one, to go on from. The numbers are
    those of `epoch` called in a loop, to the bit; small subnets are paid many times faster than that.

    Raises `InputError`, as `epoch` does, and for weights without an axis of epochs.

    >>> result = epochs(np.full((3, 2, 2), 0.5), np.array([0.5, 0.5]))
    >>> result.dividends.shape, result.at(-1).bonds[0].round(3)
    ((3, 2), array([0.135, 0.135]))
    """
    rule, weights, stake = _given(weights, stake, hyperparameters)
    if weights.ndim < 3 or not len(weights):
        raise InputError(f"weights has shape {weights.shape}; it must be [epoch, ..., validator, miner], none empty")
    bonds = _held(bonds, weights.shape[1:], rule, previous)
    weights, stake = _finite_shares(weights), _finite_shares(stake)
    if is_compiled(rule):
        return _compiled(weights, stake, bonds, rule, None)
    paid: list[Epoch] = []
    for share, owned in zip(weights, stake, strict=True):
        previous = epoch_of_shares_numpy(share, owned, bonds, rule, previous)
        bonds = previous.bonds
        paid.append(previous)
    return Epoch.of(paid)


def epoch_of_shares(
    weights: np.ndarray,
    stake: np.ndarray,
    bonds: np.ndarray,
    hyperparameters: Hyperparameters,
    new_bonds: np.ndarray | None = None,
    previous: Epoch | None = None,
) -> Epoch:
    """`epoch` for inputs known to be legal: rows of weights and stake sum to 1 or 0, shapes are equal.

    What the chain has runs in the compiled kernel, which equals `epoch_of_shares_numpy` to 1e-12; the rest runs in
    that. A contiguous array `new_bonds` of the shape of bonds is filled and returned as the new bonds, for loops that
    would otherwise allocate one every epoch. If weights, stake and bonds are all float32, the kernel computes in that.
    """
    if not is_compiled(hyperparameters):
        result = epoch_of_shares_numpy(weights, stake, bonds, hyperparameters, previous)
        if new_bonds is None:
            return result
        new_bonds[...] = result.bonds
        return dataclasses.replace(result, bonds=new_bonds)
    return _compiled(weights, stake, bonds, hyperparameters, new_bonds)


def epoch_of_shares_numpy(
    weights: np.ndarray,
    stake: np.ndarray,
    bonds: np.ndarray,
    hyperparameters: Hyperparameters,
    previous: Epoch | None = None,
) -> Epoch:
    """The same in plain NumPy, any rule: the form to read (`econ.yuma.variants`), and the reference of the kernel."""
    return hyperparameters.paying_rule.pay(weights, stake, bonds, hyperparameters, previous)


def paid_by(
    loop: Callable[..., None],
    more: tuple[Any, ...],
    weights: np.ndarray,
    stake: np.ndarray,
    bonds: np.ndarray,
    hyperparameters: Hyperparameters,
    new_bonds: np.ndarray,
) -> Epoch:
    """`epoch_of_shares` of a rule that `is_compiled`, by another compiled loop than the kernel's own.

    Shapes: weights[world, validator, miner], contiguous, which the loop fills before it pays them. It is called as
    `econ.yuma.kernel` calls its own, with `more` behind.
    """
    return _compiled(weights, stake, bonds, hyperparameters, new_bonds, loop=loop, more=more)


def _compiled(
    weights: np.ndarray,
    stake: np.ndarray,
    bonds: np.ndarray,
    rule: Hyperparameters,
    new_bonds: np.ndarray | None,
    **by: Any,
) -> Epoch:
    """The kernel's epoch; several of them, the first axis, where bonds have an axis less than weights."""
    from econ.yuma.kernel import compiled_epoch  # numba is imported and compiled only where an epoch is run

    leading, (validators, miners) = weights.shape[:-2], weights.shape[-2:]
    flat = (-1, validators, miners)
    consensus, incentive, dividends, trust, held = compiled_epoch(
        weights.reshape(flat),
        stake.reshape(-1, validators),
        bonds.reshape(flat),
        rule,
        None if new_bonds is None else new_bonds.reshape(flat),
        len(weights) if weights.ndim > bonds.ndim else 1,
        **by,
    )
    if len(leading) == 1:
        return Epoch(consensus=consensus, incentive=incentive, dividends=dividends, validator_trust=trust, bonds=held)
    return Epoch(
        consensus=consensus.reshape(*leading, miners),
        incentive=incentive.reshape(*leading, miners),
        dividends=dividends.reshape(*leading, validators),
        validator_trust=trust.reshape(*leading, validators),
        bonds=held.reshape(weights.shape),
    )


def is_compiled(rule: Hyperparameters) -> bool:
    """Whether the kernel has it: the chain's rules, as the chain runs them."""
    looks_back = rule.liquid_alpha_on and rule.version == "3" and rule.liquid_alpha_consensus != "current"
    return rule.rule is None and rule.version in CHAIN_VERSIONS and not looks_back and not rule.winner_takes_all


def emission(
    result: Epoch, stake: np.ndarray, validator_share: float = 0.5, *, amount: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """How one epoch's emission is split: (to validators[..., validator], to miners[..., miner]), sum `amount` in all.

    Validators share `validator_share` of it by dividends, miners the rest by incentive. If only one side earns it
    takes everything; if neither does, validators are paid by stake[..., validator], as on the chain.
    Raises `QuantityError` for a share outside [0, 1].
    """
    if not 0.0 <= validator_share <= 1.0:
        raise QuantityError(f"validator_share is {validator_share}; it is a share of emission and must lie in [0, 1]")
    from econ.yuma.kernel_emission import split  # numba is imported and compiled only where an epoch is run

    dividends, incentive = result.dividends, result.incentive
    held = stake if stake.shape == dividends.shape else np.broadcast_to(stake, dividends.shape)
    to_validators, to_miners = np.empty(dividends.shape), np.empty(incentive.shape)
    by_world = [_by_world(each) for each in (dividends, incentive, held)]
    split(*by_world, float(validator_share), float(amount), _by_world(to_validators), _by_world(to_miners))
    return to_validators, to_miners


def _by_world(values: np.ndarray) -> np.ndarray:
    """Values[..., n] as contiguous, writable float64 [world, n]: the one type that is compiled for."""
    ready = values.dtype == np.float64 and values.flags.carray
    flat = values if ready else np.require(values, np.float64, ["C", "W"])
    return flat if flat.ndim == 2 else flat.reshape(-1, flat.shape[-1])


def _given(
    weights: np.ndarray, stake: np.ndarray, hyperparameters: Hyperparameters | None
) -> tuple[Hyperparameters, np.ndarray, np.ndarray]:
    """Rule, weights and stake as they are reckoned with, checked but for the sums of rows."""
    rule = Hyperparameters() if hyperparameters is None else hyperparameters
    if not isinstance(rule, Hyperparameters):
        raise InputError(f"hyperparameters is a {type(rule).__name__}; it must be Hyperparameters, or none")
    return rule, *_fitting(_checked("weights", weights), _checked("stake", stake))


def _fitting(weights: np.ndarray, stake: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both with all leading axes of either."""
    if weights.ndim < 2 or 0 in weights.shape[-2:]:
        raise InputError(f"weights has shape {weights.shape}; it must be [..., validator, miner], none empty")
    if stake.ndim < 1 or stake.shape[-1] != weights.shape[-2]:
        raise InputError(
            f"stake has shape {stake.shape}; its last axis must hold the {weights.shape[-2]} validators of weights"
        )
    if weights.shape[:-1] != stake.shape:
        try:
            leading = np.broadcast_shapes(weights.shape[:-2], stake.shape[:-1])
        except ValueError:
            raise InputError(
                f"stake has shape {stake.shape}; its leading axes must match weights {weights.shape}"
            ) from None
        weights = np.broadcast_to(weights, leading + weights.shape[-2:])
        stake = np.broadcast_to(stake, leading + stake.shape[-1:])
    return weights, stake


def _held(
    bonds: np.ndarray | None, shape: tuple[int, ...], rule: Hyperparameters, previous: Epoch | None
) -> np.ndarray:
    """The bonds before the epoch: those given, or of the epoch before, or none."""
    if previous is not None:
        _check_previous(previous, shape)
    if bonds is None:
        return np.zeros(shape) if previous is None else previous.bonds
    bonds = _checked("bonds", bonds)
    if bonds.shape != shape:
        raise InputError(f"bonds has shape {bonds.shape}; it must be that of weights, {shape}")
    return _within_reach(bonds, rule)


def _checked(name: str, values: np.ndarray) -> np.ndarray:
    """Values as float64, or one line on what is wrong with them; truth values count as 0 and 1."""
    if isinstance(values, np.ma.MaskedArray):
        raise InputError(f"{name} is a masked array; fill it, since a masked value would count as what lies beneath")
    try:
        array = np.asarray(values)
    except ValueError:
        raise InputError(f"{name} is a list of unequal rows; it must be an array of real numbers") from None
    if array.dtype.kind not in "biuf":
        raise InputError(f"{name} has dtype {array.dtype}; it must hold real numbers")
    if array.dtype != np.float64:
        with np.errstate(over="ignore"):  # longer floats than double become infinite, and are refused as such
            array = array.astype(np.float64)
    if array.size and not (np.minimum.reduce(array, axis=None) >= 0.0 and np.maximum.reduce(array, axis=None) < np.inf):
        where = tuple(int(i) for i in np.argwhere(~(np.isfinite(array) & (array >= 0)))[0])
        raise InputError(f"{name}{list(where)} is {array[where]}; all {name} must be finite and at least 0")
    return array


def _within_reach(bonds: np.ndarray, rule: Hyperparameters) -> np.ndarray:
    """Bonds no larger than the rule makes them; the chain's u16, taken for them, would drown all new weight unseen."""
    paying = rule.paying_rule
    largest = np.maximum.reduce(bonds, axis=None, initial=0.0)
    if largest > paying.largest_bond + _NOISE:
        where = tuple(int(i) for i in np.argwhere(bonds > paying.largest_bond + _NOISE)[0])
        raise InputError(
            f"bonds{list(where)} is {bonds[where]:g}; bonds of rule {paying.name} must lie in "
            f"[0, {paying.largest_bond:g}]: divide the chain's u16 by 65535"
        )
    return np.minimum(bonds, paying.largest_bond) if largest > paying.largest_bond else bonds


def _check_previous(previous: Epoch, shape: tuple[int, ...]) -> None:
    if not isinstance(previous, Epoch):
        raise InputError(f"previous is a {type(previous).__name__}; it must be what the epoch before returned")
    if previous.bonds.shape != shape:
        raise InputError(f"previous has bonds of shape {previous.bonds.shape}; weights have {shape}")


def _finite_shares(values: np.ndarray) -> np.ndarray:
    """`shares`, also of values whose sum is beyond double precision."""
    with np.errstate(over="ignore"):
        total = np.add.reduce(values, axis=-1, keepdims=True)
    if np.maximum.reduce(total, axis=None, initial=0.0) == np.inf:
        return shares(values / np.maximum(values.max(axis=-1, keepdims=True), 1.0))
    if np.minimum.reduce(total, axis=None, initial=1.0) > 0.0:
        return values / total
    return np.divide(values, total, out=np.zeros_like(values), where=total > 0)
