"""`yuma network`: subnets with their pools, and those who move money between them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.commands.output import Output
from experiments.commands.set_argument import add_set_argument
from experiments.errors import BadInput, nearest
from experiments.files.frames import check_folder, save_frames
from experiments.intervals import interval
from experiments.pairs import changes_from
from experiments.warming import warm_network
from experiments.wording import counted, table, with_interval

if TYPE_CHECKING:
    from agents.network import NetworkSettings
    from experiments.network_runs import NetworkRuns

__all__ = ["HELP", "add_arguments", "run"]

HELP = "play a network of subnets: pools, emission, and where stake goes"

MOST_EPOCHS = 200_000
MOST_WORLDS = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How large, how long, and what is changed."""
    parser.add_argument("--subnets", metavar="N", default="16", help="subnets, 1 to 128 (default: 16)")
    parser.add_argument("--epochs", metavar="T", default="600", help="epochs; 20 are a day at tempo 360 (default: 600)")
    parser.add_argument("--worlds", metavar="W", default="4", help="independent runs, for the intervals (default: 4)")
    parser.add_argument("--seed", metavar="S", default="0", help="of all luck (default: 0)")
    parser.add_argument("--prices", metavar="FILE.csv", help="TAO in USD: a header, then date,usd a day, without gaps")
    add_set_argument(parser, "a parameter", "chain.share_rule=flow")
    parser.add_argument("--out", metavar="DIR", help="keep what was recorded: network.csv, subnets.csv, investors.csv")


def run(arguments: argparse.Namespace) -> Output:
    """Play, and report."""
    from experiments.files.prices import read_prices
    from experiments.network_runs import play_network

    settings = _settings(arguments)
    epochs = _count("--epochs", arguments.epochs, MOST_EPOCHS)
    worlds = _count("--worlds", arguments.worlds, MOST_WORLDS)
    seed = _count("--seed", arguments.seed, 2**32 - 1, least=0)
    prices = None if arguments.prices is None else read_prices(arguments.prices)
    if prices is not None and epochs / settings.epochs_a_day > len(prices.prices) - 1 + 1e-9:
        raise BadInput(
            f"{arguments.prices} holds {len(prices.prices)} days; {epochs} epochs need "
            f"{int(-(-epochs // settings.epochs_a_day)) + 1}: give more days or fewer epochs"
        )
    if arguments.out is not None:
        check_folder(arguments.out)
    warm_network()
    arguments.progress.restart("playing")
    runs = play_network(
        settings, epochs=epochs, worlds=worlds, seed=seed, tao_price=prices, progress=arguments.progress
    )
    kept = save_frames(runs.frames, arguments.out) if arguments.out is not None else []
    return Output(text=_text(runs, kept), json={**runs.to_json(), "files": [str(path) for path in kept]})


def _settings(arguments: argparse.Namespace) -> NetworkSettings:
    from agents.network import NetworkSettings

    declared = NetworkSettings.keys()
    changes = changes_from(arguments.set)
    if "start.subnets" in changes:
        raise BadInput("--set names start.subnets; give the number of subnets by --subnets")
    parsed = {"start.subnets": declared["start.subnets"].parsed(arguments.subnets)}
    for key, text in changes.items():
        if key not in declared:
            raise BadInput(f"{key!r} is not a key of `yuma network`; {nearest(key, declared)}")
        parsed[key] = declared[key].parsed(text)
    return NetworkSettings().changed(parsed)


def _count(name: str, text: str, most: int, *, least: int = 1) -> int:
    word = text.strip()
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 12 else -1
    if not least <= number <= most:
        raise BadInput(f"{name} is {text!r:.40}; it must be a whole number in [{least}, {most}]")
    return number


def _text(runs: NetworkRuns, kept: list[Path]) -> str:
    from experiments.network_runs import MEASURES

    settings, days = runs.settings, runs.epochs / runs.settings.epochs_a_day
    digits = {"emission_hhi": 4, "price_sum": 3, "moving_price_sum": 3, "tao_price": 1}
    lines = [
        f"{counted(settings.start.subnets, 'subnet')} of {settings.uids.validators + settings.uids.miners} UIDs, "
        f"{counted(runs.epochs, 'epoch')} ({days:.0f} days), {counted(runs.worlds, 'world')}, seed {runs.seed}; "
        f"TAO shared by {settings.chain.share_rule}. "
        "95% intervals over worlds.",
        "",
        table(
            ["measure", "value", "unit", "meaning"],
            [
                [name, with_interval(runs.interval(name), digits.get(name, 2)), unit, meaning]
                for name, (unit, meaning) in MEASURES.items()
            ],
        ),
        "",
        "What they own is worth more or less, in TAO at prices of the end and before slippage:",
        table(
            ["player", "policy", "gain, %"],
            [[role, policy, with_interval(interval(values, 0.95))] for (role, policy), values in runs.gains.items()],
        ),
        "",
        f"The books of every world add up to {runs.audit} rao of difference.",
    ]
    if kept:
        lines.append("Kept: " + ", ".join(str(path) for path in kept))
    return "\n".join(lines)
