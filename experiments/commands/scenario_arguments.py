"""The arguments that every command on a scenario shares."""

from __future__ import annotations

import argparse

from experiments.scenario import Scenario, changes_from, scenario_names

__all__ = ["add_scenario_arguments", "chosen_scenario"]


def add_scenario_arguments(parser: argparse.ArgumentParser, *, also: str = "") -> None:
    """SCENARIO and `--set KEY=VALUE`."""
    names = ", ".join(scenario_names())
    parser.add_argument("scenario", nargs="?", default="subnet", help=f"one of {names}{also} (default: subnet)")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change a parameter, for example rules.reveal_period=5; may be repeated",
    )


def chosen_scenario(arguments: argparse.Namespace) -> Scenario:
    """The scenario those arguments name."""
    return Scenario.named(arguments.scenario, changes_from(arguments.set))
