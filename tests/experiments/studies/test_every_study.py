"""What holds of every built-in study, without computing any."""

import pytest

from experiments.batch import Batch
from experiments.study_code import study_code, study_names

pytestmark = pytest.mark.parametrize("name", study_names())


def test_a_study_says_what_it_asks_and_what_is_expected(name):
    study = study_code(name).study()
    assert study.name == name
    assert study.question.endswith("?")
    assert len(study.expected) > 20
    assert len(study.source) > 10


def test_no_size_asks_a_thing_twice(name):
    study = study_code(name).study()
    for size in ("small", "full"):
        assert not study.tasks(size).duplicated().any()
    assert len(study.tasks("small")) <= len(study.tasks("full"))


def test_every_row_has_a_legal_scenario_and_a_key_of_its_own(name, tmp_path):
    batch = Batch(study_code(name), "full", tmp_path / "never-made")
    few = range(0, len(batch), max(1, len(batch) // 40))
    keys = [batch.key(batch.row(task)) for task in few]
    assert len(set(keys)) == len(keys)
    if batch.study.scenario is not None:
        assert all(batch.study.scenario(batch.row(task)).digest for task in few)
    assert not (tmp_path / "never-made").exists()
