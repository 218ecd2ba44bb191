"""How subnets share a block's TAO: three rules behind one interface.

`ByPrice` is the chain's rule of today, `ByFlow` stands dormant in its code, `ByRootWeights` is the rule before subnets
had tokens. Each takes the same `SubnetSignals` and returns shares[..., subnet] that sum to 1, or to 0 where there is
nothing to go by. Floats; the chain computes in fixed point of 2^-64 and agrees to a few rao a block.
Source: subtensor, `coinbase/subnet_emissions.rs` and, for the last, `coinbase/root.rs` before 2025.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from econ.errors import InputError
from econ.quantity import Settings, quantity
from econ.tokens.rao import portion, positive, shared_out

__all__ = ["ByFlow", "ByPrice", "ByRootWeights", "ShareRule", "SubnetSignals", "net_flow", "tao_of_shares"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubnetSignals:
    """What the rules may go by; arrays [..., subnet], each needed only by the rules that use it.

    `price` moving prices in TAO; `burned` the share of the last tempo's miner incentive that was withheld;
    `flow` moving flows of users' TAO and `chain_flow` of the chain's own; `root_weights[..., validator, subnet]` and
    `root_stake[..., validator]`. `eligible` subnets take part (started, token and registration enabled); of these
    those not `enabled` get nothing and the others share it. A subnet gets alpha whether enabled or not.
    """

    price: Any = None
    burned: Any = 0.0
    flow: Any = None
    chain_flow: Any = 0.0
    root_weights: Any = None
    root_stake: Any = None
    eligible: Any = True
    enabled: Any = True

    def array(self, name: str, rule: object) -> np.ndarray:
        """One of them as floats, or an error that says which rule needs it."""
        value = getattr(self, name)
        if value is None:
            raise InputError(f"{name} is None; {type(rule).__name__} shares by it: give one for each subnet")
        array = np.asarray(value, dtype=float)
        if array.ndim < 1 and name not in ("burned", "chain_flow"):
            raise InputError(f"{name} is {value}; give one for each subnet")
        if 0 in array.shape:
            raise InputError(f"{name} has shape {array.shape}; the market is empty: give at least one subnet")
        if not np.isfinite(array).all():
            raise InputError(f"{name} holds {array[~np.isfinite(array)].flat[0]}; it must be finite")
        return array

    def taking_part(self) -> np.ndarray:
        """Which subnets get TAO."""
        return np.asarray(self.eligible, dtype=bool) & np.asarray(self.enabled, dtype=bool)


class ShareRule(Protocol):
    """A rule that shares the block's TAO between subnets."""

    def shares(self, signals: SubnetSignals) -> np.ndarray:
        """Shares[..., subnet], with sum 1 or all 0."""


