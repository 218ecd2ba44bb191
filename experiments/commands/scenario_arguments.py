"""The arguments that every command on a scenario shares."""

from __future__ import annotations

import argparse

from experiments.commands.set_argument import add_set_argument
from experiments.files.scenario_file import ENDINGS, read_scenario
from experiments.pairs import changes_from
from experiments.plugins import load_plugins
from experiments.preset import changes_of
from experiments.scenario import Scenario, scenario_names

__all__ = ["add_plugin_argument", "add_scenario_arguments", "chosen_scenario"]


def add_plugin_argument(parser: argparse.ArgumentParser) -> None:
    """`--plugin FILE.py`."""
    parser.add_argument(
        "--plugin",
        action="append",
        default=[],
        metavar="FILE.py",
        help="bring policies of your own: a file of Python that defines them; may be repeated",
    )


def add_scenario_arguments(parser: argparse.ArgumentParser, *, also: str = "") -> None:
    """SCENARIO, `--preset NAME` and `--set KEY=VALUE`."""
    names = ", ".join(scenario_names())
    files = f", or a file {' or '.join(ENDINGS)}"
    parser.add_argument("scenario", nargs="?", default="subnet", help=f"one of {names}{files}{also} (default: subnet)")
    parser.add_argument(
        "--preset",
        action="append",
        default=[],
        metavar="NAME",
        help="settings that stand for a kind of subnet (see `yuma presets`); may be repeated, --set goes over it",
    )
    add_set_argument(parser, "a parameter", "rules.reveal_period=5")
    add_plugin_argument(parser)


def chosen_scenario(arguments: argparse.Namespace) -> Scenario:
    """The scenario those arguments name, with the policies of their plug-ins."""
    load_plugins(arguments.plugin)
    changes = {**changes_of(arguments.preset), **changes_from(arguments.set)}
    if arguments.scenario.lower().endswith(ENDINGS):
        return read_scenario(arguments.scenario).changed(changes)
    return Scenario.named(arguments.scenario, changes)
