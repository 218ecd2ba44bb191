"""Little work, one world, and numbers that doubles do not hold: what is said is true, and nothing breaks."""

import numpy as np
import pytest

from econ.equilibrium import alpha_rank, solve
from econ.equilibrium.solve import OF_EMPIRICAL_GAMES, OF_NORMAL_FORMS
from econ.games import EmpiricalGame, NormalForm, Roles, RoleSymmetric
from econ.games.nfg import parse_nfg

ROLES = Roles(names=("x", "y"), players=(3, 2), strategies=(("a", "b", "c"), ("u", "v")))
TABLE = np.where(ROLES.profiles() > 0, np.random.default_rng(0).normal(size=ROLES.profiles().shape), np.nan)
BIMATRIX = NormalForm([np.random.default_rng(1).normal(size=(4, 4)), np.random.default_rng(2).normal(size=(4, 4))])
HEAD = 'NFG 1 R "t" { "a" "b" } { 2 2 }\n'


@pytest.mark.parametrize("concept", OF_EMPIRICAL_GAMES)
def test_one_world_says_nothing_of_regret(concept):
    answer = solve(EmpiricalGame(roles=ROLES, payoffs=TABLE[..., None]), concept)
    assert answer.complete is not True
    assert answer.figure_intervals == {}
    for one in answer.equilibria:
        assert one.verdict == "undecided"
        assert one.regret_interval[0] >= 0.0
        assert not np.isnan(one.regret_interval[1])


@pytest.mark.parametrize("budget", [0, 1, 3])
@pytest.mark.parametrize("concept", OF_EMPIRICAL_GAMES)
@pytest.mark.parametrize("sampled", [False, True])
def test_games_of_roles_are_answered_with_any_budget(concept, budget, sampled):
    game = RoleSymmetric(roles=ROLES, payoffs=TABLE)
    if sampled:
        luck = np.random.default_rng(3).normal(size=(*TABLE.shape, 64))
        game = EmpiricalGame(roles=ROLES, payoffs=TABLE[..., None] + luck)
    answer = solve(game, concept, budget=budget)
    assert answer.complete is not True
    assert answer.equilibria
    assert answer.unsearched
    for one in answer.equilibria:
        assert np.isfinite(one.regret)
        assert answer.sentence(one)


def test_the_best_of_few_states_is_listed_and_the_rest_are_counted():
    game = RoleSymmetric(roles=ROLES, payoffs=TABLE)
    whole = {concept: solve(game, concept) for concept in ("ess", "alpha-rank", "pure")}
    for concept, states in (("ess", 6), ("alpha-rank", 6), ("pure", ROLES.profile_count)):
        assert solve(game, concept, budget=states) == whole[concept]
        assert solve(game, concept, budget=2).unsearched == states - 2
    one = alpha_rank(game, most_states=1)
    assert (one.states, one.mass, one.unranked) == ((("a", "u"),), (1.0,), 5)


@pytest.mark.parametrize("seed", [5, 7, 9, 15, 45])
def test_no_point_is_listed_that_rounding_took_for_an_equilibrium(seed):
    """Payoffs a million million apart: what doubles cannot tell is followed in whole numbers, or left out and said."""
    rng = np.random.default_rng(seed)
    shape = tuple(int(n) for n in rng.integers(2, 6, size=2))
    table = rng.normal(size=shape)
    table[rng.random(shape) < 0.3] *= 1e12
    game = NormalForm([table, rng.permutation(table)])
    for concept in ("nash", "lemke-howson", "correlated", "coarse", "stackelberg"):
        answer = solve(game, concept)
        assert [one.verdict for one in answer.equilibria] == ["certified"] * len(answer.equilibria)
        if concept in ("correlated", "coarse"):
            assert (len(answer.equilibria) == 3 and "not listed" not in answer.checked) or answer.unsearched


def test_a_leader_is_not_paid_less_than_a_pure_commitment_gives():
    far = NormalForm([np.array([[1e12, 0.0], [0.0, 1.0]]), np.array([[1.0, 0.0], [0.0, 1e12]])])
    figures = solve(far, "stackelberg").figures
    assert (figures["player 1 leads, weak"], figures["player 1 leads, strong"]) == (1e12, 1e12)
    assert figures["player 2 leads, weak"] == 1e12


@pytest.mark.parametrize("seed", [19, 42, 48])
def test_slopes_that_have_no_inverse_warn_nobody(seed):
    roles = Roles(names=("a", "b"), players=(3, 2), strategies=(("x", "y"), ("u", "v", "w")))
    table = np.random.default_rng(seed).integers(0, 3, size=roles.profiles().shape).astype(float)
    assert solve(RoleSymmetric(roles=roles, payoffs=np.where(roles.profiles() > 0, table, np.nan))).equilibria


@pytest.mark.parametrize("budget", [0, 0.5, 1])
@pytest.mark.parametrize(
    "concept", ["nash", "pure", "correlated", "coarse", "stackelberg", "lemke-howson", "dominance"]
)
def test_a_small_budget_gives_what_was_found_with_its_regret(concept, budget):
    answer = solve(BIMATRIX, concept, budget=budget)
    assert answer.complete is not True
    for one in answer.equilibria:
        assert np.isfinite(one.regret)
    if concept == "stackelberg":  # a pure commitment is left, which the full search can only better
        full = solve(BIMATRIX, concept).figures
        assert all(answer.figures[name] <= full[name] + 1e-9 for name in full)
        assert all(one.regret == 0.0 for one in answer.equilibria)


