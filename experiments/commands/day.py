"""`yuma day`: one day of a subnet's economy: what is minted, who gets it, and what a trade costs."""

from __future__ import annotations

import argparse
import dataclasses

from econ.tokens.day import DaySettings, SubnetDay, subnet_day
from experiments.commands.output import Output, finite
from experiments.commands.set_argument import add_set_argument
from experiments.declared import settings_of
from experiments.markets import day_sentences, large
from experiments.wording import percent, table

__all__ = ["HELP", "add_arguments", "run"]

HELP = "a day of a subnet's money: TAO and alpha minted, who gets them, what a trade costs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The state of that day."""
    add_set_argument(parser, "the state of the day", "day.alpha_price=0.05")


def run(arguments: argparse.Namespace) -> Output:
    """Work the day out: a calculation, no sample."""
    settings = settings_of(DaySettings, "day", arguments.set)
    day = subnet_day(settings)
    return Output(text=_text(day), json=_json(day))


def _text(day: SubnetDay) -> str:
    given = day.settings
    paid = [
        [who, large(alpha), percent(alpha / day.minted) if day.minted else "-", large(day.usd(alpha))]
        for who, alpha in day.paid_out.items()
    ]
    pool = [["into the pool, the price stays", large(day.tao_in)], ["buys alpha, the price rises", large(day.tao_buys)]]
    return "\n".join(
        [
            " ".join(day_sentences(day)),
            "",
            table(["alpha a day to", "alpha", "share", "USD before slippage"], paid),
            "",
            table([f"the subnet's {large(day.tao)} TAO a day", "TAO"], pool),
            "",
            f"Buying alpha for {large(given.trade)} TAO costs {percent(day.bought)} above the price, selling as much "
            f"brings {percent(day.sold)} less. The pool holds {large(given.pool_tao)} TAO and {large(day.pool_alpha)} "
            "alpha. Prices and holdings are assumptions; rules are the chain's.",
        ]
    )


def _json(day: SubnetDay) -> dict[str, object]:
    fields = {field.name: getattr(day, field.name) for field in dataclasses.fields(day) if field.name != "settings"}
    told = {name: finite(value) for name, value in fields.items()}
    return {"settings": dataclasses.asdict(day.settings), **told}
