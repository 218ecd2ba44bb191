"""Studies at small size, run once for all that is asked of them."""

import pytest

from experiments.batch import Batch, run_study


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> "dict[str, Batch]":
    """The small run of a study by name, computed when first asked for."""

    class Runs(dict):
        def __missing__(self, name):
            self[name] = run_study(name, out=tmp_path_factory.mktemp(name), engine="serial")
            return self[name]

    return Runs()
