import pytest
from tiny_runs import TINY

from experiments import run_study


@pytest.fixture(scope="session")
def digest(tmp_path_factory):
    """Of the tiny study, run here without interruption."""
    state = run_study(str(TINY), out=tmp_path_factory.mktemp("serial"), engine="serial").status()
    assert (state["tasks"], state["done"], state["failed"]) == (12, 12, 0)
    return state["digest"]
