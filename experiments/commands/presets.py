"""`yuma presets`: settings that stand for a kind of subnet."""

from __future__ import annotations

import argparse
import dataclasses

from experiments.commands.output import Output
from experiments.preset import Preset, preset, presets
from experiments.wording import as_text

__all__ = ["HELP", "add_arguments", "run"]

HELP = "list the presets: settings that stand for a kind of subnet, with their sources"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which preset; without a name, all of them."""
    parser.add_argument("name", nargs="?", help="a preset such as slow: only this one")


def run(arguments: argparse.Namespace) -> Output:
    """What each preset stands for and sets."""
    listed = (preset(arguments.name),) if arguments.name else presets()
    usage = "Use one with `--preset NAME`, for example `yuma solve weight-copying --preset slow`; --set goes over it."
    text = "\n\n".join([*map(_text, listed), usage])
    return Output(text=text, json={"presets": [dataclasses.asdict(each) for each in listed]})


def _text(each: Preset) -> str:
    changed = " ".join(f"{key}={as_text(value)}" for key, value in each.changes.items())
    facts = {"sets": changed, "source": f"{each.source} ({each.date})", "assumed": each.assumed}
    return "\n".join([each.name, f"  {each.story}", *(f"  {name:<8} {fact}" for name, fact in facts.items())])