@dataclass(frozen=True, slots=True)
class ByPrice:
    """In proportion to P (1 - b), the moving price less what the subnet withheld from miners; by P if all vanish.

    >>> ByPrice().shares(SubnetSignals(price=[1.0, 1.0], burned=[0.0, 0.5]))
    array([0.66666667, 0.33333333])
    >>> ByPrice().shares(SubnetSignals(price=[1.0, 3.0], burned=1.0))
    array([0.25, 0.75])
    """

    def shares(self, signals: SubnetSignals) -> np.ndarray:
        price = positive("price", signals.array("price", self), "a moving price, TAO an alpha,")
        burned = portion("burned", signals.array("burned", self))
        on = signals.taking_part()
        by_burn = _normalised(np.where(on, price * (1 - burned), 0.0))
        return np.where(by_burn.any(axis=-1, keepdims=True), by_burn, _normalised(np.where(on, price, 0.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ByFlow(Settings):
    """In proportion to (S - L)^exponent, S the moving flow and L the larger of `cutoff` and min(lowest flow, 0).

    >>> ByFlow(exponent=2.0).shares(SubnetSignals(flow=[2.0, 3.0, 5.0])).round(4)
    array([0.1053, 0.2368, 0.6579])
    """

    cutoff: float = quantity(0.0, "rao a block", "", "root", "A flow this low or lower earns nothing.")
    exponent: float = quantity(1.0, "a power", "[0, inf)", "root", "Above 1, large flows earn more than in proportion.")

    net: bool = quantity(
        False,
        "a switch",
        "",
        "root",
        "Take the chain's own TAO out of each flow first, scaled down to what users put in.",
    )

    def shares(self, signals: SubnetSignals) -> np.ndarray:
        flow, on = signals.array("flow", self), signals.taking_part()
        if self.net:
            flow = net_flow(flow, signals.array("chain_flow", self))
        lowest = np.where(on, flow, np.inf).min(axis=-1, keepdims=True)
        above = np.maximum(flow - np.maximum(self.cutoff, np.minimum(lowest, 0.0)), 0.0)
        largest = np.where(on, above, 0.0).max(axis=-1, keepdims=True)
        scaled = np.divide(above, largest, out=np.zeros_like(above), where=on & (largest > 0))
        return _normalised(np.where(on & (above > 0), scaled**self.exponent, 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ByRootWeights(Settings):
    """In proportion to rank times consensus of the root network's weights: the rule before subnets had tokens.

    Rank is the weight that root stake gives a subnet, each row divided by its largest weight as the chain keeps it;
    trust the share of stake that gives it any; consensus 1 / (1 + exp(-rho (trust - kappa))).

    >>> votes = SubnetSignals(root_weights=[[1.0, 1.0], [1.0, 0.0]], root_stake=[1.0, 3.0])
    >>> ByRootWeights().shares(votes).round(4)
    array([0.9813, 0.0187])
    """

    kappa: float = quantity(0.5, "a share of stake", "[0, 1]", "root", "Trust at which consensus is one half.")
    rho: float = quantity(10.0, "a steepness", "[0, 1000]", "root", "How sharply trust turns.")

    def shares(self, signals: SubnetSignals) -> np.ndarray:
        weights, stake = signals.array("root_weights", self), signals.array("root_stake", self)
        if weights.ndim < 2 or weights.shape[-2] != stake.shape[-1] or (weights < 0).any() or (stake < 0).any():
            raise InputError(
                f"root_weights {weights.shape} and root_stake {stake.shape} do not fit; give a row of weights of at"
                " least 0 a subnet for each root validator"
            )
        held = _normalised(stake)[..., np.newaxis]
        largest = weights.max(axis=-1, keepdims=True)
        rank = (np.divide(weights, largest, out=np.zeros_like(weights), where=largest > 0) * held).sum(axis=-2)
        trust = ((weights > 0) * held).sum(axis=-2)
        consensus = 1 / (1 + np.exp(-self.rho * (trust - self.kappa)))
        return _normalised(np.where(signals.taking_part(), rank * consensus, 0.0))


def net_flow(user: Any, protocol: Any) -> np.ndarray:
    """Moving flows of users less the chain's own buys, scaled down to what users put in: the optional form of ByFlow.

    U - min(1, sum max(U, 0) / sum max(Pr, 0)) max(Pr, 0) over [..., subnet].

    >>> net_flow([100.0, -50.0], [300.0, 100.0])
    array([ 25., -75.])
    """
    users, own = np.asarray(user, dtype=float), np.maximum(np.asarray(protocol, dtype=float), 0.0)
    total = own.sum(axis=-1, keepdims=True)
    inflow = np.maximum(users, 0.0).sum(axis=-1, keepdims=True)
    return users - own * np.minimum(1.0, np.divide(inflow, total, out=np.zeros_like(total), where=total > 0))


def tao_of_shares(shares: Any, emission: Any) -> np.ndarray:
    """Whole rao for each subnet, rounded down; what is left over is not minted, as on the chain.

    >>> tao_of_shares([1 / 3, 2 / 3], 100_000_000)
    array([33333333, 66666666])
    """
    weights = np.asarray(shares, dtype=float)
    total = weights.sum(axis=-1)
    if (weights < 0).any() or ((abs(total - 1) > 1e-9) & (total != 0)).any():
        raise InputError(f"shares sum to {total}; shares of emission are at least 0 and sum to 1, or are all 0")
    return shared_out(emission, weights)


def _normalised(weights: np.ndarray) -> np.ndarray:
    total = weights.sum(axis=-1, keepdims=True)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
