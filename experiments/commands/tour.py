"""`yuma tour`: the main job in the terminal. Two games, played, solved and told; one figure; what to try next."""

from __future__ import annotations

import argparse
from pathlib import Path

from charts.deviation import deviation_chart
from experiments.commands.output import Output
from experiments.commands.set_argument import add_set_argument
from experiments.errors import BadInput
from experiments.files.figures import check_place, save_chart
from experiments.pairs import changes_from
from experiments.scenario import Scenario
from experiments.solution_text import solution_text
from experiments.solving import solve_scenario
from experiments.warming import warm

__all__ = ["HELP", "add_arguments", "run"]

HELP = "play and solve two games, save a figure under results/, and say what to try next"

_NEXT = (
    "yuma play weight-copying --set rules.reveal_period=5 --mix validators.weight-copier=4",
    "yuma solve weight-copying --set rules.reveal_period=5 --set rules.bonds_penalty=0",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the figure goes, and changes to both games."""
    parser.add_argument("--out", default="results", help="folder of the figure (default: results)")
    add_set_argument(parser, "a parameter of both games", "rules.reveal_period=5")


def run(arguments: argparse.Namespace) -> Output:
    """Solve both games, then the figure of the second."""
    changes = changes_from(arguments.set)
    games = (Scenario.named("subnet", changes), Scenario.named("weight-copying", {"rules.reveal_period": 5} | changes))
    if any(len(scenario.roles.strategies[0]) < 2 for scenario in games):
        raise BadInput(
            "the tour needs two strategies to compare; list them in validators.strategies, or use `yuma solve`"
        )
    if not arguments.out:
        raise BadInput("--out is empty; name a folder, for example results")
    place = Path(arguments.out) / "weight-copying.png"
    check_place(place)
    warm()
    solutions = []
    for scenario in games:
        arguments.progress.restart(f"playing {scenario.name}")
        solutions.append(solve_scenario(scenario, progress=arguments.progress))
    arguments.progress.close()
    contest = solutions[1].contests[0]
    chart = deviation_chart(
        contest.gains,
        games[1].roles.players[0],
        contest.second,
        contest.first,
        contest.points,
        title="Who copies whom?",
    )
    figure = save_chart(chart, place)
    blocks = [solution_text(solution) for solution in solutions]
    last = [f"Figure: {figure}", "", "Try next:", *(f"  {command}" for command in _NEXT)]
    return Output(
        text="\n\n".join([*blocks, "\n".join(last)]),
        json={"games": [solution.to_json() for solution in solutions], "figure": str(figure), "next": list(_NEXT)},
    )
