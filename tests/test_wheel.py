"""The wheel, installed outside the checkout, opens all three doors."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
QUICK = "epochs=20 burn_in=5 validators.count=3 miners.count=6 answer.max_worlds=8"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with nothing but what the wheel brings, and an environment that looks there first."""
    place = tmp_path_factory.mktemp("wheel")
    source = place / "source"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout: which files belong to the project is not known")
    for name in filter(None, tracked.stdout.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    built = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(place), str(source)]
    subprocess.run([*pip, *built], check=True)
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "site")
    (place / "elsewhere").mkdir()
    return place, {**os.environ, "PYTHONPATH": str(place / "site")}


def run(installed, *words, **options):
    place, environment = installed
    options = {"capture_output": True, "text": True, "cwd": place / "elsewhere", "env": environment} | options
    return subprocess.run([sys.executable, *words], check=True, **options).stdout


@pytest.mark.slow
def test_all_of_it_is_in_the_wheel(installed):
    site = installed[0] / "site"
    for room in ("econ", "agents", "experiments", "charts", "views"):
        assert (site / room / "py.typed").is_file()
    assert (site / "app.py").is_file()
    assert not (site / "tests").exists()
    for module in ("econ", "agents", "experiments"):
        assert run(installed, "-c", f"import {module}; print({module}.__file__)").strip().startswith(str(site))


@pytest.mark.slow
def test_batch_door(installed):
    words = [word for change in QUICK.split() for word in ("--set", change)]
    answer = json.loads(run(installed, "-m", "experiments.cli", "solve", "weight-copying", *words, "--json"))
    assert answer["worlds"] == 8
    assert "yuma" in (next((installed[0] / "site").glob("*.dist-info")) / "entry_points.txt").read_text()


@pytest.mark.slow
def test_import_door(installed):
    code = (
        "from agents import HonestValidator, Subnet, WeightCopier\n"
        "from econ import Hyperparameters, epoch\n"
        "from experiments import Scenario, empirical_game, simulate\n"
        "subnet = Subnet([HonestValidator()] * 2 + [WeightCopier()], 4)\n"
        "subnet.run(3)\n"
        "print(round(float(subnet.dividends.sum()), 9))\n"
    )
    assert run(installed, "-c", code).strip() == "1.0"


@pytest.mark.slow
def test_screen_door(installed):
    code = (
        "from streamlit.testing.v1 import AppTest\n"
        "from experiments.commands.app import app_file\n"
        "page = AppTest.from_file(str(app_file()), default_timeout=120)\n"
        f"for change in {QUICK!r}.split():\n"
        "    key, value = change.split('=')\n"
        "    page.query_params[key] = value\n"
        "page.run()\n"
        "assert not page.exception, page.exception\n"
        "print(app_file())\n"
    )
    assert run(installed, "-c", code).strip().splitlines()[-1] == str(installed[0] / "site" / "app.py")
