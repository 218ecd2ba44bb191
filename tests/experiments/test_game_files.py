"""`yuma solve FILE.nfg`: every concept answers in text and in JSON, and bad files and games in one line."""

import json
from pathlib import Path

import numpy as np
import pytest

from econ.equilibrium.solve import OF_NORMAL_FORMS
from econ.games import NormalForm, format_nfg, game_to_json, parse_nfg
from experiments.cli import main

CHICKEN = 'NFG 1 R "chicken" { "Ann" "Bob" } { { "dare" "yield" } { "dare" "yield" } }\n\n0 0 2 7 7 2 6 6\n'
THREE = 'NFG 1 R "odd one out" { "A" "B" "C" } { 2 2 2 }\n0 0 0 1 0 0 0 1 0 0 0 1 0 0 1 0 1 0 1 0 0 0 0 0\n'
ZERO_SUM = 'NFG 1 R "pennies" { "A" "B" } { 2 2 }\n1 -1 -1 1 -1 1 1 -1\n'


def run(capsys, *words):
    code = main(list(words))
    done = capsys.readouterr()
    return code, done.out, done.err


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "game.nfg"
        path.write_text(text, "utf-8")
        return str(path)

    return write


@pytest.mark.parametrize("concept", OF_NORMAL_FORMS)
def test_every_concept_answers_in_both_forms(capsys, file, concept):
    path = file(ZERO_SUM if concept == "zero-sum" else CHICKEN)
    code, out, err = run(capsys, "solve", path, "--concept", concept)
    assert (code, err) == (0, "")
    assert f"({concept}), payoffs exact, epsilon 0.5." in out.splitlines()[0]
    assert "Checked: " in out
    for words in ("None", " nan", "Traceback"):
        assert words not in out
    code, out, err = run(capsys, "solve", path, "--concept", concept, "--json")
    answer = json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))
    assert (code, err) == (0, "")
    assert answer["concept"] == concept
    assert answer["checked"]
    assert answer["equilibria"] or answer["survivors"]
    assert set(answer) >= {"equilibria", "complete", "epsilon", "covers", "figures", "survivors", "steps", "subsets"}
    for one in answer["equilibria"]:
        for shares in one["strategy"].values():
            assert sum(shares.values()) == pytest.approx(1.0)


def test_correlated_profiles_are_named(capsys, file):
    _, out, _ = run(capsys, "solve", file(CHICKEN), "--concept", "correlated")
    assert "50% (yield, yield) + 25% (dare, yield) + 25% (yield, dare)" in out
    _, out, _ = run(capsys, "solve", file(CHICKEN), "--concept", "correlated", "--json")
    joint = json.loads(out)["equilibria"][0]["joint"]
    assert {tuple(row["profile"]): round(row["probability"], 6) for row in joint} == {
        ("dare", "yield"): 0.25,
        ("yield", "dare"): 0.25,
        ("yield", "yield"): 0.5,
    }


def test_a_continuum_is_explained(capsys, file):
    _, out, _ = run(capsys, "solve", file('NFG 1 R "" { "A" "B" } { 2 2 }\n1 1 1 1 1 1 1 1\n'))
    assert "These are all extreme equilibria" in out
    assert "(1, 2, 3, 4, by row)" in out


def test_long_lists_are_cut_unless_all_is_asked_for(capsys, file):
    text = format_nfg(NormalForm([np.eye(6), np.eye(6)]))
    _, out, _ = run(capsys, "solve", file(text))
    assert "(13 more; --all shows them)" in out
    _, every, _ = run(capsys, "solve", file(text), "--all")
    assert every.count("\n") == out.count("\n") + 12


@pytest.mark.parametrize(
    "concept", [c for c in OF_NORMAL_FORMS if c not in ("zero-sum", "lemke-howson", "stackelberg")]
)
def test_three_players_and_one(capsys, file, concept):
    for text in (THREE, 'NFG 1 R "" { "only" } { 3 }\n1 5 2\n'):
        code, out, err = run(capsys, "solve", file(text), "--concept", concept)
        assert (code, err) == (0, ""), text
        assert concept in out


@pytest.mark.parametrize("concept", ["zero-sum", "lemke-howson", "stackelberg"])
def test_what_needs_two_players_says_so_in_one_line(capsys, file, concept):
    code, out, err = run(capsys, "solve", file(THREE), "--concept", concept)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "the game has 3 players; this needs a game of 2" in err


