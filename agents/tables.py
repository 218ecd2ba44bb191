"""Made-up tables for the conformance kit: small subnets in every situation that a policy may meet, and their views.

A table is arrays of a few worlds for some epochs, drawn from its own number. `shown_to` lays them out as a policy
sees them, all read-only but with arrays behind them that can be written, which `Shown.snapshot` would notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from agents.luck import Luck
from agents.policy import Policy, ValidatorPolicy
from agents.stake import MOST_STAKE
from agents.streams import policy_purpose
from agents.views import DelegatorView, MinerView, OwnerView, PublicView, ValidatorView, View, frozen
from econ.yuma.bonds import shares

__all__ = ["Shown", "Table", "tables"]

_LARGEST = float(np.finfo(float).max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A view, the arrays it is made of, and those that it shows."""

    view: View
    arrays: tuple[np.ndarray, ...]
    shown: tuple[np.ndarray, ...]

    def snapshot(self) -> bytes:
        """All numbers of the view as they are now, and how they are laid out."""
        numbers = (array.tobytes() for array in self.arrays)
        return b"".join([*numbers, *(f"{array.shape} {array.dtype}".encode() for array in self.shown)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One situation, `story`: sizes, and what is special in it."""

    number: int
    story: str
    worlds: int = 3
    validators: int = 4
    miners: int = 6
    history: bool = True
    ties: bool = False
    scores: str = "drawn"
    newcomers: bool = False
    narrow: bool = False
    offers: bool = False
    cabal: str = "some"
    outside: bool = False
    first_epoch: int = field(default=11)

    def rows(self, role: str) -> int:
        """How many rows of a role the table has."""
        return int(self._places(role)[0].size)

    def limits(self, policy: Policy) -> dict[str, tuple[int | None, float, float]]:
        """For every act its columns (None: one number a row) and its limits."""
        size = policy.memory_size(self.miners) if isinstance(policy, ValidatorPolicy) else 0
        return {
            "weights": (self.miners, 0.0, _LARGEST),
            "take": (None, 0.0, 1.0),
            "rent": (None, 0.0, MOST_STAKE),
            "memory": (size, -np.inf, np.inf),
            "effort": (None, 0.0, 1.0),
            "copies": (None, -1.0, self.miners - 1.0),
            "leave": (None, 0.0, 1.0),
            "register": (None, -np.inf, np.inf),
            "payment": (None, 0.0, _LARGEST),
            "asked": (None, 0.0, 1.0),
            "contract": (None, 0.0, 1.0),
            "stake": (self.validators, 0.0, _LARGEST),
            "burn": (None, 0.0, 1.0),
            "invest": (self.validators, 0.0, 1.0),
        }

    def shown_to(
        self, policy: Policy, epoch: int, memory: np.ndarray, *, changed: bool = False, only: int | None = None
    ) -> Shown:
        """What the policy sees in an epoch (0, 1, ...) with such memories[row, k].

        `changed`: with all public arrays that its traits do not name made others; `only`: in one world alone.
        """
        made = self._public(epoch)
        if changed:
            made = {name: values if name in policy.traits.sees else _other(values) for name, values in made.items()}
        world, seat = self._places(policy.traits.role)
        by_row, by_world = self._private(policy, epoch, made, world, seat)
        by_row["memory"] = memory.copy()
        address = self.number, 100 + 7 * np.arange(self.worlds)
        if only is not None:
            mine = world == only
            by_row = {name: values[mine] for name, values in by_row.items()}
            seat, world = seat[mine], np.zeros(int(mine.sum()), dtype=np.int64)
            made, by_world = ({n: v[only : only + 1] for n, v in given.items()} for given in (made, by_world))
            address = self.number, address[1][only : only + 1]
        arrays = {**by_row, **by_world, "world": world, "seat": seat}
        arrays = {name: np.array(values) for name, values in arrays.items()}
        made = {name: np.array(values) for name, values in made.items()}
        seen = {name: frozen(values) for name, values in arrays.items()}
        published = {name: frozen(values) for name, values in made.items()}
        shared: dict[str, Any] = {
            "epoch": self.first_epoch + epoch,
            "world": seen["world"],
            "seat": seen["seat"],
            "public": PublicView(policy, published),
            "_policy": policy,
            "_luck": Luck(address, policy_purpose(policy.traits.role), self.first_epoch + epoch, world, seat),
        }
        view = self._view(policy, seen, shared)
        shown = (*seen.values(), *published.values())
        return Shown(view=view, arrays=(*arrays.values(), *made.values()), shown=shown)

    def _view(self, policy: Policy, seen: dict[str, np.ndarray], shared: dict[str, Any]) -> View:
        traits = policy.traits
        scores = seen.get("scores") if traits.evaluates else None
        if traits.role == "validators":
            return ValidatorView(
                stake=seen["stake"],
                memory=seen["memory"],
                fresh=seen["fresh"],
                miners=self.miners,
                _cabal=seen["cabal"] if traits.colludes else None,
                _scores=scores,
                **shared,
            )
        if traits.role == "miners":
            names = ("uid", "effort", "registered_at", "immune", "price", "prize")
            own: dict[str, Any] = {name: seen[name] for name in names}
            return MinerView(**own, **shared)
        if traits.role == "delegators":
            return DelegatorView(
                stake=seen["stake"], held=seen["held"], yields=seen["yields"], _scores=scores, **shared
            )
        return OwnerView(**shared)

    # What is drawn --------------------------------------------------------------------------------------------------

    def _places(self, role: str) -> tuple[np.ndarray, np.ndarray]:
        """World[row] and seat[row] of those who play the policy: most seats of the role, in every world."""
        seats = {"validators": self.validators, "miners": self.miners, "delegators": 3, "owner": 1}[role]
        plays = (np.arange(self.worlds)[:, None] + np.arange(seats)) % 4 != 3
        plays[:, 0] = True
        world, seat = np.nonzero(plays)
        return world, seat

    def _draw(self, epoch: int, what: int) -> np.random.Generator:
        return np.random.default_rng([self.number, epoch, what])

    def _fresh(self, epoch: int) -> np.ndarray:
        if not self.newcomers:
            return np.zeros((self.worlds, self.miners), dtype=bool)
        return self._draw(epoch, 1).random((self.worlds, self.miners)) < 0.5

    def _public(self, epoch: int) -> dict[str, np.ndarray]:
        draw = self._draw(epoch, 2)
        worlds, validators, miners = self.worlds, self.validators, self.miners
        level = np.ones((worlds, 1, miners)) if self.ties else draw.lognormal(size=(worlds, 1, miners))
        noise = 1.0 if self.ties else draw.lognormal(0.0, 0.3, (worlds, validators, miners))
        weights = level * noise * np.ones((worlds, validators, miners))
        if self.narrow:
            weights[..., 1:] = 0.0
        weights = np.where(self._fresh(epoch)[:, None, :], 0.0, weights)
        weights = shares(weights) if self.history else np.zeros_like(weights)
        stake = np.ones((worlds, validators)) if self.ties else draw.pareto(1.5, (worlds, validators)) + 0.1
        consensus = shares(np.median(weights, axis=1))
        consensus = np.where(consensus.any(axis=1, keepdims=True), consensus, 1.0 / miners)
        paid = float(self.history)
        offers = draw.random((worlds, miners)) * (draw.random((worlds, miners)) < 0.7) * self.offers
        take = np.full((worlds, validators), 0.18) if self.ties else draw.random((worlds, validators))
        return {
            "consensus": consensus,
            "weights": weights,
            "incentive": paid * consensus,
            "dividends": paid * shares(draw.random((worlds, validators))),
            "validator_trust": paid * draw.random((worlds, validators)),
            "stake": shares(stake),
            "take": take,
            "registered_at": self.first_epoch + epoch - draw.integers(0, 20, (worlds, miners)),
            "registration_price": draw.random(worlds),
            "offers": offers,
            "asked": offers * draw.random((worlds, miners)),
            "contract": draw.random((worlds, miners)) < 0.5 * self.offers,
        }

    def _private(
        self, policy: Policy, epoch: int, public: dict[str, np.ndarray], world: np.ndarray, seat: np.ndarray
    ) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """What only the role sees: arrays by row, and arrays by world."""
        draw, rows, role = self._draw(epoch, 3), world.size, policy.traits.role
        scores = {
            "drawn": draw.lognormal(size=(rows, self.miners)),
            "equal": np.full((rows, self.miners), 0.7),
            "zero": np.zeros((rows, self.miners)),
            "extreme": 10.0 ** draw.uniform(-200, 200, (rows, self.miners)),
            "some zero": draw.lognormal(size=(rows, self.miners)) * (draw.random((rows, self.miners)) < 0.5),
        }[self.scores]
        if role == "validators":
            cabal = np.zeros((self.worlds, self.miners), dtype=bool)
            cabal[:, : {"some": self.miners // 3, "all": self.miners, "none": 0}[self.cabal]] = True
            stake = self._public(epoch)["stake"][world, seat]
            return {"scores": scores, "stake": stake}, {"fresh": self._fresh(epoch), "cabal": cabal}
        if role == "delegators":
            held = shares(draw.random((rows, self.validators)))
            yields = float(self.history) * draw.random((self.worlds, self.validators))
            return {"scores": scores, "stake": np.full(rows, 0.1), "held": held}, {"yields": yields}
        if role == "miners":
            inside = not self.outside
            immune = draw.random(rows) < 0.5
            effort = np.zeros(rows) if self.ties else draw.random(rows)
            registered_at = self.first_epoch + epoch - draw.integers(0, 20, rows)
            return {
                "uid": (seat + world) % self.miners if inside else np.full(rows, -1),
                "effort": effort * inside,
                "registered_at": registered_at if inside else np.full(rows, -1),
                "immune": immune & inside,
                "price": draw.random(self.worlds)[world],
                "prize": np.full(rows, 3.0),
            }, {}
        return {}, {}


def tables(validators: int = 1, miners: int = 1) -> Iterator[Table]:
    """All situations, in subnets of at least so many validators and miners.

    >>> [table.story for table in tables()][:3]
    ['three worlds', 'no history', 'ties']
    """
    large = {"validators": max(4, validators), "miners": max(6, miners)}
    situations: list[dict[str, Any]] = [
        {"story": "three worlds"},
        {"story": "no history", "history": False, "cabal": "none"},
        {"story": "ties", "ties": True, "scores": "equal"},
        {"story": "all scores zero", "scores": "zero"},
        {"story": "some scores zero", "scores": "some zero"},
        {"story": "scores of all sizes", "scores": "extreme"},
        {"story": "newly registered UIDs", "newcomers": True},
        {"story": "consensus on one miner alone", "narrow": True},
        {"story": "offers", "offers": True},
        {"story": "one miner", "miners": miners, "cabal": "all"},
        {"story": "one validator", "validators": validators},
        {"story": "one validator, one miner, no history", "validators": validators, "miners": miners, "history": False},
        {"story": "waiting outside", "outside": True},
    ]
    for number, situation in enumerate(situations):
        yield Table(number=number, **(large | situation))


def _other(values: np.ndarray) -> np.ndarray:
    """Other numbers of the same kind."""
    if values.dtype == bool:
        return ~values
    return values + 1 if values.dtype.kind in "iu" else 0.5 * values[..., ::-1] + 0.01
