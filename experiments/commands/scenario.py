"""`yuma scenario`: a scenario written out, to be kept, changed and read again."""

from __future__ import annotations

import argparse
import json

from experiments.commands.output import Output
from experiments.commands.scenario_arguments import add_scenario_arguments, chosen_scenario
from experiments.scenario import SCHEMA, Scenario

__all__ = ["HELP", "add_arguments", "run"]

HELP = "write a scenario out as TOML: every key that differs, with its unit and range"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The scenario, and how much of it."""
    add_scenario_arguments(parser)
    parser.add_argument("--all", action="store_true", help="also the keys at their defaults")


def run(arguments: argparse.Namespace) -> Output:
    """The TOML text; `--json`: all values, which `yuma solve FILE.json` reads."""
    scenario = chosen_scenario(arguments)
    return Output(text=scenario_toml(scenario, every_key=arguments.all), json=scenario.document())


def scenario_toml(scenario: Scenario, *, every_key: bool = False) -> str:
    """A scenario as TOML that reads back as the same one; each key carries its meaning as a comment.

    >>> print(scenario_toml(Scenario.named("cabal")))  # doctest: +ELLIPSIS
    schema = 1
    name = "cabal"
    <BLANKLINE>
    # What a validator may choose from; ... (a comma list of strategies; set by analyst)
    validators.strategies = "honest,colluding"
    """
    lines = [f"schema = {SCHEMA}", f"name = {json.dumps(scenario.name)}"]
    for key, value in (scenario.flat() if every_key else scenario.differences).items():
        declared = scenario.keys()[key]
        if value is None:  # TOML has no null; an absent key is the default, which is none for all that may be none
            continue
        lines += [
            "",
            f"# {declared.help} ({declared.unit}; set by {declared.set_by})",
            f"{key} = {json.dumps(value, ensure_ascii=False)}",
        ]
    return "\n".join(lines)
