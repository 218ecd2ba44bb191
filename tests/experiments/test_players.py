"""`yuma players`, `yuma new`, `--plugin` and strategies with settings, from the command line."""

import json
import pickle
import runpy
import subprocess
import sys

import pytest

from agents import registry
from agents.registry import OWN, ROLES, policies
from agents.testing import check
from experiments import Scenario, cli

FEW = [
    word
    for change in ["epochs=12", "burn_in=4", "validators.count=4", "miners.count=5", "worlds=2"]
    for word in ("--set", change)
]


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """What a test brings is gone after it."""
    monkeypatch.setattr(registry, "_brought", {role: {} for role in ROLES})


def yuma(capsys, *words):
    code = cli.main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def test_players_lists_everybody(capsys):
    code, out, _ = yuma(capsys, "players")
    assert code == 0
    for kind in OWN:
        assert any(line.split()[:1] == [kind.name] for line in out.splitlines())
    _, out, _ = yuma(capsys, "players", "--json")
    listed = json.loads(out)["policies"]
    assert len(listed) == len(OWN)
    assert {policy["role"] for policy in listed} == set(ROLES)
    shading = next(policy for policy in listed if policy["name"] == "shading")
    assert shading["traits"] == {
        "evaluates": True,
        "sees": ["consensus"],
        "moves": "first",
        "colludes": False,
        "adapts": False,
    }
    own = {field["name"]: field for field in shading["fields"]}["own"]
    assert (own["default"], own["range"], own["key"]) == (0.5, "a number in [0, 1]", None)


def test_one_story(capsys):
    code, out, _ = yuma(capsys, "players", "lazy", "--role", "miners")
    assert code == 0
    assert "level" in out
    assert "validators" not in out
    assert "did you mean weight-copier" in yuma(capsys, "players", "weight-copyer")[2]
    for words in (("explain", "averaging"), ("explain", "miners.squatter")):
        code, out, _ = yuma(capsys, *words)
        assert code == 0
        assert words[1].split(".")[-1] in out


def test_strategies_with_settings_are_played_under_their_written_names(capsys):
    listed = "validators.strategies=honest,shading(own=0.3),shading(own=0.6;memory=0.5)"
    mix = ["--mix", "validators.shading(own=0.3)=1", "--mix", "validators.shading(own=0.6;memory=0.5)=2"]
    code, out, err = yuma(capsys, "play", "weight-copying", *FEW, "--set", listed, *mix, "--json")
    assert code == 0, err
    rows = {row["strategy"]: row["players"] for row in json.loads(out)["strategies"] if row["role"] == "validators"}
    assert rows == {"honest": 1, "shading(own=0.3)": 1, "shading(own=0.6;memory=0.5)": 2}
    scenario = Scenario.named("weight-copying", {"validators.strategies": listed.partition("=")[2]})
    assert scenario.policy("validators", "shading(own=0.3)").own == 0.3


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ("honest,shadin(own=0.3)", "did you mean shading"),
        ("honest,nobody", "`yuma players` lists"),
        ("honest,shading(own=3)", "own is '3'|own is 3"),
        ("honest,shading(own=0.3", "has no end"),
        ("shading(own=0.3),shading(own=0.3)", "each strategy must be listed once"),
    ],
)
def test_bad_strategies_are_one_line(capsys, listed, words):
    code, out, err = yuma(capsys, "play", "weight-copying", *FEW, "--set", f"validators.strategies={listed}")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert any(word in err for word in words.split("|"))


@pytest.mark.parametrize("role", ROLES)
def test_a_new_policy_conforms_and_plays(capsys, tmp_path, role):
    code, out, _ = yuma(capsys, "new", "policy", "my-first-one", "--role", role, "--out", str(tmp_path))
    file = tmp_path / "my_first_one.py"
    assert code == 0
    assert len(file.read_text().splitlines()) == 20
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "my-first-one keeps its promises\n"), done.stderr
    line = out.strip().splitlines()[-1].split()
    assert line[0] == "yuma"
    code, out, err = yuma(capsys, *line[1:], *FEW, "--json")
    assert code == 0, err
    if role in ("validators", "miners"):
        assert "my-first-one" in {row["strategy"] for row in json.loads(out)["strategies"]}
    assert "my-first-one" in yuma(capsys, "players", "--plugin", str(file))[1]
    code, _, err = yuma(capsys, "new", "policy", "my-first-one", "--role", role, "--out", str(tmp_path))
    assert code == 2
    assert "is not overwritten" in err or "already have a strategy" in err


