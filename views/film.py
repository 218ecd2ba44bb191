"""One profile in one world, kept epoch by epoch, so that a page can show any epoch of it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from agents.settings import parse_start
from econ.yuma.attribution import PARTS, attribute_dividends
from experiments import BadInput, Scenario
from experiments.playing import profile_of
from experiments.simulation import seats_of, subnet_of

__all__ = ["Film", "attribution", "take_film"]

_NUMBERS = 4.0e6
"""Weights and bonds that a film may hold: 32 MB."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Film:
    """What one world shows: arrays [epoch, ...] over the epochs that paid, from `first` on.

    weights and bonds[epoch, validator, miner], consensus, incentive and quality[epoch, miner] (quality at pay time, the
    largest is 1), dividends, stake and trust[epoch, validator]. `strategies` name what each validator's seat plays;
    the last `cabal` miners are the cabal's. Before the first epoch bonds are `bonds_before`.
    """

    scenario: Scenario
    strategies: tuple[str, ...]
    cabal: int
    epochs: np.ndarray
    weights: np.ndarray
    bonds: np.ndarray
    bonds_before: np.ndarray
    consensus: np.ndarray
    incentive: np.ndarray
    quality: np.ndarray
    dividends: np.ndarray
    stake: np.ndarray
    trust: np.ndarray

    def at(self, epoch: int) -> int:
        """The place of an epoch's numbers; the nearest that paid."""
        return int(np.clip(np.searchsorted(self.epochs, epoch), 0, self.epochs.size - 1))


def take_film(scenario: Scenario, mix: Mapping[str, int], world: int = 0, *, until: int | None = None) -> Film:
    """Play a profile in one world and keep every epoch; `BadInput` where it is too large to be kept.

    With `until` it ends with that epoch, or the first after it that pays: what it shows is the same.
    """
    counts = profile_of(scenario, mix)
    seats, columns = scenario.validators.count, scenario.miners.count + scenario.cabal_seats
    numbers = 2.0 * seats * columns * scenario.epochs
    if numbers > _NUMBERS or scenario.epochs + parse_start(scenario.start) > 20_000:
        raise BadInput(
            f"a run of {scenario.epochs} epochs with {seats} validators and {columns} miners is too large to be shown "
            "epoch by epoch: use fewer epochs or seats"
        )
    subnet = subnet_of(scenario, counts[None], np.array([world]))
    kept: dict[str, list[np.ndarray]] = {
        name: [] for name in ("weights", "bonds", "consensus", "incentive", "quality", "dividends", "stake", "trust")
    }
    epochs: list[int] = []
    before = None
    for epoch in range(scenario.epochs):
        if until is not None and epochs and epochs[-1] >= until:
            break
        quality, held = subnet.quality[0].copy(), subnet.bonds[0].copy()
        subnet.step()
        if not subnet.weights[0].any():
            continue
        before = held if before is None else before
        epochs.append(epoch)
        taken = {
            "weights": subnet.weights,
            "bonds": subnet.bonds,
            "consensus": subnet.consensus,
            "incentive": subnet.incentive,
            "dividends": subnet.dividends,
            "stake": subnet.stake,
            "trust": subnet.validator_trust,
        }
        for name, values in taken.items():
            kept[name].append(np.array(values[0]))
        kept["quality"].append(quality / max(quality.max(), 1e-300))
    if before is None:
        raise BadInput("no epoch of this run pays anything: raise epochs or lower rules.reveal_period")
    axis = [strategy for _, strategy in scenario.roles.axis]
    return Film(
        scenario=scenario,
        strategies=tuple(axis[n] for n in seats_of(scenario, counts)["validators"]),
        cabal=scenario.cabal_seats,
        epochs=np.array(epochs),
        bonds_before=before,
        **{name: np.stack(values) for name, values in kept.items()},
    )


def attribution(film: Film, epoch: int, seat: int) -> dict[str, float]:
    """Where the dividend of a seat in an epoch comes from: its parts in thousandths of all dividends; they add up.

    `QuantityError` for a rule that is not the chain's.
    """
    place = film.at(epoch)
    before = film.bonds[place - 1] if place else film.bonds_before
    found = attribute_dividends(film.weights[place], film.stake[place], before, film.scenario.rules)
    return dict(zip(PARTS, (1000.0 * found.parts()[seat]).tolist(), strict=True))
