"""`yuma compute`: which machines Bitcoin, subnets and the cloud hire, and the TAO price that hires more."""

from __future__ import annotations

import argparse
import math

from econ.compute import ComputeSettings, solve_allocation
from econ.compute.statics import HiringPrice, assumptions, conversion_thresholds, hiring_price_range
from econ.compute.welfare import dissipation
from experiments.commands.output import Output, finite
from experiments.commands.set_argument import add_set_argument
from experiments.declared import settings_of
from experiments.errors import BadInput
from experiments.markets import SHARES, large, market_rows, market_sentences
from experiments.warming import warm_market
from experiments.wording import percent, table

__all__ = ["HELP", "add_arguments", "run"]

HELP = "which machines Bitcoin, subnets and the cloud hire, and at what TAO price subnets hire more"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The settings, and the shares whose price is asked for."""
    add_set_argument(parser, "a setting", "compute.tao_price=600")
    parser.add_argument(
        "--share",
        action="append",
        default=[],
        type=float,
        metavar="SHARE",
        help="a share of all GPUs whose TAO price is wanted (default: 0.01, 0.1 and 0.5); may be repeated",
    )


def run(arguments: argparse.Namespace) -> Output:
    """Solve the market, and the market at the prices that are asked for."""
    settings = settings_of(ComputeSettings, "compute", arguments.set)
    shares = tuple(arguments.share) or SHARES
    for share in shares:
        if not 0.0 < share < 1.0:
            raise BadInput(f"--share is {share:g}; it is a part of all GPUs and must lie between 0 and 1")
    game = settings.game()
    warm_market()
    answer = solve_allocation(game)
    rows = market_rows(settings, answer)
    spent = dissipation(answer)
    ends = assumptions(settings)
    arguments.progress.label = "prices"
    found = []
    for number, share in enumerate(shares):
        arguments.progress(number / len(shares))
        found.append(hiring_price_range(settings, share, ends))
    thresholds = conversion_thresholds(game)[: settings.miners]
    lines = [
        " ".join(market_sentences(settings, answer)),
        "",
        table(
            ["market", "pays a day, USD", "machines", "power, MW", "pay"],
            [[row.market, large(row.paid), row.machines, large(row.megawatts), row.pay] for row in rows],
        ),
        "",
        answer.sentence,
        f"A mining site turns its first MW over below {thresholds.max():,.0f} USD a day; it costs "
        f"{settings.conversion_cost:,.0f}."
        if math.isfinite(thresholds.max())
        else "There are no mining sites to turn over.",
        f"Of Bitcoin's reward {percent(spent[0].spent)} is spent on winning it, of the subnets' "
        f"{percent(spent[1].spent)} (what the machines would earn elsewhere counted as spent).",
        "",
        *[price.sentence for price in found],
        "Ranges are over: "
        + "; ".join(f"compute.{name} {large(low)} to {large(high)}" for name, (low, high) in ends.items())
        + ". All fleets and costs are assumptions.",
        "The miners' stream is alpha times its price: it does not halve with TAO.",
    ]
    json = {
        "markets": [
            {"market": row.market, "usd_a_day": row.paid, "machines": row.machines, "megawatts": row.megawatts}
            for row in rows
        ],
        "hash_rate": answer.hash_rate,
        "subnet_gpus": answer.subnet_gpus.tolist(),
        "cloud_gpus": answer.cloud_gpus,
        "converted_megawatts": float(answer.converted.sum()),
        "cloud_price_per_hour": answer.cloud_price_per_hour,
        "subnet_pay_per_hour": [finite(pay) for pay in answer.subnet_pay_per_hour.tolist()],
        "hired_share": answer.hired_share,
        "concentration": answer.concentration,
        "dissipation": [account.spent for account in spent],
        "conversion_thresholds": [finite(value) for value in thresholds.tolist()],
        "conversion_cost": settings.conversion_cost,
        "regret": answer.regret,
        "agreement": answer.agreement,
        "unique": answer.unique,
        "starts": answer.starts,
        "hiring_prices": [_price(price) for price in found],
        "assumptions": {f"compute.{name}": list(pair) for name, pair in ends.items()},
    }
    return Output(text="\n".join(lines), json=json)


def _price(found: HiringPrice) -> dict[str, float | None]:
    return {"share": found.share, "price": found.price, "low": found.low, "high": found.high}
