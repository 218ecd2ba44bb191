"""`yuma studies`: the questions that batches answer."""

from __future__ import annotations

import argparse

from experiments.commands.output import Output
from experiments.study import SIZES
from experiments.study_code import study_code, study_names

__all__ = ["HELP", "add_arguments", "run"]

HELP = "list the studies: questions asked of many runs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which study; without a name, all of them."""
    parser.add_argument("name", nargs="?", help="a study such as consensus-map, or a file ./MY_STUDY.py")


def run(arguments: argparse.Namespace) -> Output:
    """Question, expectation, source and number of tasks of each."""
    names = (arguments.name,) if arguments.name else study_names()
    facts = []
    for name in names:
        study = study_code(name).study()
        tasks = {size: len(study.tasks(size)) for size in SIZES}
        facts.append(
            {
                "name": study.name,
                "question": study.question,
                "expected": study.expected,
                "source": study.source,
                "tasks": tasks,
            }
        )
    if arguments.name:
        text = "\n".join(f"{key:<9} {value}" for key, value in facts[0].items() if key != "tasks")
        text += "\ntasks     " + ", ".join(f"{size} {number}" for size, number in facts[0]["tasks"].items())
    else:
        width = max((len(fact["name"]) for fact in facts), default=0)
        text = "\n".join(f"{fact['name']:<{width}}  {fact['question']}" for fact in facts)
        text += "\n\n`yuma run NAME` computes one, `yuma report NAME` reads its results."
    return Output(text=text, json={"studies": facts})
