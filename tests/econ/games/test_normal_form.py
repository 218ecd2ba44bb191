import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.games import NormalForm, format_nfg, parse_nfg


def test_regret_of_three_players_by_hand():
    rng = np.random.default_rng(0)
    payoffs = [rng.normal(size=(2, 3, 2)) for _ in range(3)]
    mixtures = [rng.dirichlet(np.ones(k)) for k in (2, 3, 2)]
    x, y, z = mixtures
    earned = [
        np.einsum("ijk,j,k->i", payoffs[0], y, z),
        np.einsum("ijk,i,k->j", payoffs[1], x, z),
        np.einsum("ijk,i,j->k", payoffs[2], x, y),
    ]
    game = NormalForm(payoffs)
    for mine, theirs in zip(game.deviation_payoffs(mixtures), earned, strict=True):
        np.testing.assert_allclose(mine, theirs)
    assert game.regret(mixtures) == pytest.approx(max((u.max() - u @ m) for u, m in zip(earned, mixtures, strict=True)))


def test_one_player_and_one_strategy_are_legal():
    assert NormalForm([np.array([1.0])]).regret([np.array([1.0])]) == 0.0


@pytest.mark.parametrize(
    ("payoffs", "message"),
    [
        ([], "0 tables"),
        ([np.zeros((2, 2))], r"player 1 have shape \(2, 2\)"),
        ([np.zeros((2, 2)), np.zeros((2, 3))], r"player 2 have shape \(2, 3\)"),
        ([np.zeros((2, 0)), np.zeros((2, 0))], "none empty"),
        ([np.array([1.0, np.nan])], r"at \(1,\) is nan; it must be finite"),
        ([np.array(["a"])], "must be real numbers"),
    ],
)
def test_bad_payoffs_are_refused(payoffs, message):
    with pytest.raises(ValueError, match=message):
        NormalForm(payoffs)


def test_bad_names_and_mixtures_are_refused():
    table = np.zeros((2, 2))
    with pytest.raises(ValueError, match="players has 1 names; the game has 2"):
        NormalForm([table, table], players=["Ann"])
    with pytest.raises(ValueError, match="list 'x' 2 times"):
        NormalForm([table, table], strategies=[["x", "x"], ["u", "v"]])
    with pytest.raises(ValueError, match="mixture of player 2"):
        NormalForm([table, table]).regret([[1, 0], [0.4, 0.4]])


def test_a_restricted_game_keeps_names_and_payoffs():
    payoffs = [np.random.default_rng(k).normal(size=(3, 2, 4)) for k in range(3)]
    game = NormalForm(payoffs).restricted([[2, 0], [1], [0, 3]])
    assert game.strategies == (("3", "1"), ("2",), ("1", "4"))
    assert game.payoffs[1].tolist() == payoffs[1][np.ix_([2, 0], [1], [0, 3])].tolist()
    with pytest.raises(ValueError, match=r"player 2 keeps strategies \[2\]; keep at least one of 0 to 1"):
        NormalForm(payoffs).restricted([[0], [2], [0]])
    with pytest.raises(ValueError, match=r"strategies of 1 players are kept; the game has 3"):
        game.restricted([[0]])


PAYOFF_FORM = 'NFG 1 R "two by three" { "Ann" "Bob" }\n{ 2 3 }\n"a comment"\n1 2  3 4  5 6  1/2 8  9 -1e1  11 12\n'
OUTCOME_FORM = """NFG 1 R "two by two" { "Ann" "Bob" }
{ { "up" "down" } { "left" "right" } }
{ { "first" 1, 2 } { "" 3 -4.5 } }
1 2 0 1
"""


def test_the_payoff_form():
    game = parse_nfg(PAYOFF_FORM)
    assert game.players == ("Ann", "Bob")
    assert game.payoffs[0].tolist() == [[1, 5, 9], [3, 0.5, 11]]
    assert game.payoffs[1].tolist() == [[2, 6, -10], [4, 8, 12]]


def test_the_outcome_form():
    game = parse_nfg(OUTCOME_FORM)
    assert game.strategies == (("up", "down"), ("left", "right"))
    assert game.payoffs[0].tolist() == [[1, 0], [3, 1]]
    assert game.payoffs[1].tolist() == [[2, 0], [-4.5, 2]]


