"""`yuma claim`: is Bitcoin's network 600,000 times the 100 fastest supercomputers? By what is counted."""

from __future__ import annotations

import argparse
import math
from typing import Any

from econ.compute.claim import CLAIMED, CLAIMED_BY, SOURCES, ClaimSettings, claim
from experiments.commands.output import Output, finite
from experiments.commands.set_argument import add_set_argument
from experiments.declared import settings_of, with_unit
from experiments.markets import large

__all__ = ["HELP", "add_arguments", "run"]

HELP = "Bitcoin's network against the 100 fastest supercomputers, by five measures"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The inputs."""
    add_set_argument(parser, "an input", "claim.hash_rate=700 or claim.list_date=2025-06")


def run(arguments: argparse.Namespace) -> Output:
    """Every measure, and every input with its source."""
    settings = settings_of(ClaimSettings, "claim", arguments.set)
    answer = claim(settings)
    declared = settings.quantities()
    measures = [
        [
            measure.name,
            f"{measure.network:.3g}",
            f"{measure.supercomputers:.3g}",
            measure.unit,
            f"{large(measure.ratio)}{' *' if measure.unchecked else ''}",
        ]
        for measure in answer.measures
    ]
    inputs = [
        [
            f"claim.{name}",
            with_unit(settings.value(name), declared[name]),
            settings.status(name) + (" *" if settings.status(name) == "unchecked" else ""),
            f"{source.text} ({source.date})",
        ]
        for name, source in SOURCES.items()
    ]
    text = "\n".join(
        [
            f"{CLAIMED:,.0f} times, said {CLAIMED_BY}.",
            "",
            answer.sentence,
            "",
            _left(["by", "network", "100 fastest", "unit", "times"], measures),
            "",
            f"The claim holds exactly at {_number(answer.flop_per_hash_for_claim)} FLOP a hash, or where the 100 "
            f"fastest compute {answer.flops_for_claim:.3g} EFLOP/s (here {settings.top_100_flops:.3g}).",
            "",
            _left(["input", "value", "status", "source"], inputs),
            "* from memory: nobody has looked it up.",
        ]
    )
    return Output(text=text, json=_json(settings))


def _json(settings: ClaimSettings) -> dict[str, Any]:
    answer = claim(settings)
    return {
        "claimed": CLAIMED,
        "claimed_by": CLAIMED_BY,
        "sentence": answer.sentence,
        "measures": [
            {
                "name": measure.name,
                "network": measure.network,
                "supercomputers": measure.supercomputers,
                "unit": measure.unit,
                "ratio": finite(measure.ratio),
                "uses": [f"claim.{name}" for name in measure.uses],
                "unchecked": [f"claim.{name}" for name in measure.unchecked],
            }
            for measure in answer.measures
        ],
        "inputs": {
            f"claim.{name}": {
                "value": settings.value(name),
                "unit": settings.quantities()[name].unit,
                "status": settings.status(name),
                "source": source.text,
                "date": source.date,
            }
            for name, source in SOURCES.items()
        },
        "flop_per_hash_for_claim": finite(answer.flop_per_hash_for_claim),
        "flops_for_claim": answer.flops_for_claim,
        "site_power": answer.site_power,
        "site_gpus": answer.site_gpus,
        "site_flops": answer.site_flops,
        "site_capital": answer.site_capital,
    }


def _left(head: list[str], rows: list[list[str]]) -> str:
    """A table with every column but the last flush left."""
    widths = [max(len(line[column]) for line in [head, *rows]) for column in range(len(head) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]).rstrip()
        for line in [head, *rows]
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if math.isfinite(value) else "no number of"
