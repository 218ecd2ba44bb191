"""Validators who measure honestly, but for some miners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.errors import PolicyError
from agents.policy import Traits, ValidatorPolicy
from agents.scores import legal
from agents.validators.honest import HonestValidator
from agents.views import PublicView, ValidatorView
from econ.quantity import Settings, like, quantity
from econ.yuma.bonds import shares

__all__ = ["BribedCopier", "BribedValidator", "UndervaluingValidator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndervaluingValidator(HonestValidator):
    """Measure honestly, but give one miner next to nothing.

    Clipping works from above only: the median falls when a voter leaves it, and weight that is too low is never
    clipped. So the target loses (one of ten costs it 11%, four 47%), and the attacker loses less trust than the
    target's consensus weight.
    """

    name: ClassVar[str] = "undervaluing"
    traits: ClassVar[Traits] = Traits(evaluates=True)
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    target: int = quantity(0, "the number of a miner", "[0, 65535]", "player", "Whom it undervalues.")
    weight: float = quantity(0.0, "a share of its weight", "[0, 1]", "player", "What it gives the target.")

    def weights(self, view: ValidatorView) -> np.ndarray:
        """Honest weights with the target's set and all others in proportion."""
        if self.target >= view.miners:
            raise PolicyError(
                f"{self.name} has the target {self.target}; there are {view.miners} miners, numbered from 0: "
                "name one of them"
            )
        rows = np.array(HonestValidator.weights(self, view))
        rows[:, self.target] = 0.0
        rows = (1.0 - self.weight) * shares(rows)
        rows[:, self.target] = self.weight
        return legal(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class BribedValidator(HonestValidator):
    """Measure honestly, and raise the miners that pay for it to the weight they ask for.

    Alone it is clipped back to consensus and loses bonds on what was clipped; with others who hold kappa of the stake
    together it loses nothing. An offer that pays only in that case costs a set that succeeds nothing to accept.
    """

    name: ClassVar[str] = "bribed"
    traits: ClassVar[Traits] = Traits(evaluates=True, sees={"offers", "asked"})
    sources: ClassVar[tuple[str, ...]] = (
        "V. Buterin, The P + epsilon attack, 2015",
        "Yuma Games",
    )

    least_pay: float = quantity(
        0.0,
        "thousandths an epoch for the whole of one's weight",
        "[0, 1_000_000]",
        "player",
        "The least pay it takes: an offer must pay this times the weight it asks for.",
    )

    def weights(self, view: ValidatorView) -> np.ndarray:
        """Honest weights with those of paying miners raised."""
        return _raised(HonestValidator.weights(self, view), _accepted(view.public, self.least_pay)[view.world])


@dataclass(frozen=True, slots=True, kw_only=True)
class BribedCopier(Settings, ValidatorPolicy):
    """Submit the last revealed consensus, and raise the miners that pay for it to the weight they ask for.

    A vote for sale that costs nothing to keep: what a copier earns and the bribes come on top of each other.
    """

    name: ClassVar[str] = "bribed-copier"
    traits: ClassVar[Traits] = Traits(sees={"consensus", "offers", "asked"})
    sources: ClassVar[tuple[str, ...]] = ("Yuma Games",)

    least_pay: float = like(BribedValidator, "least_pay")

    def weights(self, view: ValidatorView) -> np.ndarray:
        """Consensus with the weights of paying miners raised."""
        return _raised(view.public.consensus[view.world], _accepted(view.public, self.least_pay)[view.world])


def _accepted(public: PublicView, least_pay: float) -> np.ndarray:
    """The weight[world, miner] that accepted offers ask for: the best paying first, as long as it adds up to 1."""
    offers, asked = public.offers, public.asked
    taken = (offers > 0) & (asked > 0) & (offers >= least_pay * asked)
    if not taken.any():
        return np.zeros_like(asked)
    columns = np.flatnonzero(taken.any(axis=0))  # the others would only be sorted behind them
    taken, asked, offers = taken[:, columns], asked[:, columns], offers[:, columns]
    rate = np.divide(offers, asked, out=np.zeros_like(offers), where=taken)
    order = np.argsort(-rate, axis=-1, kind="stable")
    wanted = np.take_along_axis(np.where(taken, asked, 0.0), order, axis=-1)
    fits = np.cumsum(wanted, axis=-1) <= 1.0
    accepted = np.zeros_like(wanted)
    np.put_along_axis(accepted, order, np.where(fits, wanted, 0.0), axis=-1)
    weight = np.zeros_like(public.asked)
    weight[:, columns] = accepted
    return weight


def _raised(rows: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Rows with sum 1 in which no miner has less than is asked for it; the others are lowered in proportion."""
    if not asked.any():
        return rows
    columns = np.flatnonzero(asked.any(axis=0))  # only these can be raised
    least = asked[:, columns] * (1.0 - 1e-12)
    others, given, raised = shares(rows), np.zeros(rows.shape), np.zeros(least.shape, dtype=bool)
    while True:  # lowering the others may take one of them below what is asked for it: then it is raised too
        left = np.maximum(1.0 - given.sum(axis=-1, keepdims=True), 0.0)
        rest = others.sum(axis=-1, keepdims=True)
        lowered = np.divide(left, rest, out=np.zeros_like(rest), where=rest > 0)
        short = (others[:, columns] * lowered < least) & ~raised
        raised |= short
        row, at = np.nonzero(raised)
        place = row, columns[at]
        if not short.any():
            fitted = others * lowered
            fitted[place] = asked[place]
            return np.where(asked.any(axis=-1, keepdims=True), fitted, rows)
        others[place], given[place] = 0.0, asked[place]