@given(
    st.lists(st.integers(1, 3), min_size=1, max_size=3),
    st.integers(0, 1000),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8),
)
@settings(max_examples=50, deadline=None)
def test_writing_and_reading_gives_the_same(sizes, seed, name):
    rng = np.random.default_rng(seed)
    players = [f"{name}{k}" for k in range(len(sizes))]
    game = NormalForm([rng.normal(size=sizes) for _ in sizes], players=players)
    again = parse_nfg(format_nfg(game, name))
    assert again.players == game.players
    assert again.strategies == game.strategies
    for mine, theirs in zip(again.payoffs, game.payoffs, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("outcomes", [False, True])
def test_doubles_of_any_size_come_back(outcomes):
    table = np.array([1e23, -1e299, 1.7976931348623157e308, 5e-324, 123456789012345680.0, 1e15, -0.0, 1 / 3])
    assert parse_nfg(format_nfg(NormalForm([table]), outcomes=outcomes)).payoffs[0].tolist() == table.tolist()


def test_no_names_are_made_of_a_game_too_large():
    tracemalloc.start()
    for sizes in ("9999999 9999999", "9999999 1"):
        with pytest.raises(ValueError, match=r"at most 10000000 are read|ends too early"):
            parse_nfg(f'NFG 1 R "" {{ "a" "b" }} {{ {sizes} }} 1 2')
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000


def test_the_table_of_a_normal_form_runs_through_its_cells():
    payoffs = [np.random.default_rng(k).normal(size=(2, 3, 4)) for k in range(3)]
    game = NormalForm(payoffs).to_empirical()
    for row, counts in zip(game.mean, game.roles.profiles(), strict=True):
        places = np.flatnonzero(counts)
        cell = tuple(places - [0, 2, 5])
        assert row[places].tolist() == [table[cell] for table in payoffs]


def test_a_table_too_large_is_refused():
    game = NormalForm([np.zeros(10_000)])
    with pytest.raises(ValueError, match="a table of 100000000 payoffs; at most 50000000 are held: remove dominated"):
        game.to_empirical()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the text ends too early"),
        ("EFG 2 R", "line 1: found 'EFG'; expected the header"),
        (PAYOFF_FORM[:-4], "line 4: the text ends too early"),
        (PAYOFF_FORM + "13", "line 5: found '13'; expected the end after 6 profiles"),
        (PAYOFF_FORM.replace("9", "nan"), "line 4: found 'nan'; expected a finite number, payoff 9 of 12"),
        (PAYOFF_FORM.replace("1/2", "1/0"), "found '1/0'"),
        (PAYOFF_FORM.replace("{ 2 3 }", "{ 2 }"), "strategies of 1 players are listed; the header names 2"),
        (PAYOFF_FORM.replace("{ 2 3 }", "{ 2 0 }"), "at least one strategy of player 2"),
        (PAYOFF_FORM.replace("{ 2 3 }", "{ 9999 99999 }"), "at most 10000000 are read"),
        ('NFG 1 R "" { "a" "b" "c" } { 9999999 9999999 9999999 } 1 2', "9999999 x 9999999 x 9999999 = 9999997"),
        ('NFG 1 R "" { "a" } { 9999999 } 1 2', "line 1: the text ends too early"),
        (PAYOFF_FORM.replace('"Bob"', '"Ann"'), "no legal game: roles list 'Ann' 2 times"),
        (PAYOFF_FORM.replace('comment"', "comment"), "a quote is opened and never closed"),
        (OUTCOME_FORM.replace("0 1\n", "0 3\n"), "line 4: found '3'; expected the outcome of profile 4 of 4, 0 to 2"),
        (OUTCOME_FORM.replace("1, 2", "1"), "line 3: outcome 1 has 1 payoffs; it needs 2"),
    ],
)
def test_bad_text_is_refused_with_its_place(text, message):
    with pytest.raises(ValueError, match=message):
        parse_nfg(text)


def test_a_restriction_takes_arrays_of_numbers_too():
    game = NormalForm([np.arange(6.0).reshape(2, 3)] * 2)
    assert game.restricted([np.array([1]), np.array([0, 2])]).payoffs[0].tolist() == [[3.0, 5.0]]
    with pytest.raises(ValueError, match="keep at least one of 0 to 2"):
        game.restricted([np.array([1]), np.array([], dtype=int)])


@pytest.mark.parametrize(
    ("written", "read"), [("1e-9999999999999999999999", 0.0), ("0e99999999999999", 0.0), ("2E0", 2.0)]
)
def test_exponents_of_any_size_are_read_at_once(written, read):
    assert parse_nfg(f'NFG 1 R "" {{ "A" "B" }} {{ 1 1 }} 1 {written}').payoffs[1].tolist() == [[read]]


def test_a_number_too_large_is_refused_at_once():
    with pytest.raises(ValueError, match="found '1e9999999999999999999999'; expected a finite number"):
        parse_nfg('NFG 1 R "" { "A" "B" } { 1 1 } 1 1e9999999999999999999999')
