"""The command line as a person meets it: answers, one-line errors, exit codes, the same bytes twice."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.cli import main
from experiments.scenario import Scenario

ROOT = Path(__file__).resolve().parents[2]
QUICK = ["--set", "epochs=30", "--set", "burn_in=10", "--set", "validators.count=4", "--set", "miners.count=8"]
FEW = [*QUICK, "--set", "worlds=4", "--set", "answer.max_worlds=64"]


def run(capsys, *words):
    code = main(list(words))
    done = capsys.readouterr()
    return code, done.out, done.err


def loads(text):
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["solve", "weight-coping"], "did you mean weight-copying?"),
        (
            ["solve", "--set", "rules.kappa=2"],
            "rules.kappa is 2.0; it is a share of stake and must be a number in [0, 1]",
        ),
        (["solve", "--set", "rules.kapa=1"], "did you mean rules.kappa?"),
        (["solve", "--set", "rules.kappa"], "write KEY=VALUE"),
        (["solve", "--set", "miners.drift=2"], "must not exceed spread"),
        (["solve", "--set", "validators.strategies=honest,lazzy"], "validators.strategies names 'lazzy'"),
        (["solve", "--concept", "zero-sum"], "game files (FILE.nfg, FILE.json); for a scenario known are nash, pure"),
        (["solve", "--concept", "nahs"], "did you mean nash?"),
        (["solve", "--concept", "x"], "known are nash, pure"),
        (["solve", "--nonsense"], "unrecognized arguments: --nonsense"),
        (["solve", "missing.nfg"], "missing.nfg does not exist"),
        (["solve", "--concept", "pure", "--set", "validators.count=300"], "at most 5000 are sampled"),
        (["play", "--mix", "validators.colluding=11"], "the role has 10 seats"),
        (["play", "--mix", "validators.honest=3", "--mix", "validators.weight-copier=3"], None),
        (["play", "--mix", "validators.lazy=1"], "is no strategy of this game"),
        (["play", "--mix", "validators.honest=x"], "whole number"),
        (["play", "--mix", "validators.honest=1", "--mix", "validators.honest=2"], "twice"),
        (["metagraph", "missing.npz"], "missing.npz"),
        (["explain", "rules.kapa"], "did you mean rules.kappa?"),
        (["app", "--port", "0"], "--port is 0"),
        (["slove"], "did you mean solve?"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(capsys, words, says):
    if says is None:
        words, says = [*words, "--mix", "validators.colluding=3"], "names 9 validators; the role has 10 seats"
    code, out, err = run(capsys, *words)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert says in err


def test_play_json(capsys):
    code, out, _ = run(capsys, "play", "subnet", *FEW, "--mix", "validators.colluding=1", "--json")
    answer = loads(out)
    assert code == 0
    rows = {(row["role"], row["strategy"]): row for row in answer["strategies"]}
    assert list(rows) == [("validators", "honest"), ("validators", "colluding"), ("miners", "honest")]
    assert rows["validators", "honest"]["players"] == 3
    for row in rows.values():
        assert row["payoff"]["low"] <= row["payoff"]["mean"] <= row["payoff"]["high"]
    assert rows["miners", "honest"]["dividends_per_stake"] is None
    shares = [
        row["dividends_per_stake"]["mean"] * row["players"] / 4 for row in rows.values() if row["validator_trust"]
    ]
    assert sum(shares) == pytest.approx(1.0)
    assert set(answer["measures"]) == {
        "quality_incentive_correlation",
        "evaluation_spent",
        "newcomer_epochs_to_first_pay",
    }
    assert answer["measures"]["newcomer_epochs_to_first_pay"] is None
    assert (answer["seed"], answer["epochs"], answer["worlds"]) == (0, 30, 4)
    assert answer["digest"] == Scenario.named("subnet", dict(w.split("=") for w in FEW[1::2])).digest


def test_solve_json_twice_is_the_same_bytes(capsys):
    answers = []
    for _ in range(2):
        code, out, _ = run(capsys, "solve", "weight-copying", *FEW, "--json")
        assert code == 0
        answer = loads(out)
        assert answer.pop("seconds") > 0
        answers.append(json.dumps(answer))
    assert answers[0] == answers[1]
    answer = json.loads(answers[0])
    assert answer["concept"] == "nash"
    assert answer["epsilon"] == 0.5
    assert answer["covers"]["validators"] == ["honest", "weight-copier"]
    assert answer["start_matters"] is True  # copiers of four remember how a run began
    for found in answer["equilibria"]:
        assert set(found) >= {"kind", "strategy", "strategy_interval", "regret", "regret_interval", "verdict", "stable"}
        assert found["strategy"]["miners"] == {"honest": 1.0}
        for name, (low, high) in found["strategy_interval"]["validators"].items():
            assert low - 1e-9 <= found["strategy"]["validators"][name] <= high + 1e-9
        assert found["regret_interval"][0] <= found["regret"] + 1e-9 <= found["regret_interval"][1] + 2e-9


def test_the_tipping_point_of_the_first_game(capsys):
    """{0 stable, 0.367 unstable, 1 stable}, proved complete; the gain changes sign once (figures of the first game)."""
    words = ["solve", "weight-copying", "--set", "rules.reveal_period=5", "--set", "start=uniform", "--json"]
    _, out, _ = run(capsys, *words)
    answer = loads(out)
    found = [(e["strategy"]["validators"]["weight-copier"], e["stable"], e["verdict"]) for e in answer["equilibria"]]
    assert [(stable, verdict) for _, stable, verdict in found] == [
        (True, "certified"),
        (False, "certified"),
        (True, "certified"),
    ]
    low, high = answer["equilibria"][1]["strategy_interval"]["validators"]["weight-copier"]
    assert low - 0.003 <= 0.367 <= high + 0.003
    assert (found[0][0], found[2][0]) == (0.0, 1.0)
    assert answer["complete"] is True
    signs = [row["mean"] > 0 for row in answer["tipping"][0]["gains"]]
    assert signs == sorted(signs)
    assert answer["tipping"][0]["survives"] == 3


def test_without_drift_only_copying(capsys):
    words = ["solve", "weight-copying", "--set", "miners.drift=0", "--set", "start=uniform", "--json"]
    _, out, _ = run(capsys, *words)
    answer = loads(out)
    assert [e["strategy"]["validators"]["weight-copier"] for e in answer["equilibria"]] == [1.0]
    assert answer["complete"] is True
    assert answer["tipping"][0]["survives"] is None


@pytest.mark.parametrize(("start", "gain"), [("honest:40", 0.04), ("uniform", 3.7)])
def test_all_copy_without_penalty_holds_by_a_hair_from_an_honest_start(capsys, start, gain):
    changes = ["rules.bonds_penalty=0", "miners.drift=0", f"start={start}"]
    _, out, _ = run(capsys, "solve", "weight-copying", *(w for c in changes for w in ("--set", c)), "--json")
    last = loads(out)["tipping"][0]["gains"][-1]
    assert last["low"] > 0
    assert last["low"] - 0.003 <= gain <= last["high"] + 0.003


def test_solve_text_says_it_in_three_sentences(capsys):
    code, out, _ = run(capsys, "solve", "subnet", *FEW)
    assert code == 0
    for number in (1, 2, 3):
        assert f"\n  {number}. " in out
    for words in ("certificate", "Traceback", " nan", "None"):
        assert words not in out
    for words in ("thousandths", "alpha a day", "Not covered: strategies not tried", "Forming a cabal", "--all"):
        assert words in out
    _, every, _ = run(capsys, "solve", "subnet", *FEW, "--all")
    assert every.count("\n") == out.count("\n") + 6 - 1  # six profiles of four seats have two other strategies


def test_solve_of_a_game_file(capsys, tmp_path):
    file = tmp_path / "stag.nfg"
    file.write_text('NFG 1 R "stag hunt" { "Ann" "Bob" } { { "stag" "hare" } { "stag" "hare" } }\n\n4 4 3 0 0 3 3 3\n')
    code, out, _ = run(capsys, "solve", str(file), "--json")
    answer = loads(out)
    assert code == 0
    assert answer["complete"] is True
    assert sorted(e["strategy"]["Ann"]["stag"] for e in answer["equilibria"]) == pytest.approx([0.0, 0.75, 1.0])
    assert answer["start_matters"] is None
    file.write_text('NFG 1 R "stag hunt" { "Ann" "Bob" } { 2 2 } 4 4 3')
    code, out, err = run(capsys, "solve", str(file))
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_explain(capsys):
    code, out, _ = run(capsys, "explain", "rules.kappa")
    assert code == 0
    for words in ("share of stake", "[0, 1]", "0.5", "root", "Kappa"):
        assert words in out
    for key in Scenario.named().flat():
        assert run(capsys, "explain", key)[0] == 0
    assert "unstable share" in run(capsys, "explain", "tipping", "point")[1]
    assert loads(run(capsys, "explain", "kappa", "--json")[1])["key"] == "rules.kappa"


def test_tour_saves_its_figure_whole(capsys, tmp_path):
    code, out, _ = run(capsys, "tour", "--out", str(tmp_path / "made"), *FEW)
    assert code == 0
    figure = tmp_path / "made" / "weight-copying.png"
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert [file.name for file in figure.parent.iterdir()] == [figure.name]
    assert out.count("  3. ") == 2
    tries = [line.strip() for line in out.split("Try next:")[1].splitlines() if line.strip()]
    assert len(tries) == 2
    for line in tries:
        program, command, scenario, *_ = line.split()
        assert (program, command in ("play", "solve"), scenario) == ("yuma", True, "weight-copying")
    code, out, err = run(capsys, "tour", "--out", str(figure / "under"), *FEW)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_as_a_process():
    """Exit code and streams of a real process; an interrupted one ends with 130."""
    bad = subprocess.run([sys.executable, "-m", "experiments.cli", "play", "nosuch"], capture_output=True, text=True)
    assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (2, "", 1)
    good = subprocess.run([sys.executable, "-m", "experiments.cli", "explain", "kappa", "--json"], capture_output=True)
    assert good.returncode == 0
    assert json.loads(good.stdout)["key"] == "rules.kappa"
    assert good.stderr == b""


def test_compiling_is_announced_and_can_be_done_before(capsys, tmp_path):
    """Without a compiled cache a command says on stderr what it waits for; the next has nothing to wait for."""
    for room in ("econ", "agents", "charts", "experiments"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    fresh = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}
    words = [sys.executable, "-m", "experiments.cli", "warm"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=fresh, cwd=tmp_path) as first:
        assert "preparing the inner loops (compiled once" in first.stderr.readline()
        first.terminate()  # `make run` waits for what follows, a minute and more
    run(capsys, "warm")
    code, said, warned = run(capsys, "warm")
    assert (code, said.partition(" (")[0], warned) == (0, "Compiled loops are ready", "")


@pytest.mark.parametrize(
    ("said", "threads"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2"), ({"OMP_NUM_THREADS": "3"}, None)]
)
def test_the_command_takes_one_thread_for_blas_unless_told(said, threads):
    kept = {name: value for name, value in os.environ.items() if not name.endswith("NUM_THREADS")}
    code = (
        "import os, sys\nfrom experiments.entry import main\nassert 'numpy' not in sys.modules\n"
        "sys.argv = ['yuma', '--version']\nassert main() == 0\nprint(os.environ.get('OPENBLAS_NUM_THREADS'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=kept | said, check=True)
    assert done.stdout.split()[-1] == str(threads)
