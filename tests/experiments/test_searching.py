"""The outer loop finds what a formula says is best, adds it, solves again, and says what it did."""

import json

import numpy as np
import pytest

from econ import solve
from experiments import Scenario
from experiments.cli import main
from experiments.levers import chosen_levers
from experiments.searching import SEARCHED, TESTED, search_scenario
from experiments.simulation import Records
from experiments.solving import solve_scenario

SMALL = {"validators.count": 4, "miners.count": 4, "epochs": 12, "burn_in": 4}
MEMORY = "validators.honest.memory"


class Formula:
    """Plays by a formula: a validator earns 50 - curve (memory - best)^2, less `crowd` a head that does the same."""

    def __init__(self, best=0.3, curve=40.0, crowd=0.0, luck=0.5):
        self.best, self.curve, self.crowd, self.luck = best, curve, crowd, luck
        self.worlds = []

    def __call__(self, scenario, profiles, worlds=None, *, instead=None, progress=None):
        profiles, worlds = np.asarray(profiles), np.asarray(worlds)
        self.worlds.append((int(worlds.min()), int(worlds.max())))
        payoff = np.full((*profiles.shape, len(worlds)), np.nan)
        axis = [(role, (instead or {}).get(name, name)) for role, name in scenario.roles.axis]
        for k, (role, name) in enumerate(axis):
            memory = getattr(scenario.policy(role, name), "memory", None)
            for row, counts in enumerate(profiles):
                alike = sum(counts[j] for j, pair in enumerate(axis) if pair == (role, name))
                if counts[k]:
                    value = 50.0 if memory is None else 50.0 - self.curve * (memory - self.best) ** 2
                    luck = [np.random.default_rng([int(w), *name.encode()]).normal(scale=self.luck) for w in worlds]
                    payoff[row, k] = value - self.crowd * (alike - 1) + np.array(luck)
        flat = np.zeros((len(profiles), len(worlds)))
        other = np.where(np.isnan(payoff), np.nan, 0.25)
        return Records(
            profiles=profiles,
            payoff=payoff,
            dividends=other,
            stake=other,
            validator_trust=other,
            cabal_income=flat,
            evaluation_spent=flat,
            quality_incentive_correlation=flat,
            newcomer_epochs_to_first_pay=flat * np.nan,
        )


def base(**changes):
    return Scenario.named("weight-copying", {**SMALL, "validators.strategies": "honest", **changes})


@pytest.mark.parametrize("best", [0.1, 0.5, 0.8])
def test_the_best_value_is_found_added_and_nothing_beats_it(best):
    """True regret at the default, memory 1: 40 (1 - best)^2, at least 1.6; at what is found at most epsilon."""
    play = Formula(best)
    solution = search_scenario(base(), [MEMORY], play=play, tries=10)
    search = solution.search
    assert search.ended
    assert search.added
    last = float(search.added[-1][1].removeprefix("honest(memory=").removesuffix(")"))
    assert 40 * (last - best) ** 2 <= 0.5  # the regret of the answer within the whole range, by the formula
    (found,) = solution.answer.equilibria
    assert found.strategy["validators"][search.added[-1][1]] == 1.0
    assert all(one.verdict == "certified" for one in search.deviations)
    assert search.rounds == len({name for _, name in search.added}) + 1


def test_worlds_that_choose_are_never_those_that_judge():
    play = Formula()
    search_scenario(base(**{"answer.max_worlds": 64}), [MEMORY], play=play, tries=4, rounds=3)
    games = {low for low, _ in play.worlds if low < SEARCHED}
    assert {0, 2**20} <= games  # each round's game in worlds of its own
    looked = {(low, high) for low, high in play.worlds if SEARCHED <= low < TESTED}
    tested = {(low, high) for low, high in play.worlds if low >= TESTED}
    assert looked
    assert tested
    assert max(high for _, high in looked) < min(low for low, _ in tested)


def test_a_gain_below_epsilon_is_no_reason_to_go_on():
    solution = search_scenario(base(), [MEMORY], play=Formula(best=0.9), tries=6)  # .4 at memory 1
    assert (solution.search.rounds, solution.search.added, solution.search.ended) == (1, (), True)
    assert 0.2 < solution.search.deviations[0].gain[0] < 0.5


def test_luck_alone_adds_nothing():
    """All values pay the same: the best of many tries looks better in the worlds that chose it, and only there."""
    for best in (0.2, 0.7):
        solution = search_scenario(base(), [MEMORY], play=Formula(best, curve=0.0, luck=3.0), tries=12)
        assert solution.search.added == ()
        low, high = solution.search.deviations[0].gain[1:]
        assert low <= 0.0 <= high


def test_from_a_mixture_the_others_are_drawn_or_all_played():
    """Who crowd a strategy pay for it: the equilibrium mixes both, and a third way alone is worth more than either."""
    scenario = Scenario.named(
        "weight-copying", {**SMALL, "validators.strategies": "honest(memory=0.25),honest(memory=0.35)"}
    )
    play = Formula(best=0.3, curve=0.0, crowd=2.0)
    solution = search_scenario(scenario, [MEMORY], play=play, tries=3, rounds=1)
    mixed = [k for k, e in enumerate(solution.answer.equilibria) if e.kind == "symmetric-mixed"]
    gains = {one.equilibrium: one.gain for one in solution.search.deviations}
    assert len(mixed) == 1
    mean, low, high = gains[mixed[0]]
    assert low - 0.05 <= 3.0 <= high + 0.05  # a player of the mixture meets 1.5 of its kind and pays 2 for each
    assert mean == pytest.approx(3.0, abs=0.4)


def test_rounds_end_and_say_so():
    solution = search_scenario(base(), [MEMORY], play=Formula(0.3), tries=2, rounds=1)
    assert not solution.search.ended
    assert solution.search.deviations[0].verdict == "rejected"


