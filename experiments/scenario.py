"""One game, described: validated, frozen and hashable. All three doors hold the same Scenario."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from types import MappingProxyType
from typing import Any

from agents.miners import ColludingMiner
from agents.policy import Policy
from agents.registry import OWN, ROLES, kind_of, policies, policy, written
from agents.settings import (
    CabalSettings,
    DelegatorSettings,
    MinerSettings,
    OwnerSettings,
    RegistrationSettings,
    ValidatorSettings,
    parse_start,
)
from agents.stake import StakePlan
from agents.streams import SEED_LIMIT
from econ.games import Roles
from econ.quantity import Quantity, QuantityError, Settings, quantity
from econ.tokens import MarketSettings
from econ.yuma.rules import Rules
from experiments.answer_settings import AnswerSettings
from experiments.errors import BadInput, nearest
from experiments.provenance import source_digest

__all__ = ["SCHEMA", "Scenario", "scenario_names"]


SCHEMA = 1
"""The newest form of a scenario's file that is read; older ones are read too."""

_LONGEST_NAME = 100

MOST_CELLS = 2**22
"""Weights of one world, validators times miners; an array of them takes 32 MiB."""

_SECTIONS: Mapping[str, type[Settings]] = {
    "validators": ValidatorSettings,
    "miners": MinerSettings,
    "cabal": CabalSettings,
    "registration": RegistrationSettings,
    "delegators": DelegatorSettings,
    "owner": OwnerSettings,
    "rules": Rules,
    "market": MarketSettings,
    "answer": AnswerSettings,
}