@pytest.mark.parametrize("concept", OF_NORMAL_FORMS)
@pytest.mark.parametrize(
    "payoffs",
    ["1e12 -1e12 1e-9 -1e-9 0 0 1 -1", "0 0 0 0 0 0 0 0", "1e90 -1e90 -1e90 1e90 -1e90 1e90 1e90 -1e90"],
    ids=["far apart", "equal", "huge"],
)
def test_hard_numbers_give_an_answer_or_one_line(capsys, file, concept, payoffs):
    code, out, err = run(
        capsys, "solve", file(f'NFG 1 R "" {{ "A" "B" }} {{ 2 2 }}\n{payoffs}\n'), "--concept", concept
    )
    if code == 0:
        assert (out != "", err) == (True, "")
        assert " nan" not in out
    else:
        assert (code, out, err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("size", ["1 1", "1 3", "3 1"])
@pytest.mark.parametrize("concept", [c for c in OF_NORMAL_FORMS if c != "zero-sum"])
def test_one_strategy_is_legal(capsys, file, concept, size):
    rows, columns = map(int, size.split())
    payoffs = " ".join(str((7 * k) % 5) for k in range(2 * rows * columns))
    code, _, err = run(
        capsys, "solve", file(f'NFG 1 R "" {{ "A" "B" }} {{ {size} }}\n{payoffs}\n'), "--concept", concept
    )
    assert (code, err) == (0, "")


SAMPLED = {
    "game": "roles",
    "roles": [{"name": "r", "players": 2, "strategies": ["a", "b"]}],
    "profiles": [
        {"counts": {"r": {"a": 2}}, "payoffs": {"r": {"a": [1.0, 1.1] * 40}}},
        {"counts": {"r": {"a": 1, "b": 1}}, "payoffs": {"r": {"a": [0.0] * 80, "b": [0.0] * 80}}},
        {"counts": {"r": {"b": 2}}, "payoffs": {"r": {"b": [2.0, 2.1] * 40}}},
    ],
}


@pytest.mark.parametrize("concept", ["nash", "pure", "correlated", "coarse", "qre", "ess", "alpha-rank", "stackelberg"])
def test_a_sampled_game_of_a_file_is_answered(capsys, tmp_path, concept):
    path = tmp_path / "game.json"
    path.write_text(json.dumps(SAMPLED))
    code, out, err = run(capsys, "solve", str(path), "--concept", concept, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["worlds"] == 80
    assert found["equilibria"]
    assert all(one["verdict"] in ("certified", "consistent") for one in found["equilibria"])
    assert found["checked"]
    code, out, err = run(capsys, "solve", str(path), "--concept", concept)
    assert (code, err) == (0, "")
    assert f"({concept}), 80 worlds a profile, epsilon 0.5." in out


def test_the_same_game_in_text_and_in_json(capsys, file, tmp_path):
    text = file('NFG 1 R "" { "A" "B" } { 2 2 }\n-1 -1 0 4 4 0 2 2\n')
    path = tmp_path / "game.json"
    path.write_text(json.dumps(game_to_json(parse_nfg(Path(text).read_text()))))
    answers = [json.loads(run(capsys, "solve", where, "--json")[1]) for where in (text, str(path))]
    assert {**answers[0], "seconds": 0} == {**answers[1], "seconds": 0}


def test_what_counts_as_nothing_may_be_set_for_a_file(capsys, file):
    path = file('NFG 1 R "" { "A" "B" } { 2 2 }\n-1 -1 0 4 4 0 2 2\n')
    found = json.loads(run(capsys, "solve", path, "--concept", "qre", "--set", "answer.epsilon=0.01", "--json")[1])
    assert found["epsilon"] == 0.01
    assert {one["verdict"] for one in found["equilibria"]} == {"certified", "rejected"}
    code, out, err = run(capsys, "solve", path, "--set", "rules.kappa=0.5")
    assert (code, out) == (2, "")
    assert "does not apply to a game file" in err


@pytest.mark.parametrize(
    ("text", "says"),
    [('{"game": ', "is not JSON"), ('{"game": "chess"}', "game is 'chess'"), ('["game"]', "a scenario is a table")],
)
def test_wrong_json_in_one_line(capsys, tmp_path, text, says):
    path = tmp_path / "game.json"
    path.write_text(text)
    code, out, err = run(capsys, "solve", str(path))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err
