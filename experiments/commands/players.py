"""`yuma players`: every policy that a seat can play, with its story."""

from __future__ import annotations

import argparse
import inspect
from typing import Any

from agents.policy import Policy
from agents.registry import ROLES, find, policies, quantities_of
from experiments.commands.output import Output
from experiments.commands.scenario_arguments import add_plugin_argument
from experiments.errors import BadInput, nearest
from experiments.plugins import load_plugins
from experiments.wording import as_text

__all__ = ["HELP", "add_arguments", "policy_text", "run"]

HELP = "list the strategies that validators, miners, delegators and the owner can play"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which policies; without a name, all of them in a line each."""
    parser.add_argument("name", nargs="?", help="a strategy such as weight-copier: its whole story")
    parser.add_argument("--role", choices=ROLES, help="only this role")
    add_plugin_argument(parser)


def run(arguments: argparse.Namespace) -> Output:
    """The list, or all that is known of the policies of one name."""
    load_plugins(arguments.plugin)
    kinds = find(role=arguments.role)
    if arguments.name:
        named = [kind for kind in kinds if kind.name == arguments.name]
        if not named:
            hint = nearest(arguments.name, sorted({kind.name for kind in kinds}), listed_by="yuma players")
            raise BadInput(f"strategy {arguments.name!r} is unknown; {hint}")
        kinds, text = tuple(named), "\n\n".join(policy_text(kind) for kind in named)
    else:
        text = _list(kinds)
    return Output(text=text, json={"policies": [_facts(kind) for kind in kinds]})


def policy_text(kind: type[Policy]) -> str:
    """A policy's story, traits, settings and sources, as people read them."""
    facts = _facts(kind)
    lines = [f"{kind.role}: {kind.name}", "", *(f"  {line}".rstrip() for line in facts["story"].splitlines()), ""]
    width = max([6, *(len(field["name"]) for field in facts["fields"])])
    lines.append(f"  {'traits':<{width}}  " + (", ".join(_traits(kind)) or "none"))
    for field in facts["fields"]:
        key = f", from {field['key']} unless set" if field["key"] else ""
        lines.append(f"  {field['name']:<{width}}  {field['help']}")
        lines.append(f"  {'':<{width}}  {field['unit']}; {field['range']}; default {as_text(field['default'])}{key}")
    lines += [f"  {'source':<{width}}  {source}" for source in facts["sources"]]
    return "\n".join(lines)


def _list(kinds: tuple[type[Policy], ...]) -> str:
    lines = []
    for role in ROLES:
        listed = [kind for kind in kinds if kind.role == role]
        if listed:
            width = max(len(kind.name) for kind in listed)
            lines += ["", role]
            lines += [f"  {kind.name:<{width}}  {_facts(kind)['story'].splitlines()[0]}" for kind in listed]
    lines += ["", "`yuma players NAME` tells a story in full. In a list of strategies settings stand in brackets:"]
    lines.append("--set 'validators.strategies=honest,shading(own=0.3;memory=0.5)'")
    return "\n".join(lines[1:])


def _facts(kind: type[Policy]) -> dict[str, Any]:
    traits = kind.traits
    return {
        "role": kind.role,
        "name": kind.name,
        "story": inspect.cleandoc(kind.__doc__ or ""),
        "traits": {
            "evaluates": traits.evaluates,
            "sees": sorted(traits.sees),
            "moves": traits.moves,
            "colludes": traits.colludes,
            "adapts": traits.adapts,
        },
        "fields": [
            {
                "name": name,
                "unit": declared.unit,
                "range": declared.range,
                "default": declared.default,
                "help": declared.help,
                "key": kind.takes.get(name),
            }
            for name, declared in quantities_of(kind).items()
        ],
        "sources": list(kind.sources),
        "listed": policies(kind.role).get(kind.name) is kind,
    }


def _traits(kind: type[Policy]) -> list[str]:
    traits = kind.traits
    words = [word for word in ("evaluates", "colludes", "adapts") if getattr(traits, word)]
    if traits.sees:
        words.append("sees " + ", ".join(sorted(traits.sees)).replace("_", " "))
    return words + ([f"moves {traits.moves}"] if kind.role == "validators" else [])
