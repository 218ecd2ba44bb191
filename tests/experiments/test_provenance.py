"""A result is named by the source of everything that made it, also where a policy comes from elsewhere."""

import sys
from types import ModuleType

import pytest

from agents import ColludingMiner, HonestMiner, HonestValidator, WeightCopier
from agents import registry as rooms
from agents.registry import ROLES
from experiments import Scenario
from experiments import provenance as hashes
from experiments.plugins import register_policies
from experiments.provenance import source_digest
from experiments.source_file import SourceFile

MINE = """
from dataclasses import dataclass
from typing import ClassVar
import numpy as np
from agents import Traits, ValidatorPolicy

@dataclass(frozen=True)
class Mine(ValidatorPolicy):
    '''The same for all.'''

    name: ClassVar[str] = "mine"
    traits: ClassVar[Traits] = Traits()

    def weights(self, view):
        return np.full((view.world.size, view.miners), 1.0)
"""


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """What a test brings is gone after it."""
    monkeypatch.setattr(rooms, "_brought", {role: {} for role in ROLES})


def test_what_a_policy_of_ours_imports_is_part_of_its_source(monkeypatch):
    before = source_digest([HonestMiner]), source_digest([WeightCopier])
    source = hashes.module_source
    monkeypatch.setattr(
        hashes, "module_source", lambda name: source(name) + "# edited" * (name == "agents.miners.incentive")
    )
    after = source_digest([HonestMiner]), source_digest([WeightCopier])
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_what_a_package_of_ones_own_imports_is_part_of_it(monkeypatch):
    texts = {
        "mypkg": "",
        "mypkg.policies": MINE + "\nfrom .inner import more\nimport mypkg.helpers\nimport numpy\n",
        "mypkg.inner": "",
        "mypkg.inner.more": "",
        "mypkg.helpers": "x = 1",
    }
    for name, text in texts.items():
        module = ModuleType(name)
        module.__spec__ = type("Spec", (), {"parent": name.rpartition(".")[0], "name": name, "loader": None})()
        module.YUMA_SOURCE = text
        monkeypatch.setitem(sys.modules, name, module)
    exec(texts["mypkg.policies"].partition("\nfrom .inner")[0], vars(sys.modules["mypkg.policies"]))
    kind = sys.modules["mypkg.policies"].Mine
    assert kind.__module__ == "mypkg.policies"
    assert hashes._with_imports({"mypkg.policies"}, hashes.module_source) == {
        "mypkg.policies",
        "mypkg.inner",
        "mypkg.inner.more",
        "mypkg.helpers",
    }
    before = source_digest([kind])
    sys.modules["mypkg.helpers"].YUMA_SOURCE = "x = 2"
    assert source_digest([kind]) != before


def test_a_scenario_is_another_where_its_policys_source_is():
    digests = []
    for text in (MINE, MINE.replace("1.0", "2.0"), MINE):
        register_policies(SourceFile("mine.py", text))
        digests.append(Scenario.named("weight-copying", {"validators.strategies": "honest,mine"}).digest)
    assert digests[0] == digests[2] != digests[1]


def test_the_cabals_miners_are_part_of_what_made_a_result():
    assert ColludingMiner in Scenario.named("cabal").sources
    assert ColludingMiner not in Scenario.named("weight-copying").sources


@pytest.mark.parametrize("edited", ["earning", "measured", "batch_study"])
def test_what_a_study_measures_with_is_part_of_its_source(edited, monkeypatch):
    from experiments.studies import weight_copying

    own = ModuleType("a_study_of_ones_own")
    own.YUMA_SOURCE = f"from experiments import {edited}, store"
    monkeypatch.setitem(sys.modules, own.__name__, own)
    own.__file__ = "own.py"
    before = source_digest([weight_copying.task]), source_digest([own])
    source = hashes.module_source
    monkeypatch.setattr(
        hashes, "module_source", lambda name: source(name) + "# edited" * (name == f"experiments.{edited}")
    )
    assert source_digest([weight_copying.task]) != before[0]
    assert source_digest([own]) != before[1]


def test_the_honest_of_the_start_are_part_of_what_made_a_result():
    copying = {"validators.strategies": "weight-copier", "start": "honest:5"}
    started = Scenario.named("weight-copying", copying)
    assert HonestValidator in map(type, started.sources)
    assert HonestValidator not in map(type, started.changed({"start": "uniform"}).sources)


def test_an_edited_scenario_file_is_computed_again(monkeypatch, tmp_path):
    import pandas as pd

    from experiments.batch import Batch
    from experiments.study import Study
    from experiments.study_code import StudyCode

    epochs = [50]
    study = Study(
        name="of-a-file",
        question="?",
        expected="?",
        source="?",
        design=lambda size: pd.DataFrame({"point": [1]}),
        task=source_digest,
        findings=list,
        figures=dict,
        sentence=str,
        scenario=lambda row: Scenario.named("subnet", {"epochs": epochs[0], "burn_in": 1}),
    )
    monkeypatch.setattr(StudyCode, "study", lambda self: study)
    batch = Batch(StudyCode("of-a-file"), "small", tmp_path)
    before = batch.key({"point": 1})
    epochs[0] = 60
    assert batch.key({"point": 1}) != before


def test_what_samples_rests_on_nothing_that_no_version_covers():
    """A new file that decides numbers belongs to the engine's version: `coalitions` was in none."""
    for module in sorted(hashes._SAMPLING):
        name = f"experiments.{module.removesuffix('.py')}"
        assert hashes._imported(name, hashes.module_source(name)) == (), f"{name} rests on what is in no version"
