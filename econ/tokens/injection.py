"""Where a subnet's TAO goes: into its pool together with alpha at the pool's price, and what is too much buys alpha.

Arrays [..., subnet], amounts in whole rao, rounded down as the chain rounds them; ratios in float, where the chain has
2^-32, so that amounts agree to 1 rao a block. Source: subtensor, `coinbase/run_coinbase.rs` and `block_step.rs`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from econ.tokens.rao import portion, positive, rao, whole

__all__ = ["TAO_WEIGHT", "Injection", "injection", "root_dividends_accrue", "root_proportion"]

TAO_WEIGHT = 971_718_665_099_567_868 / 2**64
"""What a TAO on root counts for beside an alpha: 0.0527."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Injection:
    """Rao of alpha and TAO that enter the pool at its price, and the TAO left over, with which the chain buys alpha."""

    alpha_in: Any
    tao_in: Any
    excess: Any


def root_proportion(root_tao: Any, alpha_issuance: Any, tao_weight: float = TAO_WEIGHT) -> Any:
    """The share of validators' alpha that root stake earns: w T / (w T + A); 0 where both are 0.

    T is the TAO on root and A the subnet's alpha, in its pool and out. A grows, so root's share fades.

    >>> float(root_proportion(10**9, 3 * 10**9, 1.0))
    0.25
    """
    weighted = rao("TAO on root", root_tao) * float(portion("tao_weight", tao_weight))
    total = weighted + whole("alpha issuance", alpha_issuance)
    return np.divide(weighted, total, out=np.zeros(np.shape(total)), where=total > 0)[()]


def injection(tao: Any, price: Any, proportion: Any, alpha_emission: Any) -> Injection:
    """Divide a subnet's TAO emission: alpha min(e / p, r a) enters with its worth in TAO, the rest is excess.

    `tao` is e, `proportion` r the root proportion, `alpha_emission` a what the subnet mints; of one block or of many
    that see the same price. At price 0 all TAO enters and no alpha.

    >>> parts = injection(10_000_000, 0.01, 0.25, 1_000_000_000)
    >>> int(parts.alpha_in), int(parts.tao_in), int(parts.excess)
    (250000000, 2500000, 7500000)
    """
    emission, most = whole("TAO emission", tao), portion("root proportion", proportion)
    at = positive("price", price, "TAO an alpha")
    cap = most * whole("alpha emission", alpha_emission)
    with np.errstate(over="ignore"):  # beyond float is beyond the cap
        wanted = np.divide(emission, at, out=np.zeros(np.broadcast(emission, at).shape), where=at > 0)
    capped = wanted > cap
    alpha_in = np.floor(np.where(capped, cap, wanted)).astype(np.int64)
    worth = np.minimum(np.floor(np.where(capped, cap, 0.0) * at), emission).astype(np.int64)
    tao_in = np.where(capped, worth, emission)
    return Injection(alpha_in=alpha_in[()], tao_in=tao_in[()], excess=(emission - tao_in)[()])


def root_dividends_accrue(price: Any, taking_part: Any = True) -> Any:
    """Whether root stake earns at all: only while moving prices of the subnets that get TAO sum to more than 1.

    Otherwise what root would have earned is recycled. price[..., subnet].

    >>> root_dividends_accrue([0.5, 0.5]), root_dividends_accrue([0.6, 0.5])
    (np.False_, np.True_)
    """
    return np.where(np.asarray(taking_part, dtype=bool), np.asarray(price, dtype=float), 0.0).sum(axis=-1) > 1
