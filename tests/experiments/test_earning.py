"""What strategies earn in a few profiles is what they earn in the game."""

import numpy as np

from experiments import Scenario, empirical_game, play
from experiments.earning import earned, lone_gain

FEW = {"validators.count": 3, "miners.count": 8, "epochs": 20, "burn_in": 5, "worlds": 4}


def test_a_payoff_is_the_games_with_what_the_cabals_miners_earn():
    scenario = Scenario.named("cabal", FEW)
    game = empirical_game(scenario)
    every = earned(scenario, [{"validators.colluding": size} for size in range(4)])
    for size, one in enumerate(every):
        number = int(game.roles.index(np.array([[3 - size, size, 8]]))[0])
        for place, (role, name) in enumerate(game.roles.axis):
            np.testing.assert_allclose(one.payoff(f"{role}.{name}"), game.payoffs[number, place], atol=1e-9)
    shown = {row.strategy: row.payoff[0] for row in play(scenario, {"validators.colluding": 2}).rows}
    assert np.isclose(every[2].payoff("validators.colluding").mean(), shown["colluding"])


def test_a_lone_gain_is_paired_by_world():
    scenario = Scenario.named("weight-copying", FEW)
    gains = lone_gain(scenario, "validators.weight-copier")
    game = empirical_game(scenario)
    alone = game.roles.index(np.array([[3, 0, 8], [2, 1, 8]]))
    np.testing.assert_allclose(gains, game.payoffs[alone[1], 1] - game.payoffs[alone[0], 0], atol=1e-9)
