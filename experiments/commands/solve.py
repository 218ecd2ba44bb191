"""`yuma solve`: sample the game of a scenario, or read one from a file, and list its equilibria."""

from __future__ import annotations

import argparse
import difflib
import time

from econ import solve
from econ.equilibrium.solve import CONCEPTS, OF_EMPIRICAL_GAMES
from econ.games import EmpiricalGame, NormalForm, RoleSymmetric
from experiments.changes_text import changes_json, changes_text
from experiments.commands.output import Output
from experiments.commands.scenario_arguments import add_scenario_arguments, chosen_scenario
from experiments.errors import BadInput
from experiments.files.game import read_game
from experiments.game_text import game_text
from experiments.honest_map import honest_map
from experiments.kept import NOWHERE, KeptPlay, kept_folder
from experiments.map_text import map_axes, map_text
from experiments.pairs import changes_from
from experiments.scenario import Scenario
from experiments.searching import MOST_ROUNDS, TRIES, search_scenario
from experiments.solution_text import solution_text
from experiments.solving import solve_scenario
from experiments.warming import warm
from experiments.what_changes import what_changes, worlds_of

__all__ = ["HELP", "add_arguments", "run"]

HELP = "sample the game of a scenario and list its equilibria, each with its regret"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The game and the concept."""
    add_scenario_arguments(parser, also=", or a game FILE.nfg or FILE.json")
    parser.add_argument("--concept", default="nash", help=f"one of {', '.join(CONCEPTS)} (default: nash)")
    parser.add_argument(
        "--bounds",
        choices=Scenario.keys()["answer.bounds"].choices,
        help="the kind of intervals: asymptotic, or finite (for any distribution, and many times wider)",
    )
    parser.add_argument(
        "--search",
        action="append",
        default=[],
        metavar="ROLE.STRATEGY.FIELD[=LOW..HIGH]",
        help="look for a better value of a policy's own number, add what gains more than epsilon and solve again; "
        "`all` for every number with a finite range; may be repeated",
    )
    parser.add_argument(
        "--tries", type=int, metavar="N", help=f"values that --search tries from each equilibrium (default: {TRIES})"
    )
    parser.add_argument(
        "--rounds", type=int, metavar="N", help=f"how often --search solves again at most (default: {MOST_ROUNDS})"
    )
    parser.add_argument(
        "--payoffs",
        metavar="DIR",
        help="where payoffs are kept and found again (default: the user's cache, or what YUMA_PAYOFFS names); "
        f"`{NOWHERE}`: play everything anew",
    )
    parser.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="KEY=V,V,...",
        help="twice: a map instead of equilibria, over two parameters: where does everybody's playing the first "
        "strategy hold against a lone switch? for example rules.reveal_period=0,2,4",
    )
    parser.add_argument(
        "--what-changes",
        action="store_true",
        help="instead of equilibria: for each rule the nearest value at which a crowd that held falls, or the reverse",
    )
    parser.add_argument("--all", action="store_true", help="show every profile, row and step")


def run(arguments: argparse.Namespace) -> Output:
    """Sample, solve and report."""
    if arguments.concept not in CONCEPTS:
        raise BadInput(f"--concept {arguments.concept!r} is not built; {_known(arguments.concept)}")
    game = read_game(arguments.scenario)
    if game is not None:
        return _file(arguments, game)
    if arguments.concept not in OF_EMPIRICAL_GAMES:
        raise BadInput(
            f"--concept {arguments.concept!r} is for game files (FILE.nfg, FILE.json); for a scenario known are "
            f"{', '.join(OF_EMPIRICAL_GAMES)}"
        )
    scenario = chosen_scenario(arguments)
    if arguments.bounds:
        scenario = scenario.changed({"answer.bounds": arguments.bounds})
    _check_search(arguments)
    if arguments.what_changes:
        return _changes(arguments, scenario)
    if arguments.over:
        return _map(arguments, scenario)
    play = KeptPlay(kept_folder(arguments.payoffs), first=warm)
    if not arguments.search:
        solution = solve_scenario(scenario, concept=arguments.concept, progress=arguments.progress, play=play)
    else:
        solution = search_scenario(
            scenario,
            arguments.search,
            tries=TRIES if arguments.tries is None else arguments.tries,
            rounds=MOST_ROUNDS if arguments.rounds is None else arguments.rounds,
            progress=arguments.progress,
            play=play,
        )
    return Output(text=solution_text(solution, every_profile=arguments.all), json=solution.to_json())


def _map(arguments: argparse.Namespace, scenario: Scenario) -> Output:
    for flag in ("search", "bounds", "payoffs"):
        if getattr(arguments, flag):
            raise BadInput(f"--{flag} does not apply to a map, which asks lone switches only; leave it or --over out")
    x, y, xs, ys = map_axes(arguments.over)
    warm()
    arguments.progress.restart("mapping")
    found = honest_map(scenario, x, y, xs, ys, progress=arguments.progress)
    first = scenario.roles.strategies[0][0]
    return Output(
        text=map_text(found, first, scenario.answer.level),
        json={**found.to_json(), "first": first, "scenario": scenario.name, "digest": scenario.digest},
    )


def _changes(arguments: argparse.Namespace, scenario: Scenario) -> Output:
    for flag in ("over", "search", "bounds", "payoffs"):
        if getattr(arguments, flag):
            raise BadInput(
                f"--{flag} does not apply to --what-changes, which asks lone switches; leave one of them out"
            )
    warm()
    arguments.progress.restart("trying rules")
    found = what_changes(scenario, progress=arguments.progress)
    worlds = worlds_of(scenario)
    return Output(
        text=changes_text(found, len(worlds), scenario.answer.level),
        json={
            "changes": changes_json(found),
            "worlds": len(worlds),
            "scenario": scenario.name,
            "digest": scenario.digest,
        },
    )


def _check_search(arguments: argparse.Namespace) -> None:
    """`BadInput` where what only a search needs is given without one, or a search of what it cannot look from."""
    for flag in ("tries", "rounds"):
        if getattr(arguments, flag) is not None and not arguments.search:
            raise BadInput(f"--{flag} {getattr(arguments, flag)} says how to search; name what with --search")
    if arguments.search and arguments.concept != "nash":
        raise BadInput(f"--search looks from Nash equilibria; leave out --concept {arguments.concept}")


def _known(concept: str) -> str:
    """The nearest concept, or all."""
    close = difflib.get_close_matches(concept, CONCEPTS, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(CONCEPTS)}"


def _file(arguments: argparse.Namespace, game: NormalForm | RoleSymmetric | EmpiricalGame) -> Output:
    flags = {
        "--preset": arguments.preset[:1],
        "--search": arguments.search[:1],
        "--over": arguments.over[:1],
        "--what-changes": [""] if arguments.what_changes else [],
        **{f"--{name}": [getattr(arguments, name)] for name in ("bounds", "tries", "rounds", "payoffs")},
    }
    for flag, given in flags.items():
        if given and given[0] is not None:
            raise BadInput(
                f"{f'{flag} {given[0]}'.strip()} does not apply to a game file, which is not played; leave it out"
            )
    answer_keys = {
        key: declared for key, declared in Scenario.keys().items() if key in ("answer.epsilon", "answer.level")
    }
    asked = {key.rpartition(".")[2]: declared.default for key, declared in answer_keys.items()}
    for key, value in changes_from(arguments.set).items():
        if key not in answer_keys:
            raise BadInput(
                f"--set {key}={value} does not apply to a game file; of a file set {' or '.join(answer_keys)}"
            )
        asked[key.rpartition(".")[2]] = answer_keys[key].parsed(value)
    began = time.perf_counter()
    try:
        answer = solve(game, arguments.concept, **asked)
    except ValueError as error:
        raise BadInput(f"{arguments.scenario}: {error}") from None
    seconds = time.perf_counter() - began
    text = game_text(arguments.scenario, answer, every=arguments.all)
    extra = {"start_matters": None, "samples": 0, "seconds": seconds}
    return Output(text=text, json={**answer.to_json(), **extra})
