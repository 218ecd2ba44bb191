"""`yuma metagraph`: who earns what in a real subnet."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from econ.quantity import QuantityError
from econ.yuma import Hyperparameters
from experiments.commands.output import Output, finite
from experiments.commands.set_argument import add_set_argument
from experiments.errors import BadInput, nearest
from experiments.files.metagraph import read_metagraph
from experiments.files.npz import shown
from experiments.metagraph_epoch import ChainComparison, MetagraphEpoch, run_metagraph

__all__ = ["HELP", "add_arguments", "run"]

HELP = "run the epoch of a real subnet and say who earns what"

_ROWS = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", metavar="FILE.npz", help="a metagraph; `yuma example FILE.npz` writes one")
    parser.add_argument(
        "--min-stake",
        metavar="S",
        default="1000",
        help="validators with less stake are left out (default 1000)",
    )
    add_set_argument(parser, "a rule of the subnet", "rules.kappa=0.6")


def run(arguments: argparse.Namespace) -> Output:
    """Read the file, pay one epoch, report."""
    min_stake = _min_stake(arguments.min_stake)
    rules = _rules(arguments.set)
    result = run_metagraph(read_metagraph(arguments.file), rules, min_stake)
    return Output(text=_text(result), json=_json(result))


def _min_stake(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise BadInput(f"min-stake is {shown(text, 60)}; it is an amount of stake and must be finite and at least 0")
    return value


def _rules(settings: Iterable[str]) -> Hyperparameters:
    declared = {f"rules.{name}": quantity for name, quantity in Hyperparameters.quantities().items()}
    values: dict[str, Any] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        key = key.strip()
        if key not in declared:
            raise BadInput(f"'{shown(key, 60)}' is not a key of `yuma metagraph`; {nearest(key, declared)}")
        if not equals:
            raise BadInput(f"{key} has no value; write --set {key}={declared[key].default}")
        try:
            values[key.removeprefix("rules.")] = declared[key].parsed(value)
        except QuantityError as error:
            raise BadInput(f"rules.{error}") from None
    try:
        return Hyperparameters(**values)
    except QuantityError as error:
        raise BadInput(f"rules.{error}") from None


def _text(result: MetagraphEpoch) -> str:
    metagraph, rules, measures = result.metagraph, result.rules, result.measures
    admitted = len(result.uids)
    lines = [
        *result.notes,
        f"Subnet {metagraph.netuid} at block {metagraph.block}: {len(metagraph.stake)} UIDs, "
        f"{result.with_weights} with weights on others, {admitted} admitted with a stake of at least "
        f"{result.min_stake:g}.",
        f"Yuma {rules.version}, kappa {rules.kappa:g}, bonds penalty {rules.bonds_penalty:g}, "
        f"bonds moving average {rules.bonds_moving_average:g}.",
        "",
        *_table(
            ("uid", "hotkey", "stake", "validator", "dividends", "dividends", "distance to", ""),
            ("", "", "share", "trust", "", "per stake", "consensus", ""),
            [_validator_row(result, k) for k in range(admitted)],
        ),
        "",
        f"Sum of consensus: {measures.consensus_sum:.4f}",
        f"Gini of incentive: {measures.incentive_gini:.4f} over all {len(metagraph.stake)} UIDs, of which "
        f"{measures.incentive_earners} earn",
        f"Stake of the {admitted} admitted: HHI {measures.stake_hhi:.4f}, Nakamoto coefficient "
        f"{measures.nakamoto_coefficient} (the fewest that hold more than half)",
        "Distance to consensus: the L1 distance (0 to 2) of a row to the consensus of the other admitted.",
        "Agrees with consensus: to three decimals nothing was clipped; one snapshot cannot tell why.",
    ]
    for comparison in result.chain:
        lines += ["", *_chain_lines(comparison)]
    if result.chain:
        lines += [
            "",
            "The chain's figures are of its last epoch; ours are what the file's weights and bonds pay next.",
        ]
    return "\n".join(lines)


def _validator_row(result: MetagraphEpoch, k: int) -> tuple[str, ...]:
    distance, trust = result.distance_to_consensus[k], f"{result.validator_trust[k]:.3f}"
    return (
        str(result.uids[k]),
        shown(result.metagraph.hotkeys[result.uids[k]], 16),
        f"{result.stake_share[k]:.4f}",
        trust,
        f"{result.dividends[k]:.4f}",
        f"{result.dividends_per_stake[k]:.4f}",
        "-" if np.isnan(distance) else f"{distance:.4f}",
        "agrees with consensus" if trust == "1.000" else "",
    )


def _chain_lines(comparison: ChainComparison) -> list[str]:
    name = comparison.name.replace("_", " ").capitalize()
    difference = comparison.computed - comparison.chain
    order = np.argsort(-np.abs(difference), kind="stable")[:_ROWS]
    rows = [
        (
            str(comparison.uids[k]),
            f"{comparison.chain[k]:.4f}",
            f"{comparison.computed[k]:.4f}",
            f"{difference[k]:+.4f}",
        )
        for k in order
    ]
    if not rows:
        return [f"{name}: 0 by the chain's figures and by ours."]
    rest = len(comparison.uids) - len(rows)
    table = _table(("uid", "chain says", "we compute", "difference"), ("", "", "", ""), rows)
    title = f"{name}, largest differences first" + (f" ({rest} smaller ones are in --json)" if rest else "")
    return [title, *table]


def _table(head: Sequence[str], second: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns set flush right, text columns flush left."""
    grid = [head, *([second] if any(second) else []), *rows]
    widths = [max(len(row[c]) for row in grid) for c in range(len(head))]
    left = {c for c, title in enumerate(head) if title in ("hotkey", "")}
    return [
        "  ".join(
            cell.ljust(width) if c in left else cell.rjust(width)
            for c, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in grid
    ]


def _json(result: MetagraphEpoch) -> dict[str, Any]:
    metagraph, measures = result.metagraph, result.measures
    columns = ("stake_share", "validator_trust", "dividends", "dividends_per_stake", "distance_to_consensus")
    return {
        "netuid": metagraph.netuid,
        "block": metagraph.block,
        "validators": [
            {
                "uid": int(uid),
                "hotkey": metagraph.hotkeys[uid],
                **{name: finite(getattr(result, name)[k]) for name in columns},
            }
            for k, uid in enumerate(result.uids)
        ],
        "incentive": [float(value) for value in result.incentive],
        "measures": {
            "incentive_gini": measures.incentive_gini,
            "incentive_earners": measures.incentive_earners,
            "stake_hhi": measures.stake_hhi,
            "nakamoto_coefficient": measures.nakamoto_coefficient,
            "consensus_sum": measures.consensus_sum,
        },
        "chain": {comparison.name: _chain_json(comparison) for comparison in result.chain} or None,
    }


def _chain_json(comparison: ChainComparison) -> list[dict[str, Any]]:
    return [
        {
            "uid": int(uid),
            "chain": float(chain),
            "computed": float(computed),
            "difference": float(computed - chain),
        }
        for uid, chain, computed in zip(comparison.uids, comparison.chain, comparison.computed, strict=True)
    ]
