import json
import math
from dataclasses import replace

import numpy as np
import pytest

from econ.equilibrium import Answer, Equilibrium, solve, solve_ess, verdict
from econ.games import NormalForm, Roles, RoleSymmetric


@pytest.mark.parametrize(
    ("low", "high", "worlds", "expected"),
    [
        (0.0, 0.5, 64, "certified"),
        (0.1, 0.5, 64, "certified"),
        (0.0, 0.5001, 64, "consistent"),
        (0.1, 0.6, 64, "undecided"),
        (0.5001, 0.6, 64, "rejected"),
        (0.5, 0.6, 64, "undecided"),
        (0.0, math.inf, 64, "consistent"),
        (0.0, 0.1, 63, "undecided"),
        (0.7, 0.9, 63, "undecided"),
        (0.0, 0.0, None, "certified"),
        (2.0, 2.0, None, "rejected"),
    ],
)
def test_the_table_of_verdicts(low, high, worlds, expected):
    assert verdict(low, high, 0.5, worlds) == expected


def answer(word, worlds=64):
    one = Equilibrium(
        kind="symmetric-pure",
        strategy={"v": {"a": 1.0, "b": 0.0}, "m": {"honest": 1.0}},
        strategy_interval={"v": {"a": (1.0, 1.0), "b": (0.0, 0.0)}, "m": {"honest": (1.0, 1.0)}},
        regret=0.0,
        regret_interval=(0.0, math.inf),
        verdict=word,
    )
    return Answer(
        concept="nash",
        equilibria=(one,),
        complete=None,
        epsilon=0.5,
        level=0.95,
        covers={"v": ("a", "b"), "m": ("honest",)},
        worlds=worlds,
    )


def test_the_sentence_says_what_is_and_is_not_covered():
    certified = answer("certified")
    assert certified.sentence(certified.equilibria[0]) == (
        "With 95% confidence none of the 2 strategies tried gains more than 0.5 thousandths of emission by switching "
        "alone. Not covered: strategies not tried, groups (unless tested), and whether this model fits your subnet."
    )
    for word, start in (("consistent", "Not refuted, and no claim"), ("undecided", "Undecided"), ("rejected", "With")):
        other = answer(word)
        assert other.sentence(other.equilibria[0]).startswith(start)
    exact = answer("certified", worlds=None)
    assert exact.sentence(exact.equilibria[0]) == (
        "None of the 2 strategies tried gains more than 0.5 by switching alone."
    )


def test_a_strategy_that_two_roles_share_is_counted_once():
    two = replace(answer("certified"), covers={"large": ("a", "b"), "small": ("a", "b"), "m": ("honest",)})
    assert "none of the 2 strategies tried" in two.sentence(two.equilibria[0])
    lone = replace(two, covers={"large": ("a",), "small": ("b",)})
    assert "none of the 2 strategies tried" in lone.sentence(lone.equilibria[0])


def test_json_is_finite_and_keeps_its_names():
    shown = json.loads(json.dumps(answer("consistent").to_json(), allow_nan=False))
    assert set(shown) >= {"concept", "equilibria", "complete", "epsilon", "covers", "worlds", "unsearched"}
    one = shown["equilibria"][0]
    assert one["regret_interval"] == [0.0, None]
    assert one["strategy_interval"]["v"]["a"] == [1.0, 1.0]
    assert {"kind", "strategy", "regret", "verdict", "stable"} <= set(one)


def test_one_door(matched):
    game = matched(np.diag([1.0, 2.0]))
    assert [e.kind for e in solve(game).equilibria] == ["symmetric-pure", "symmetric-mixed", "symmetric-pure"]
    pure = solve(game, "pure")
    assert [e.kind for e in pure.equilibria] == ["symmetric-pure", "symmetric-pure"]
    assert (pure.concept, pure.complete) == ("pure", True)
    with pytest.raises(ValueError, match="concept is 'nahs'; built are nash, pure"):
        solve(game, "nahs")
    with pytest.raises(ValueError, match="concept 'zero-sum' is for games in normal form; for others there are"):
        solve(game, "zero-sum")
    with pytest.raises(ValueError, match="epsilon is -1"):
        solve(game, epsilon=-1)


def test_three_players_in_normal_form():
    """Three who want to be the odd one out mix evenly; so is every profile with one against two."""
    cells = np.indices((2, 2, 2))
    payoffs = [((cells[k] != cells[k - 1]) & (cells[k] != cells[k - 2])).astype(float) for k in range(3)]
    found = solve(NormalForm(payoffs))
    assert any(e.strategy["player 1"]["1"] == pytest.approx(0.5) for e in found.equilibria)
    for e in found.equilibria:
        if e.kind.startswith("symmetric"):
            assert NormalForm(payoffs).regret([list(s.values()) for s in e.strategy.values()]) <= 1e-9
    only = NormalForm([np.array([1.0, 3.0, 3.0])])
    assert [e.kind for e in solve(only).equilibria] == ["component"]
    assert len(solve(only, "pure").equilibria) == 2


def test_a_mutants_certificate_does_not_speak_of_switching_alone():
    """Finite-population stability compares within a profile: its sentence must not claim a best reply."""
    roles = Roles(names=("r",), players=(3,), strategies=(("kind", "spite"),))
    table = np.array([[3.0, np.nan], [0.0, 2.0], [-1.0, 1.0], [np.nan, 0.0]])
    answer = solve_ess(RoleSymmetric(roles=roles, payoffs=table))
    said = answer.sentence(answer.equilibria[0])
    assert "lone mutant" in said
    assert "switching alone" not in said
