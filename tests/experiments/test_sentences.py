"""What is said of a game, on payoffs made by hand: no claim beyond the intervals, no tipping point left out."""

from types import SimpleNamespace

import numpy as np
import pytest

from econ import EmpiricalGame, Roles, solve
from econ.equilibrium import tipping
from experiments import Scenario
from experiments.sentences import sentences
from experiments.solution import Deviation, Search
from experiments.wording import percent


def solution_of(gains, spread=0.0, worlds=64, search=None):
    """A solution of validators honest or weight-copier whose gains from copying are these."""
    seats = len(gains)
    roles = Roles(names=("validators",), players=(seats,), strategies=(("honest", "weight-copier"),))
    luck = spread * np.random.default_rng(0).normal(size=worlds)
    payoffs = np.full((seats + 1, 2, worlds), np.nan)
    payoffs[:-1, 0] = 0.0
    payoffs[1:, 1] = np.asarray(gains, dtype=float)[:, None] + luck - luck.mean()
    game = EmpiricalGame(roles=roles, payoffs=payoffs)
    return SimpleNamespace(
        scenario=Scenario.named("weight-copying"), game=game, answer=solve(game), contests=tipping(game), search=search
    )


@pytest.mark.parametrize(
    ("gains", "says"),
    [
        ([-3, -2, -1, 4, 5], "Honesty survives 2 of 5 validators playing weight-copier, with a tipping point at"),
        ([1, 2, 3], "There is no tipping point towards weight-copier: it pays however many of 3 validators play it"),
        ([-1, -2, -3], "Honesty survives any number of 3 validators playing weight-copier: there is no tipping point"),
        (
            [1, -2, 1],
            "does not survive a single one of 3 validators playing weight-copier, with a tipping point at 78.9%",
        ),
        ([1, -3, 3, -1], "tipping point at 50%"),
        ([0, 0, 0], "Honesty and weight-copier pay the same, however many of 3 validators play which"),
    ],
)
def test_survival(gains, says):
    assert says in sentences(solution_of(gains))[2]


def test_noise_is_not_told_as_fact():
    first, second, third = sentences(solution_of([0.01, 0.5, 1.0], spread=1.0))
    assert "do not settle whether going alone pays" in first
    assert "consistent" in second or "not proved complete" in second
    assert "do not settle how many" in third
    assert "between none and" in third


def test_few_worlds_give_no_verdict():
    for sentence in sentences(solution_of([-1, 2, 3], spread=0.1, worlds=8)):
        assert "ewer than 64 worlds" in sentence
        assert "does not pay" not in sentence
        assert "table:" not in sentence


def test_shares_are_never_rounded_to_nobody():
    assert [percent(x) for x in (0.0, 1e-4, 0.5, 1 - 1e-4, 1.0)] == ["0%", "<0.1%", "50%", ">99.9%", "100%"]


@pytest.mark.parametrize(
    ("added", "ended", "verdict", "says"),
    [
        ((), True, "certified", "in 2 rounds found no deviation that gains more than 0.5 thousandths."),
        ((), True, "consistent", "found no deviation that is shown to gain more than 0.5 thousandths."),
        (
            (("validators", "honest(memory=0.3)"),),
            True,
            "certified",
            "in which honest(memory=0.3) came to be listed",
        ),
        ((), False, "rejected", "ended with its rounds: a deviation it found gains more than 0.5 thousandths."),
    ],
)
def test_a_search_tells_its_effort_and_its_end(added, ended, verdict, says):
    best = Deviation(equilibrium=0, role="validators", strategy="x", gain=(0.0, -1.0, 1.0), verdict=verdict, worlds=64)
    search = Search(
        parameters=(("validators.honest.memory", 0.0, 1.0),),
        left_out=(),
        tries=16,
        rounds=2,
        most_rounds=4,
        added=added,
        deviations=(best,),
        ended=ended,
    )
    told = sentences(solution_of([-1, -2, -3], search=search))
    assert len(told) == 4
    assert "16 values of validators.honest.memory from each equilibrium" in told[3]
    assert says in told[3]
