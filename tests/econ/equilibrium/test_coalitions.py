import numpy as np
import pytest

from econ.equilibrium.coalitions import cheapest, coalitions
from econ.games import EmpiricalGame, Roles, RoleSymmetric

CLASSES = Roles(names=("large", "small"), players=(2, 5), strategies=(("honest", "cabal"), ("honest", "cabal")))
STAKE = {"large": 30.0, "small": 8.0}


def takeover(roles, threshold=50.0):
    """Colluders earn 3 if they hold more stake than a threshold and -1 otherwise; the honest then earn 0, else 1."""

    def payoff(c):
        held = c[:, [1, 3]] @ [30.0, 8.0]
        wins = (held > threshold)[:, None]
        return np.where([False, True, False, True], np.where(wins, 3.0, -1.0), np.where(wins, 0.0, 1.0))

    return RoleSymmetric.from_function(roles, payoff).to_empirical()


def test_the_cheapest_cabal_by_heads_and_by_stake():
    """Two large seats hold 60; one large and three small ones 54: more heads, less stake."""
    found = coalitions(takeover(CLASSES), "cabal", stake=STAKE)
    assert len(found) == 3 * 6 - 1
    fewest, least = cheapest(found), cheapest(found, by="stake")
    assert (fewest.sizes, fewest.heads, fewest.stake) == ({"large": 2}, 2, 60.0)
    assert (least.sizes, least.heads, least.stake) == ({"large": 1, "small": 3}, 4, 54.0)
    assert least.pays
    assert least.holds


def test_forming_and_joining_are_two_things():
    """Once it has won anyway, one more gains 3 over 0 by joining; forming it compares with 1."""
    found = {tuple(c.sizes.items()): c for c in coalitions(takeover(CLASSES), "cabal")}
    grand = found[("large", 2), ("small", 5)]
    assert grand.forming["small"][0] == 2.0
    assert grand.joining["small"][0] == 3.0
    weak = found[(("large", 1),)]
    assert weak.forming["large"][0] == weak.joining["large"][0] == -2.0
    assert weak.pays is False


def test_forming_pays_where_joining_does_not():
    """A public good: two who give both gain, but each would rather be given to."""
    roles = Roles(names=("r",), players=(3,), strategies=(("keep", "give"),))
    game = RoleSymmetric.from_function(
        roles, lambda c: np.stack([2.0 * c[:, 1], 2.0 * c[:, 1] - 3.0], axis=1)
    ).to_empirical()
    two = cheapest(coalitions(game, "give"))
    assert two.heads == 2
    assert two.pays is True
    assert two.holds is False
    assert [c.pays for c in coalitions(game, "keep", beside={"r": "give"})] == [True, False, False]


def test_noise_leaves_it_open_and_worlds_settle_it():
    truth = takeover(CLASSES)

    def sampled(worlds, noise):
        luck = np.random.default_rng(0).normal(scale=noise, size=(*truth.payoffs.shape[:2], worlds))
        return EmpiricalGame(roles=CLASSES, payoffs=truth.payoffs + luck)

    assert cheapest(coalitions(sampled(64, 0.1), "cabal", stake=STAKE), by="stake").stake == 54.0
    assert cheapest(coalitions(sampled(64, 20.0), "cabal")) is None
    assert {c.pays for c in coalitions(sampled(20, 0.1), "cabal")} == {None}


def test_bad_questions_are_refused():
    game = takeover(CLASSES)
    with pytest.raises(ValueError, match="strategy is 'bribe'; no role lists it"):
        coalitions(game, "bribe")
    with pytest.raises(ValueError, match="beside has 'large': 'x'"):
        coalitions(game, "cabal", beside={"large": "x"})
    with pytest.raises(ValueError, match="by is 'votes'"):
        cheapest(coalitions(game, "cabal"), by="votes")
    with pytest.raises(ValueError, match="no stakes were given"):
        cheapest(coalitions(game, "cabal"), by="stake")
    with pytest.raises(ValueError, match="give that of a seat"):
        coalitions(game, "cabal", stake={"large": 1.0})