@pytest.mark.parametrize("name", ["none", "true", "class", "traits", "validator-policy", "dataclass"])
def test_a_new_policy_of_an_odd_name_conforms(capsys, tmp_path, name):
    code, _, err = yuma(capsys, "new", "policy", name, "--out", str(tmp_path))
    assert code == 0, err
    done = subprocess.run([sys.executable, next(tmp_path.iterdir())], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{name} keeps its promises\n"), done.stderr


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["Honest"], "write it in lower case"),
        (["9lives"], "write it in lower case"),
        (["-"], ""),
        (["honest"], "already have a strategy 'honest'"),
        (["random"], "random is a module of Python"),
        (["numpy"], "numpy is a module of Python or of a package; choose another name"),
        (["a-b", "--out", "/no/such/folder"], "cannot be written"),
    ],
)
def test_bad_names(capsys, words, problem):
    code, out, err = yuma(capsys, "new", "policy", *words)
    assert (code, out) == (2, "")
    assert problem in err


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "does not exist"),
        ("import nothing_of_that_name", "fails: ModuleNotFoundError"),
        ("def :", "fails: SyntaxError"),
        ("raise SystemExit(0)", "fails: SystemExit"),
        ("x = 1", "defines no policy"),
        (
            "from agents import WeightCopier\nclass Mine(WeightCopier):\n    name = 'honest'\n",
            "the name 'honest' is that of HonestValidator",
        ),
    ],
)
def test_broken_plugins_are_one_line(capsys, tmp_path, text, problem):
    file = tmp_path / "broken.py"
    if text is not None:
        file.write_text(text)
    for command in (["players"], ["play", "weight-copying"], ["solve", "weight-copying"]):
        code, out, err = yuma(capsys, *command, "--plugin", str(file))
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert problem in err


def test_a_policy_that_answers_nonsense_is_named(capsys, tmp_path):
    file = tmp_path / "nonsense.py"
    file.write_text(
        "import numpy as np\nfrom dataclasses import dataclass\nfrom agents import Traits, ValidatorPolicy\n"
        "@dataclass(frozen=True)\nclass Nonsense(ValidatorPolicy):\n"
        "    name = 'nonsense'\n    traits = Traits()\n"
        "    def weights(self, view):\n        return np.zeros((view.world.size, view.miners))\n"
    )
    words = ["--set", "validators.strategies=honest,nonsense", "--mix", "validators.nonsense=1"]
    code, out, err = yuma(capsys, "play", "weight-copying", *FEW, *words, "--plugin", str(file))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "nonsense (seat 3, world 0, epoch 0) returned an all-zero row" in err
    assert runpy.run_path(str(file))["Nonsense"].name == "nonsense"


SOURCE = """
from dataclasses import dataclass
from agents import Traits, ValidatorPolicy

@dataclass(frozen=True)
class Mine(ValidatorPolicy):
    \"\"\"A constant.\"\"\"

    name = "{name}"
    traits = Traits(evaluates=True)

    def weights(self, view):
        return view.scores + {more}
"""


def two_files(tmp_path, names):
    for place, name in enumerate(names):
        (tmp_path / f"at-{place}").mkdir()
        (tmp_path / f"at-{place}" / "mine.py").write_text(SOURCE.format(name=name, more=place + 1))
    return [word for place in range(len(names)) for word in ("--plugin", str(tmp_path / f"at-{place}" / "mine.py"))]


def test_two_files_of_one_name_stand_beside_each_other(capsys, tmp_path):
    words = two_files(tmp_path, ["mine-a", "mine-b"])
    listed = ["--set", "validators.strategies=mine-a,mine-b", "--mix", "validators.mine-b=2"]
    code, out, err = yuma(capsys, "play", "weight-copying", *FEW, *listed, *words, "--json")
    assert code == 0, err
    assert {row["strategy"] for row in json.loads(out)["strategies"]} >= {"mine-a", "mine-b"}
    one, other = (policies("validators")[name]() for name in ("mine-a", "mine-b"))
    assert one != other
    for policy in (one, other):
        copied = pickle.loads(pickle.dumps(policy))
        assert (copied, type(copied)) == (policy, type(policy))
        check(policy)  # which another interpreter answers too, where these files are not


def test_two_files_with_one_policy_are_refused(capsys, tmp_path):
    words = two_files(tmp_path, ["mine-c", "mine-c"])
    code, out, err = yuma(capsys, "players", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "the name 'mine-c' is that of Mine (validators); choose another" in err


def test_an_edited_file_replaces_what_it_said_before(capsys, tmp_path):
    file = tmp_path / "edited.py"
    payoffs = []
    for more in ("1.0", "1e9"):
        file.write_text(SOURCE.format(name="edited", more=more))
        words = ["--set", "validators.strategies=honest,edited", "--mix", "validators.edited=1"]
        code, out, err = yuma(capsys, "play", "weight-copying", *FEW, *words, "--plugin", str(file), "--json")
        assert code == 0, err
        payoffs.append(json.loads(out)["strategies"][1]["payoff"]["mean"])
    assert payoffs[0] != payoffs[1]
