"""From players to answers: scenarios, simulation, the empirical game and its solution."""

from experiments.errors import BadInput
from experiments.payoffs import empirical_game
from experiments.playing import play
from experiments.scenario import Scenario
from experiments.simulate import simulate
from experiments.solution import Solution
from experiments.solving import solve_scenario

__all__ = ["BadInput", "Scenario", "Solution", "empirical_game", "play", "simulate", "solve_scenario"]
