"""Games come back from JSON as they were, and a wrong document is refused with its place."""

import json

import numpy as np
import pytest

from econ.games import (
    EmpiricalGame,
    NormalForm,
    Roles,
    RoleSymmetric,
    format_nfg,
    game_from_json,
    game_to_json,
    parse_nfg,
)

ROLES = Roles(names=("r", "s"), players=(2, 1), strategies=(("a", "b"), ("u", "v")))


def again(game):
    return game_from_json(json.loads(json.dumps(game_to_json(game))))


@pytest.mark.parametrize("sizes", [(3,), (2, 3), (2, 1, 3)])
def test_normal_form_both_ways(sizes):
    rng = np.random.default_rng(0)
    game = NormalForm([rng.normal(size=sizes) for _ in sizes], players=[f"p{k}" for k in range(len(sizes))])
    back = again(game)
    assert (back.players, back.strategies) == (game.players, game.strategies)
    for one, other in zip(back.payoffs, game.payoffs, strict=True):
        np.testing.assert_array_equal(one, other)


def test_numbers_of_any_size_come_back_or_are_refused():
    game = NormalForm([np.array([1e305, -1.7976931348623157e308, 5e-324, 2.0**60])])
    assert again(game).payoffs[0].tolist() == game.payoffs[0].tolist()
    document = game_to_json(game)
    for wrong, says in ((2**60 + 1, "doubles do not hold"), (10**400, "a finite number")):
        document["payoffs"] = [[wrong, 0, 0, 0]]
        with pytest.raises(ValueError, match=rf"payoffs\[0\]\[0\] holds {str(wrong)[:19]}.*{says}"):
            game_from_json(document)


@pytest.mark.parametrize("outcomes", [False, True])
def test_both_forms_of_text_both_ways(outcomes):
    rng = np.random.default_rng(1)
    game = NormalForm([rng.integers(-2, 3, size=(2, 3, 2)).astype(float) for _ in range(3)])
    text = format_nfg(game, "title", outcomes=outcomes)
    for one, other in zip(parse_nfg(text).payoffs, game.payoffs, strict=True):
        np.testing.assert_array_equal(one, other)
    assert ('{ "" ' in text) is outcomes


def test_roles_both_ways_with_profiles_missing():
    counts = ROLES.profiles()
    table = np.where(counts > 0, np.random.default_rng(2).normal(size=counts.shape), np.nan)
    table[3] = np.nan
    back = again(RoleSymmetric(roles=ROLES, payoffs=table))
    assert back.roles == ROLES
    np.testing.assert_array_equal(back.payoffs, table)
    assert back.missing.tolist() == [k == 3 for k in range(len(counts))]


def test_sampled_both_ways():
    counts = ROLES.profiles()
    table = np.where((counts > 0)[..., None], np.random.default_rng(3).normal(size=(*counts.shape, 5)), np.nan)
    back = again(EmpiricalGame(roles=ROLES, payoffs=table))
    assert isinstance(back, EmpiricalGame)
    assert not back.is_exact
    np.testing.assert_array_equal(back.payoffs, table)


def test_an_exact_game_comes_back_known():
    game = NormalForm([np.eye(2), np.eye(2)]).to_empirical()
    back = again(game)
    assert isinstance(back, RoleSymmetric)
    np.testing.assert_array_equal(back.payoffs, game.payoffs[..., 0])


def changed(**changes):
    document = {
        "game": "roles",
        "roles": [{"name": "r", "players": 2, "strategies": ["a", "b"]}],
        "profiles": [{"counts": {"r": {"a": 2}}, "payoffs": {"r": {"a": 1}}}],
    }
    return document | changes


ONE = {"counts": {"r": {"a": 2}}, "payoffs": {"r": {"a": 1}}}


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ([], "the document is no table"),
        ({}, "has no 'game'"),
        ({"game": "chess"}, "game is 'chess'; it must be normal-form or roles"),
        ({"game": "normal-form", "players": 2}, "players = 2; it must be a list"),
        ({"game": "normal-form", "players": [{"name": "A", "strategies": []}], "payoffs": []}, "at least one"),
        ({"game": "normal-form", "players": [{"name": "A", "strategies": ["x"]}], "payoffs": []}, "needs one for each"),
        (
            {"game": "normal-form", "players": [{"name": "A", "strategies": ["x", "y"]}], "payoffs": [[1]]},
            r"payoffs\[0\] has 1 entries; it needs 2",
        ),
        (
            {"game": "normal-form", "players": [{"name": "A", "strategies": ["x"]}], "payoffs": [["1"]]},
            "must be a finite number",
        ),
        (
            {"game": "normal-form", "players": [{"name": "A", "strategies": ["x"]}], "payoffs": [[float("nan")]]},
            "must be a finite number",
        ),
        (changed(profiles=[]), "profiles is empty"),
        (changed(profiles=[ONE, ONE]), r"profiles\[1\] has counts \[2, 0\] again"),
        (changed(profiles=[ONE | {"counts": {"r": {"a": 1}}}]), "sum to 2"),
        (changed(profiles=[ONE | {"counts": {"r": {"a": -2}}}]), "whole number of at least 0"),
        (changed(profiles=[ONE | {"counts": {"r": {"c": 2}}}]), "names .r.c., which no role lists"),
        (changed(profiles=[ONE | {"payoffs": {"r": {"b": 1}}}]), "exactly those that are played"),
        (changed(profiles=[ONE | {"payoffs": {"r": {"a": []}}}]), "a list of one a world"),
        (
            changed(profiles=[ONE, {"counts": {"r": {"b": 2}}, "payoffs": {"r": {"b": [1, 2]}}}]),
            "has 2 worlds; the profiles before have 1",
        ),
        (changed(roles=[{"name": "r", "players": 2.5, "strategies": ["a"]}]), "players = 2.5; it must be a whole"),
        (changed(roles=[{"name": "r", "players": 10**6, "strategies": list("abc")}]), "at most 1000000 are read"),
    ],
)
def test_wrong_documents(document, says):
    with pytest.raises(ValueError, match=says):
        game_from_json(document)


def test_a_sampled_game_may_lack_profiles_too():
    document = changed(profiles=[{"counts": {"r": {"a": 2}}, "payoffs": {"r": {"a": [1, 2]}}}])
    game = game_from_json(document)
    assert game.missing.tolist() == [False, True, True]
    assert game.restricted({"r": ("a",)}).is_complete


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"payofs": []}, "the document has 'payofs', which is no part of a game; did you mean payoffs?"),
        ({"title": "x"}, "the document has 'title', which is no part of a game; known are game, players, payoffs"),
        ({"players": [{"name": "Ann", "strategies": ["a", "b"], "strategy": 1}]}, r"players\[0\] has 'strategy'"),
    ],
)
def test_a_name_that_nothing_reads_is_refused(change, message):
    document = {"game": "normal-form", "players": [{"name": "Ann", "strategies": ["a", "b"]}], "payoffs": [[1, 2]]}
    assert game_from_json(document)
    with pytest.raises(ValueError, match=message):
        game_from_json(document | change)


def test_what_is_refused_is_shown_on_one_line():
    with pytest.raises(ValueError, match=r"the document has payoffs = 'a\\nb'; it must be a list"):
        game_from_json({"game": "normal-form", "players": [], "payoffs": "a\nb"})