@pytest.mark.parametrize("budget", [-1, float("nan"), float("inf")])
@pytest.mark.parametrize("concept", sorted(OF_NORMAL_FORMS))
def test_no_budget_is_refused_in_one_line(concept, budget):
    with pytest.raises(ValueError, match="budget is"):
        solve(BIMATRIX, concept, budget=budget)


def test_integers_that_doubles_round_are_refused():
    big = 2**60
    with pytest.raises(ValueError, match=r"player 1 at \(0, 0\) is 1152921504606846977; doubles do not hold"):
        NormalForm([np.array([[big + 1, big], [big, big + 1]]), np.eye(2)])
    assert NormalForm([np.array([[big, 0], [0, big]]), np.eye(2)]).payoffs[0][0, 0] == big
    with pytest.raises(ValueError, match="line 2: found '9007199254740993'; expected an integer that a double holds"):
        parse_nfg(HEAD + "9007199254740993 2 3 4 5 6 7 8")


@pytest.mark.parametrize("word", ["1_0", "١", "1e", "--1", "1/2/3", "1,5"])
def test_what_only_python_reads_as_a_number_is_refused(word):
    with pytest.raises(ValueError, match="line 2"):
        parse_nfg(HEAD + f"{word} 2 3 4 5 6 7 8")


def test_payoffs_too_far_apart_are_never_called_all():
    """Beside two who meet at a ratio of 1e12 a mixture of one in 1e12 is an equilibrium, too faint to be found."""
    roles = Roles(names=("r",), players=(3,), strategies=(("a", "b"),))
    for ratio, proved in ((1e3, True), (1e12, None), (1e15, None), (1e99, None)):
        table = np.array([[ratio, np.nan], [ratio / 2, 0.0], [0.0, 0.5], [np.nan, 1.0]])
        answer = solve(EmpiricalGame.exact(roles, table))
        assert answer.complete is proved
        assert len(answer.equilibria) == 3 if proved else answer.equilibria


def test_no_gain_is_certified_away_beside_payoffs_a_million_million_times_as_large(from_gains):
    """All of them playing the second lose 1 by it, which counts as rounding beside what one and one earn."""
    game = from_gains([-1.0, 1e12, -1.0])
    listed = [e for e in solve(game).equilibria if e.counts is None]
    assert listed
    for one in listed:
        regret = float(game.regret(np.array(list(one.strategy["r"].values()))))
        assert one.regret_interval[0] <= regret <= one.regret_interval[1]
        assert not (one.verdict == "certified" and regret > 0.5)


def test_no_gain_is_rounded_away_that_a_large_constant_hides():
    """Player 1 has one best reply to each of the others, by 1 beside 1e13."""
    large = np.array([[1e13, 0.0], [1e13 + 1.0, -1.0]])
    best = solve(NormalForm([large, np.array([[3.0, 0.0], [0.0, 0.0]])]), "anarchy").equilibria[0]
    assert (best.regret, best.verdict) == (1.0, "rejected")
    three = NormalForm([np.stack([large] * 2, axis=-1), np.zeros((2, 2, 2)), np.zeros((2, 2, 2))])
    answer = solve(three)
    assert answer.complete is None
    assert [(one.kind, one.verdict) for one in answer.equilibria] == [("component", "consistent")]


@pytest.mark.parametrize("offset", [0.0, 1e6, -1e6])
def test_a_constant_added_to_all_payoffs_is_no_such_ratio(offset):
    roles = Roles(names=("r",), players=(3,), strategies=(("a", "b"),))
    table = np.array([[2.0, np.nan], [1.0, 0.0], [0.0, 0.5], [np.nan, 1.0]]) + offset
    answer = solve(EmpiricalGame.exact(roles, table))
    assert (answer.complete, len([e for e in answer.equilibria if e.counts is None])) == (True, 3)


def test_games_that_no_memory_holds_are_refused_at_once():
    many = Roles(names=("r",), players=(10**6,), strategies=(tuple("abcd"),))
    with pytest.raises(ValueError, match="166667666668500001 profiles"):
        RoleSymmetric.from_function(many, lambda counts: 1.0 * counts)
    with pytest.raises(ValueError, match="list fewer strategies or players"):
        EmpiricalGame.exact(many, np.zeros((2, 4)))


def test_selection_of_no_finite_strength_is_refused():
    game = EmpiricalGame.exact(ROLES, TABLE)
    for intensity in (float("inf"), float("nan"), -1.0):
        with pytest.raises(ValueError, match="intensity is"):
            alpha_rank(game, intensity=intensity)


@pytest.mark.parametrize("shape", [(6, 6), (5, 4), (3, 3, 2)])
def test_stable_states_cut_short_name_the_one_nearest_to_being_stable(shape):
    """Where no stable state was met before the work ended there is still one, with what mutants gain there."""
    listed = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        tables = [rng.normal(size=shape) for _ in shape]
        if shape == (6, 6):
            tables[1] = tables[0].T
        game = NormalForm(tables)
        whole, cut = solve(game, "ess"), solve(game, "ess", budget=0)
        assert whole.complete is True
        assert cut.complete is None
        assert cut.unsearched
        assert cut.equilibria
        for one in cut.equilibria:
            point = [np.array(list(shares.values())) for shares in one.strategy.values()]
            assert one.regret == pytest.approx(game.regret(point), abs=1e-12)
            if one.kind != "ess":
                listed += 1
                assert "mutant" in cut.sentence(one)
    assert listed
