"""`yuma play`: play one profile and say what everybody earned."""

from __future__ import annotations

import argparse

from experiments.commands.output import Output
from experiments.commands.scenario_arguments import add_scenario_arguments, chosen_scenario
from experiments.errors import BadInput
from experiments.pairs import changes_from
from experiments.playing import Play, play, profile_of
from experiments.scenario import Scenario
from experiments.side_by_side import SideBySide, side_by_side
from experiments.solution_text import NO_DIVIDENDS
from experiments.warming import warm
from experiments.wording import counted, money, table, with_interval

__all__ = ["HELP", "add_arguments", "run"]

HELP = "play one profile in many worlds: who earns what, and under two rule sets who gains"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The scenario and the profile."""
    add_scenario_arguments(parser)
    parser.add_argument(
        "--mix",
        action="append",
        default=[],
        metavar="ROLE.STRATEGY=N",
        help="seats that play a strategy, for example validators.weight-copier=2; others play the first listed",
    )
    parser.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="set a second rule set (B) beside this one (A), on the same luck: who gains by it, who loses; for example "
        "rules.reveal_period=5; may be repeated",
    )


def run(arguments: argparse.Namespace) -> Output:
    """Play, and report."""
    scenario, mix = chosen_scenario(arguments), _mix(arguments.mix)
    profile_of(scenario, mix)
    second = _second(scenario, arguments.against)
    warm()
    if second is not None:
        found = side_by_side(scenario, second, mix, progress=arguments.progress)
        digests = {"digest": scenario.digest, "against": second.digest}
        return Output(text=_sides_text(scenario, found), json={**found.to_json(), **digests})
    played = play(scenario, mix, progress=arguments.progress)
    return Output(text=_text(played), json=played.to_json())


def _mix(pairs: list[str]) -> dict[str, int]:
    mix: dict[str, int] = {}
    for pair in pairs:
        key, _, number = pair.rpartition("=")
        digits = number.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
            raise BadInput(
                f"--mix {pair!r} has no count of seats; write ROLE.STRATEGY=N, N a whole number of at least 0"
            )
        if key.strip() in mix:
            raise BadInput(f"--mix names {key.strip()} twice; name each strategy once")
        mix[key.strip()] = int(digits)
    return mix


def _second(scenario: Scenario, pairs: list[str]) -> Scenario | None:
    changes = changes_from(pairs, flag="--against")
    known = Scenario.keys()
    others = [key for key in changes if key in known and not key.startswith("rules.")]
    if others:
        raise BadInput(f"--against changes {others[0]}; both sets seat the same players: change keys of rules. only")
    return scenario.changed(changes) if changes else None


def _sides_text(scenario: Scenario, found: SideBySide) -> str:
    rows = [
        [party.name, *(with_interval(ends) for ends in (party.first, party.second, party.difference)), party.unit]
        for party in found.parties
    ]
    level = f"{100 * found.level:g}%"
    return "\n".join(
        [
            f"{scenario.name}, rule set A and rule set B on the same luck: {counted(found.worlds, 'world')} of "
            f"{counted(scenario.epochs, 'epoch')}, seed {scenario.seed}; {level} intervals over worlds, "
            "differences paired, each on its own.",
            "",
            table(["who", "A", "B", "B less A", "of what"], rows),
            "",
            found.sentence,
        ]
    )


def _text(played: Play) -> str:
    scenario = played.scenario
    level = f"{100 * scenario.answer.level:g}%"
    hours = scenario.epochs * scenario.rules.tempo / 300
    lines = [
        f"{scenario.name}: {counted(scenario.worlds, 'world')} of {counted(scenario.epochs, 'epoch')} ({hours:.0f} h), "
        f"start {scenario.start}, seed {scenario.seed}; {level} intervals over worlds.",
        "",
        table(
            [
                "role",
                "strategy",
                "players",
                "payoff, thousandths of emission",
                "dividends per stake",
                "validator trust",
            ],
            [
                [
                    row.role,
                    row.strategy,
                    str(row.players),
                    with_interval(row.payoff),
                    with_interval(row.dividends_per_stake, 4),
                    "-" if row.validator_trust is None else f"{row.validator_trust:.3f}",
                ]
                for row in played.rows
            ],
        ),
        "",
        "A thousandth of the epoch's emission is " + money(scenario.market, 1.0) + ". Payoffs are a seat and an epoch.",
        "Rank correlation of quality and incentive at pay time: "
        + with_interval(played.measures["quality_incentive_correlation"], 3),
        "Evaluation spent by all validators: "
        + with_interval(played.measures["evaluation_spent"])
        + " thousandths an epoch",
    ]
    shares = [row.dividends_per_stake[0] for row in played.rows if row.dividends_per_stake is not None]
    if not any(shares):
        lines.append(NO_DIVIDENDS)
    if scenario.stake_plan.dealt is not None:
        lines.append("Stake is dealt at random in every world: payoffs are ex ante, before a seat knows its stake.")
    if played.cabal is not None:
        cabal = played.cabal
        lines += [
            "",
            f"The cabal ({cabal.miners} miners), thousandths of the epoch's emission a colluding seat:",
            "  dividends less costs               " + with_interval(cabal.dividends),
            "  from its miners, above the base    " + with_interval(cabal.income),
            "  gain over weight-copier, same luck " + with_interval(cabal.gain_over_weight_copier),
            "  treasury (all miners, if nobody colluded) " + with_interval(cabal.treasury),
        ]
    return "\n".join(lines)
