"""Validators of a cabal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.policy import Traits, WorldPolicy
from agents.settings import CabalSettings
from agents.views import ValidatorView
from econ.quantity import Settings, like, quantity

__all__ = ["CarefulColludingValidator", "ColludingValidator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColludingValidator(Settings, WorldPolicy):
    """Put a fixed share of weight on the cabal's own miners and hide the rest behind the public consensus.

    The share goes to the cabal's miners in equal parts; the other miners divide the rest as consensus does. Without
    cabal miners it is a weight-copier. Below kappa of the stake consensus clips what it gives its own beyond what
    others give them, so it pays only as far as these miners do some work.
    """

    name: ClassVar[str] = "colluding"
    traits: ClassVar[Traits] = Traits(sees={"consensus"}, colludes=True)
    takes: ClassVar[Mapping[str, str]] = {"self_weight": "cabal.self_weight"}
    sources: ClassVar[tuple[str, ...]] = ("opentensor/subtensor, docs/consensus.md",)

    self_weight: float = like(CabalSettings, "self_weight")

    def world_weights(self, view: ValidatorView) -> np.ndarray:
        """Self-weight on the cabal, the rest in proportion to the public consensus of the others."""
        consensus, cabal = view.public.consensus, view.cabal
        members = np.count_nonzero(cabal, axis=-1, keepdims=True)
        rows = np.array(consensus)
        np.copyto(rows, 0.0, where=cabal)
        known = rows.sum(axis=-1, keepdims=True)
        if not known.all():
            np.copyto(rows, 1.0, where=(known == 0) & ~cabal)
            known = rows.sum(axis=-1, keepdims=True)
        favour = np.where(
            members == 0, 0.0, np.where(known == 0, 1.0, self.self_weight)
        )  # none: it copies; all: its own
        rows *= np.divide(1.0 - favour, known, out=np.zeros_like(known), where=known > 0)
        np.copyto(rows, favour / np.maximum(members, 1), where=cabal)
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class CarefulColludingValidator(Settings, WorldPolicy):
    """Copy consensus, but give the cabal's own miners a little more than consensus does.

    `margin` of the weight is taken from the other miners in proportion and given to the cabal's in equal parts. The
    weights of those who collude then always support a rise of their miners' consensus, which climbs to the level that
    the honest voters nearest above the median allow; clipping can never take more than the margin.
    """

    name: ClassVar[str] = "careful-colluding"
    traits: ClassVar[Traits] = Traits(sees={"consensus"}, colludes=True)
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    margin: float = quantity(
        0.02,
        "a share of the validator's weight",
        "[0, 1]",
        "player",
        "What it gives the cabal's miners above what consensus gives them; the most it loses to clipping.",
    )

    def world_weights(self, view: ValidatorView) -> np.ndarray:
        """Consensus with the margin moved to the cabal."""
        consensus, cabal = view.public.consensus, view.cabal
        members = cabal.sum(axis=-1, keepdims=True)
        others = np.where(cabal, 0.0, consensus)
        given = others.sum(axis=-1, keepdims=True)
        moved = np.where(members > 0, np.minimum(self.margin, given), 0.0)
        left = np.divide(given - moved, given, out=np.zeros_like(given), where=given > 0)
        return np.where(cabal, consensus + moved / np.maximum(members, 1), left * others)
