"""The registry is complete, its names are unique, and policies come in from elsewhere."""

import dataclasses
import importlib
import inspect
import pkgutil
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pytest

import agents
from agents import HonestValidator, ShadingValidator, Traits, ValidatorPolicy, find, register
from agents import registry as rooms
from agents.policy import Policy
from agents.registry import GROUP, NOT_CHOSEN, OWN, ROLES, policies, policies_in, policy, quantities_of
from econ.errors import InputError
from econ.quantity import QuantityError, Settings


@dataclass(frozen=True)
class Mine(ValidatorPolicy):
    """Everybody the same."""

    name: ClassVar[str] = "mine"
    traits: ClassVar[Traits] = Traits()

    def weights(self, view):
        return 1.0 + 0.0 * view.public.consensus[view.world]


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """What a test brings is gone after it."""
    monkeypatch.setattr(rooms, "_brought", {role: {} for role in ROLES})
    rooms._bring_packages.cache_clear()
    yield
    rooms._bring_packages.cache_clear()


def test_every_policy_of_the_package_is_registered_and_exported():
    found = set()
    for module in pkgutil.walk_packages(agents.__path__, "agents."):
        if not module.name.startswith("agents.wrap"):  # policies around policies have no name of their own
            found |= set(policies_in(importlib.import_module(module.name)))
    assert found == set(OWN)
    assert len(OWN) == len(found)
    for kind in OWN:
        assert getattr(agents, kind.__name__) is kind
        assert kind.__name__ in agents.__all__


def test_names_are_unique_and_everything_has_a_story():
    for role in ROLES:
        names = [kind.name for kind in OWN if kind.role == role]
        assert len(set(names)) == len(names)
        assert set(policies(role)) == {kind.name for kind in OWN if kind.role == role and kind not in NOT_CHOSEN}
    for kind in OWN:
        first, _, rest = inspect.cleandoc(kind.__doc__).partition("\n")
        assert first.endswith(".")
        assert rest.strip(), f"{kind.name}: its story does not say why it pays"
        assert kind.sources
        assert kind.traits.role == kind.role


def test_what_was_measured_of_every_policy_stands_on_one_page():
    page = (Path(__file__).parents[2] / "docs" / "explanation" / "players.md").read_text("utf-8")
    assert [kind.name for kind in OWN if f"`{kind.name}`" not in page] == []


def test_every_field_is_declared_and_every_key_exists():
    from experiments import Scenario

    known = Scenario.keys()
    for kind in OWN:
        fields = [field.name for field in dataclasses.fields(kind)]
        assert list(quantities_of(kind)) == fields
        if fields:
            assert issubclass(kind, Settings)
        for field, key in kind.takes.items():
            assert field in fields
            assert key in known
        kind()  # defaults are legal


def test_find_by_traits():
    copiers = find(role="validators", sees="consensus", evaluates=False, colludes=False)
    assert {kind.name for kind in copiers} == {"weight-copier", "bribed-copier"}
    assert {kind.role for kind in find(adapts=True)} == {"validators", "miners", "delegators"}
    assert {kind.name for kind in find(colludes=True)} == {"colluding", "careful-colluding"}
    assert set(find()) == set(OWN)
    with pytest.raises(InputError, match="no 'sense'"):
        find(sense=True)
    with pytest.raises(InputError, match="role is 'minors'"):
        find(role="minors")
    for wrong, words in (
        ({"sees": {"weight"}}, "sees names 'weight'; a policy may see consensus"),
        ({"moves": "third"}, "moves is 'third'; it must be 'first' or 'second'"),
        ({"evaluates": "no"}, "evaluates is 'no'; it must be True or False"),
    ):
        with pytest.raises(InputError, match=words):
            find(**wrong)


def test_a_strategy_is_a_name_with_settings():
    settings = {"validators.memory": 0.7, "validators.sharpness": 2.0}
    assert policy("validators", "honest", settings) == HonestValidator(memory=0.7, sharpness=2.0)
    written = policy("validators", "shading(own=0.3; memory = 1)", settings)
    assert written == ShadingValidator(own=0.3, memory=1.0, sharpness=2.0)
    assert policy("miners", "bribing(contract=true)", dict.fromkeys(policies("miners")["bribing"].takes.values(), 0.5))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("shading(own=0.3", "has no end"),
        ("shading()", "has the part ''"),
        ("shading(own)", "has the part 'own'"),
        ("shading(own=0.3;own=0.4)", "each field once"),
        ("shading(owner=0.3)", "sets 'owner'; shading has memory, sharpness, own to set"),
        ("shading(own=2)", r"shading\(own=2\)'?: own is 2.*\[0, 1\]"),
        ("lazy(level=1)", "lazy has nothing to set"),
    ],
)
def test_malformed_strategies(text, words):
    with pytest.raises(QuantityError, match=words):
        policy("validators", text, {"validators.memory": 1.0, "validators.sharpness": 1.0})


def test_policies_of_ones_own():
    register(Mine)
    register(Mine)
    assert policies("validators")["mine"] is Mine
    assert Mine in find(role="validators", evaluates=False)
    assert policy("validators", "mine", {}) == Mine()


@dataclass(frozen=True)
class Needs(Mine):
    """Cannot be made of nothing."""

    name: ClassVar[str] = "needs"
    level: float


def test_a_policy_that_cannot_be_made_is_one_line():
    register(Needs)
    with pytest.raises(
        InputError, match=r"^strategy 'needs' cannot be made \(TypeError: .*'level'\); give its fields d"
    ):
        policy("validators", "needs", {})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "honest"}, "the name 'honest' is that of HonestValidator"),
        ({"weights": Policy.__dict__.get("weights", ValidatorPolicy.weights)}, "it is abstract"),
        ({"traits": None}, "no name or no traits"),
    ],
)
def test_what_cannot_be_registered(changes, words):
    kind = type("Broken", (Mine,), changes)
    with pytest.raises(InputError, match=words):
        register(kind)
    with pytest.raises(InputError, match="it is no policy"):
        register(int)
    assert "Broken" not in str(policies("validators"))


class Entry:
    """An installed package's entry point."""

    name, value, dist = "mine", "package:Mine", None

    def __init__(self, brought):
        self.brought = brought

    def load(self):
        if isinstance(self.brought, BaseException):
            raise self.brought
        return self.brought


def test_packages_bring_policies(monkeypatch):
    module = ModuleType(Mine.__module__)
    module.Mine, module.Abstract = Mine, ValidatorPolicy
    for brought in (Mine, module):
        rooms._bring_packages.cache_clear()
        rooms._brought["validators"].clear()
        monkeypatch.setattr(metadata, "entry_points", lambda group, brought=brought: [Entry(brought)])
        assert policies("validators")["mine"] is Mine
    assert GROUP == "yuma.policies"


@pytest.mark.parametrize("brought", [ImportError("no module named left_pad"), SystemExit("no"), 7, type("X", (), {})])
def test_a_broken_package_gives_one_line(monkeypatch, brought):
    monkeypatch.setattr(metadata, "entry_points", lambda group: [Entry(brought)])
    with pytest.raises(InputError, match=r"the policies of package package:Mine .*mend or uninstall it") as caught:
        policies("validators")
    assert "\n" not in str(caught.value)