def test_the_same_again_and_the_real_game(capsys):
    words = ["solve", "cabal", "--search", "validators.colluding.self_weight=0.2..0.9", "--tries", "3", "--rounds", "1"]
    for key, value in (SMALL | {"answer.max_worlds": 64}).items():
        words += ["--set", f"{key}={value}"]
    assert main([*words, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["search"]["parameters"] == [{"key": "validators.colluding.self_weight", "low": 0.2, "high": 0.9}]
    assert first["search"]["tries"] == 3
    assert {one["equilibrium"] for one in first["search"]["deviations"]} <= set(range(len(first["equilibria"])))
    assert main([*words, "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert {**first, "seconds": 0} == {**again, "seconds": 0}
    assert main(words) == 0
    text = capsys.readouterr().out
    assert "Searched: validators.colluding.self_weight from 0.2 to 0.9; 3 values" in text
    assert "A search proves nothing about values that it did not try." in text


def test_all_takes_what_players_choose_and_names_what_it_leaves_out():
    groups, left_out = chosen_levers(Scenario.named("subnet"), ["all"])
    keys = [lever.key for some in groups for lever in some.levers]
    assert MEMORY in keys
    assert "validators.colluding.self_weight" in keys
    assert not any("cost" in key for key in keys)
    assert "validators.honest.sharpness" in left_out
    groups, left_out = chosen_levers(Scenario.named("subnet"), ["all", "validators.honest.sharpness=0.5..4"])
    assert left_out == ()


def test_what_a_strategy_sets_itself_is_kept():
    scenario = base(**{"validators.strategies": "honest(memory=0.5;sharpness=2)"})
    (some,), _ = chosen_levers(scenario, [MEMORY])
    assert some.named(np.array([1.0])) == "honest(sharpness=2;memory=1)"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--search", "validators.honest.memori"], "honest has memory, sharpness that its player chooses"),
        (["--search", "validators.honst.memory"], "did you mean honest?"),
        (["--search", "validator.honest.memory"], "names nothing that is chosen in this game"),
        (["--search", "memory"], "names nothing that is chosen in this game"),
        (["--search", "validators.honest.sharpness"], "has no end; write validators.honest.sharpness=LOW..HIGH"),
        (["--search", "validators.honest.memory=0.5"], "is no range; write validators.honest.memory=LOW..HIGH"),
        (["--search", "validators.honest.memory=0.5..2"], "memory is 2.0"),
        (["--search", "validators.honest.memory=0.9..0.5"], "the first must be the smaller"),
        (["--search", "validators.honest.memory=nan..0.5"], "memory is nan"),
        (["--search", "miners.honest.cost"], "cost is set by the market"),
        (["--search", MEMORY, "--search", MEMORY], "twice"),
        (["--search", MEMORY, "--tries", "1"], "it needs at least 2 values"),
        (["--search", MEMORY, "--rounds", "0"], "1 round"),
        (["--tries", "5"], "name what with --search"),
        (["--search", MEMORY, "--concept", "pure"], "leave out --concept pure"),
        (["--bounds", "exact"], "invalid choice: 'exact'"),
    ],
)
def test_bad_input(capsys, words, says):
    assert main(["solve", "weight-copying", *words]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert told.err.count("\n") == 1


def test_bounds_is_a_flag():
    plain = solve_scenario(base(**{"answer.bounds": "finite", "answer.max_worlds": 64}), play=Formula())
    assert plain.scenario.answer.bounds == "finite"


def test_a_new_name_for_the_same_gains_exactly_nothing():
    """Both are compared in the same seat and luck, where the mean over seats would be blurred by who sits where."""
    scenario = Scenario.named("weight-copying", {**SMALL, "answer.max_worlds": 64, "miners.cost": 5.0})
    solution = search_scenario(scenario, ["miners.lazy.level=0.9..1"], tries=2, rounds=1)
    best = {one.strategy: one.gain for one in solution.search.deviations}
    assert best["lazy(level=1)"] == (0.0, 0.0, 0.0)


def test_a_colluder_among_colluders_is_paid_its_share():
    """Where others collude the seat cannot play both sides under one name; what it gains is still the game's own."""
    scenario = Scenario.named("cabal", {**SMALL, "answer.max_worlds": 64})
    solution = search_scenario(scenario, ["validators.colluding.self_weight=0.4999..0.5001"], tries=2, rounds=1)
    found = {one.equilibrium: one for one in solution.search.deviations}
    for place, e in enumerate(solution.answer.equilibria):
        if e.strategy["validators"]["honest"] == 1.0:
            roles = solution.game.roles
            alone = solution.game.payoffs[roles.index(np.array([3, 1, 4])), 1] - 125.0
            assert found[place].gain[0] == pytest.approx(alone.mean(), abs=3.0 * alone.std())
        if e.strategy["validators"]["colluding"] == 1.0:
            assert abs(found[place].gain[0]) < 0.1
    assert len(found) >= 2


@pytest.mark.parametrize("rounds", [1, 2])
def test_certificates_share_the_chance_to_miss_with_the_search(rounds):
    """Half of 5% over the games of all rounds: intervals are those of that level, and the sentence says 95% of all."""
    scenario = base(**{"answer.max_worlds": 64})
    found = search_scenario(scenario, [MEMORY], tries=2, rounds=rounds, play=Formula(crowd=2.0))
    alone = solve(found.game, epsilon=scenario.answer.epsilon, level=1.0 - 0.05 / (2 * rounds))
    assert [e.regret_interval for e in found.answer.equilibria] == [e.regret_interval for e in alone.equilibria]
    assert found.answer.level == 0.95