@dataclass(frozen=True, kw_only=True)
class Scenario(Settings):
    """Everything that decides a game's numbers.

    >>> scenario = Scenario.named("weight-copying", {"rules.reveal_period": 5})
    >>> scenario.rules.reveal_period, scenario.roles.strategies[0]
    (5, ('honest', 'weight-copier'))
    """

    name: str = "custom"
    validators: ValidatorSettings = field(default_factory=ValidatorSettings)
    miners: MinerSettings = field(default_factory=MinerSettings)
    cabal: CabalSettings = field(default_factory=CabalSettings)
    registration: RegistrationSettings = field(default_factory=RegistrationSettings)
    delegators: DelegatorSettings = field(default_factory=DelegatorSettings)
    owner: OwnerSettings = field(default_factory=OwnerSettings)
    rules: Rules = field(default_factory=Rules)
    market: MarketSettings = field(default_factory=MarketSettings)
    answer: AnswerSettings = field(default_factory=AnswerSettings)
    start: str = quantity(
        "honest:40",
        "how a run begins",
        "",
        "analyst",
        "uniform, or honest:N: N epochs in which every validator is honest, before epoch 0.",
    )
    epochs: int = quantity(300, "epochs", "[1, 100_000]", "analyst", "Length of a run.")
    burn_in: int = quantity(60, "epochs", "[0, 100_000]", "analyst", "Epochs before payoffs are averaged.")
    worlds: int = quantity(
        64,
        "independent worlds",
        "[1, 1_000_000]",
        "analyst",
        "Replicates: `play` uses them all, `solve` begins with at least 64.",
    )
    seed: int = quantity(0, "a whole number", f"[0, {SEED_LIMIT - 1}]", "analyst", "Address of all luck.")

    def __post_init__(self) -> None:
        Settings.__post_init__(self)
        if self.rules.rule is not None:
            raise QuantityError(
                "rules.rule is an object, which no file or digest can hold; name a rule in rules.version, or hand the "
                "object to a Subnet"
            )
        first_paid = max(self.rules.reveal_lag - parse_start(self.start), 0)
        if self.epochs <= max(self.burn_in, first_paid):
            raise QuantityError(
                f"epochs is {self.epochs}; the first counted epoch is {max(self.burn_in, first_paid)} "
                "(burn_in, and the first in which weights are paid): raise epochs or lower burn_in"
            )
        cells = self.validators.count * (self.miners.count + self.cabal_seats)
        if cells > MOST_CELLS:
            raise QuantityError(
                f"validators.count x miners is {cells} weights a world; at most {MOST_CELLS} are played: "
                "use fewer seats"
            )
        _ = self.stake_plan, self.roles  # every part that is written as text is read once here

    @classmethod
    def named(cls, name: str = "subnet", changes: Mapping[str, Any] | None = None) -> Scenario:
        """A built-in scenario with changes by key (`{"rules.kappa": 0.6}`); text values are parsed."""
        if name not in scenario_names():
            raise BadInput(f"scenario {name[:60]!r} is unknown; {nearest(name, scenario_names())}")
        text = resources.files("experiments").joinpath("scenarios", f"{name}.toml").read_text("utf-8")
        stored = _flattened(tomllib.loads(text))
        return cls._built({"name": name}, {**stored, **(changes or {})})

    @classmethod
    def from_document(cls, document: Any) -> Scenario:
        """The scenario of a parsed file: `schema` (1 if absent), `name`, `base` (a built-in one) and keys or sections.

        `BadInput` for a newer schema, an unknown key, or a value out of its range.

        >>> Scenario.from_document({"base": "cabal", "rules": {"kappa": 0.6}}).differences["rules.kappa"]
        0.6
        """
        if not isinstance(document, Mapping):
            raise BadInput(f"a scenario is a table of keys, not {type(document).__name__}; write KEY = VALUE lines")
        values = _flattened(document)
        schema = values.pop("schema", SCHEMA)
        if not isinstance(schema, int) or isinstance(schema, bool) or not 1 <= schema <= SCHEMA:
            told = "a number of very many digits" if isinstance(schema, int) and abs(schema) > 1e30 else repr(schema)
            raise BadInput(f"schema is {told:.40}; this version reads 1 to {SCHEMA}: update it, or write schema = 1")
        base, name = values.pop("base", None), values.pop("name", None)
        for word, text in (("base", base), ("name", name)):
            if text is not None and not (
                isinstance(text, str) and 0 < len(text) <= _LONGEST_NAME and text.isprintable()
            ):
                raise BadInput(
                    f"{word} is {text!a:.40}; it must be a text of 1 to {_LONGEST_NAME} characters in one line"
                )
        start = cls.named(base).flat() if base is not None else {}
        return cls._built({"name": name or base or "custom"}, {**start, **values})

    def document(self) -> dict[str, Any]:
        """What `from_document` reads back: every value, in sections, as JSON knows them (none is null).

        >>> scenario = Scenario.named("cabal")
        >>> Scenario.from_document(scenario.document()) == scenario
        True
        """
        top: dict[str, Any] = {"schema": SCHEMA, "name": self.name}
        for key, value in self.flat().items():
            section, _, name = key.rpartition(".")
            (top.setdefault(section, {}) if section else top)[name] = value
        return top

    def changed(self, changes: Mapping[str, Any]) -> Scenario:
        """This scenario with some keys changed."""
        return self._built({"name": self.name}, {**self.flat(), **changes})

    @classmethod
    @cache
    def keys(cls) -> Mapping[str, Quantity]:
        """Every key that `--set` knows, with its declaration; read once, and not to be changed."""
        known = {
            f"{section}.{name}": declared
            for section, kind in _SECTIONS.items()
            for name, declared in kind.quantities().items()
        }
        return MappingProxyType({**known, **cls.quantities()})

    def flat(self) -> dict[str, Any]:
        """All values by key."""
        parts = {section: getattr(self, section) for section in _SECTIONS} | {"": self}
        return {key: getattr(parts[section], name) for key, section, name in _places()}

    @property
    def differences(self) -> dict[str, Any]:
        """The keys whose values are not the defaults."""
        return {key: value for key, value in self.flat().items() if value != self.keys()[key].default}

    @cached_property
    def digest(self) -> str:
        """A short hash of everything that decides the numbers; of policies that others brought also the source."""
        lists = {f"{role}.strategies": ",".join(self._listed(role)) for role in ROLES}
        seats = None if self.cabal.miners == 8 * self.can_collude else self.cabal.miners
        text = json.dumps({**self.flat(), **lists, "cabal.miners": seats}, sort_keys=True)
        kinds = [kind_of(role.partition(".")[0], name) for role, name in self.roles.axis]
        brought = [kind for kind in kinds if kind not in OWN]
        if brought:
            text += source_digest(brought)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def stake_plan(self) -> StakePlan:
        """How stake is dealt."""
        try:
            return StakePlan.parse(self.validators.stake, self.validators.count)
        except QuantityError as error:
            raise QuantityError(f"validators.{error}") from None

    @cached_property
    def roles(self) -> Roles:
        """The players of the empirical game: validators (a role for each stake class), miners, and where there are
        any delegators, and the owner where it has a choice."""
        classes = self.stake_plan.classes
        names = [f"validators.{i + 1}" for i in range(len(classes))] if len(classes) > 1 else ["validators"]
        players = [seats for seats, _ in classes]
        listed = [self._listed("validators")] * len(classes)
        others = {"miners": self.miners.count + self.registration.outside, "delegators": self.delegators.count}
        others["owner"] = int(self._listed("owner") != ("honest",))
        for role, seats in others.items():
            strategies = self._listed(role)  # read even where nobody plays: a wrong name is told at once
            if seats:
                names.append(role)
                players.append(seats)
                listed.append(strategies)
        return Roles(names=tuple(names), players=tuple(players), strategies=tuple(listed))

    def policy(self, role: str, name: str) -> Policy:
        """The policy that a strategy's name means in this scenario."""
        return policy(role.partition(".")[0], name, self.flat())

    @property
    def sources(self) -> list[object]:
        """The rule and the policies: what decides the numbers beside the engine."""
        listed = [self.policy(role, name) for role, name in self.roles.axis]
        before = [self.policy("validators", "honest")] if parse_start(self.start) else []
        return [self.rules.paying_rule, *listed, *before, *([ColludingMiner] if self.cabal_seats else [])]

    @property
    def can_collude(self) -> bool:
        """Whether any listed validator strategy belongs to a cabal."""
        return any(kind_of("validators", name).traits.colludes for name in self._listed("validators"))

    @property
    def cabal_seats(self) -> int:
        """How many miner seats the cabal has: as set, else 8 where somebody can collude."""
        return self.cabal.miners if self.cabal.miners is not None else 8 * self.can_collude

    @property
    def cabal_of_subnet(self) -> CabalSettings:
        """The cabal with its number of seats settled: it stands in every profile, whoever plays in it."""
        return dataclasses.replace(self.cabal, miners=self.cabal_seats)

    def _listed(self, role: str) -> tuple[str, ...]:
        text = getattr(self, role).strategies
        names = tuple(word.strip() for word in text.split(","))
        known = policies(role)
        for name in names:
            kind = name.partition("(")[0]
            if kind not in known:
                hint = nearest(kind, known, listed_by="yuma players")
                raise QuantityError(f"{role}.strategies names {name[:60]!r}; {hint}")
            try:
                written(role, name)
            except QuantityError as error:
                raise QuantityError(f"{role}.strategies: {error}") from None
        if len(set(names)) != len(names):
            raise QuantityError(f"{role}.strategies is {text[:60]!r}; each strategy must be listed once")
        return names

    @classmethod
    def _built(cls, top: dict[str, Any], changes: Mapping[str, Any]) -> Scenario:
        known = cls.keys()
        sections: dict[str, dict[str, Any]] = {name: {} for name in _SECTIONS}
        for key, value in changes.items():
            if key not in known:
                raise BadInput(f"key {key[:60]!r} is unknown; {nearest(key, known)}")
            section, _, name = key.rpartition(".")
            try:
                parsed = known[key].parsed(value) if isinstance(value, str) else known[key].checked(value)
            except QuantityError as error:
                raise BadInput(f"{section}.{error}" if section else str(error)) from None
            (sections[section] if section else top)[name] = parsed
        try:
            made = {name: _section(name, kind, sections[name]) for name, kind in _SECTIONS.items()}
            return cls(**top, **made)
        except QuantityError as error:
            raise BadInput(str(error)) from None


@cache
def _places() -> tuple[tuple[str, str, str], ...]:
    """Every key, and the section and field where it stands."""
    return tuple((key, key.rpartition(".")[0], key.rpartition(".")[2]) for key in Scenario.keys())  # noqa: SIM118


def scenario_names() -> tuple[str, ...]:
    """The built-in scenarios."""
    folder = resources.files("experiments").joinpath("scenarios")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name[-5:] == ".toml"))


def _section(name: str, kind: type[Settings], values: dict[str, Any]) -> Settings:
    try:
        return kind(**values)
    except QuantityError as error:
        raise QuantityError(f"{name}.{error}") from None


def _flattened(tables: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in tables.items():
        if isinstance(value, dict):
            given = {f"{key}.{name}": inner for name, inner in value.items()}
        elif key in _SECTIONS:
            raise BadInput(f"{key} is {value!r:.40}, but it is a section; write {key}.KEY = VALUE")
        else:
            given = {key: value}
        twice = sorted(flat.keys() & given.keys())
        if twice:
            raise BadInput(f"{twice[0]} is given twice; give each key once")
        flat |= given
    return flat
