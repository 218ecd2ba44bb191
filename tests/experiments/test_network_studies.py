"""The studies of the network at their small size: what they conclude, beside what the specification derives."""

import pytest

from experiments import run_study
from experiments.report import report_of
from experiments.studies import halving, network_year


def played(name, folder):
    run_study(name, size="small", out=folder, engine_name="serial")
    return report_of(name, folder)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    return played("network-year", tmp_path_factory.mktemp("year") / "out")


@pytest.fixture(scope="module")
def halved(tmp_path_factory):
    return played("halving", tmp_path_factory.mktemp("halving") / "out")
