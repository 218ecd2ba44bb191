"""The answer to a scenario in words and tables, as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from econ import Answer
from econ.inference import mean_interval
from experiments.search_text import search_lines
from experiments.sentences import outcome, sentences
from experiments.solution import Solution
from experiments.wording import as_text, counted, money, percent, table, with_interval

__all__ = ["NO_DIVIDENDS", "solution_text"]

NO_DIVIDENDS = "No bonds ever form under these rules and this start: validators earn no dividends at all."


def solution_text(solution: Solution, *, every_profile: bool = False) -> str:
    """The sentences, the payoff table and the equilibria with their certificates."""
    scenario, answer = solution.scenario, solution.answer
    said = [f"  {i}. {sentence}" for i, sentence in enumerate(sentences(solution), start=1)]
    changed = ", ".join(f"{k}={as_text(v)}" for k, v in scenario.differences.items() if k != "validators.strategies")
    hours = scenario.epochs * scenario.rules.tempo / 300
    level = f"{100 * scenario.answer.level:g}%"
    runs = counted(solution.samples, "run")
    lines = [
        f"{scenario.name}{f' with {changed}' if changed else ''}: {answer.played} a profile, {runs} of "
        f"{counted(scenario.epochs, 'epoch')} ({hours:.0f} h), seed {scenario.seed}, {solution.seconds:.1f} s.",
        *said,
        "",
        f"Payoffs, thousandths of the epoch's emission a seat (1 = {money(scenario.market, 1.0)}; {level} intervals, "
        "each on its own):",
        _payoffs(solution, every_profile),
        "",
        f"Equilibria (regrets: {level} intervals that hold together, at any number of worlds):",
        _equilibria(solution),
        *_figures(answer),
        *_certificates(answer),
        *search_lines(solution),
        *_not_searched(answer),
        *(
            []
            if solution.is_decided
            else [f"Not every verdict is decided: answer.max_worlds is {scenario.answer.max_worlds}."]
        ),
        _start(solution),
    ]
    if not np.nansum(solution.records.dividends):
        lines.append(NO_DIVIDENDS)
    if scenario.stake_plan.dealt is not None:
        lines.append("Stake is dealt at random in every world: the game is ex ante, before a seat knows its stake.")
    lines += _coalitions(solution)
    return "\n".join(lines)


def _payoffs(solution: Solution, every: bool) -> str:
    """A row a profile; unless all are wanted, those in which only the first and one other strategy are played."""
    game, level = solution.game, solution.scenario.answer.level
    roles = game.roles
    profiles = roles.profiles()
    shown = np.ones(len(profiles), dtype=bool)
    if not every:
        for part in roles.slices():
            shown &= (profiles[:, part.start + 1 : part.stop] > 0).sum(axis=1) <= 1
    parts = [part for part in roles.slices() if part.stop - part.start > 1] or [next(roles.slices())]
    open_axes = [axis for part in parts for axis in range(part.start, part.stop)]
    names = [" ".join(roles.axis[axis]) if len(parts) > 1 else roles.axis[axis][1] for axis in open_axes]
    mean, low, high = mean_interval(game.payoffs, level)
    rows = [
        [
            " | ".join(
                " + ".join(
                    f"{profiles[p, a]} {roles.axis[a][1]}" for a in range(part.start, part.stop) if profiles[p, a]
                )
                for part in parts
            ),
            *(with_interval((mean[p, a], low[p, a], high[p, a])) for a in open_axes),
        ]
        for p in np.flatnonzero(shown)
    ]
    more = len(profiles) - len(rows)
    note = (
        f"\n({counted(more, 'more profile has', 'more profiles have')} two or more other strategies beside the first; "
        "--all shows them)"
        if more
        else ""
    )
    return table(["profile", *names], rows) + note


def _equilibria(solution: Solution) -> str:
    classes = len(solution.scenario.stake_plan.classes) > 1
    rows = []
    for found in solution.answer.equilibria:
        stake = ", ".join(f"{percent(share)} {name}" for name, share in solution.stake_of(found).items() if share > 0)
        measures = solution.measures(found)
        stable = {True: "stable", False: "unstable", None: "-"}[found.stable]
        rows.append(
            [
                outcome(found) + (f" (stake: {stake})" if classes else ""),
                found.kind,
                with_interval((found.regret, *found.regret_interval), 3),
                found.verdict + (", strict" if found.strict else ""),
                stable,
                with_interval(measures["quality_incentive_correlation"], 3),
                with_interval(measures["evaluation_spent"], 2),
            ]
        )
    head = [
        "outcome",
        "kind",
        "regret, thousandths",
        "verdict",
        "replicator",
        "quality-incentive correlation",
        "evaluation spent, thousandths",
    ]
    ranges = [
        f"  {outcome(found)}: "
        + ", ".join(
            f"{name} {100 * low:.1f}% to {100 * high:.1f}%"
            for shares in found.strategy_interval.values()
            for name, (low, high) in shares.items()
            if high > low
        )
        for found in solution.answer.equilibria
        if any(high > low for shares in found.strategy_interval.values() for low, high in shares.values())
    ]
    return "\n".join([table(head, rows), *(["Where a mixture may lie:", *ranges] if ranges else [])])


def _figures(answer: Answer) -> list[str]:
    if not answer.figures:
        return []
    level = f"{100 * answer.level:g}%"
    head = (
        f"In thousandths of the epoch's emission (welfare of all seats together, the rest a seat; {level} intervals "
        "that hold together, at any number of worlds):"
    )
    rows = []
    for name, value in answer.figures.items():
        low, high = answer.figure_intervals.get(name, (np.nan, np.nan))
        rows.append(f"  {name}: {with_interval(None if value is None else (value, low, high))}")
    return [head, *rows]


def _certificates(answer: Answer) -> list[str]:
    return list(dict.fromkeys(answer.sentence(found) for found in answer.equilibria))


def _not_searched(answer: Answer) -> list[str]:
    if not answer.unsearched:
        return []
    sets = counted(answer.unsearched, "set of strategies to mix (a face) was", "sets of strategies to mix (faces) were")
    return [f"{sets} not searched to the end: others may exist."]


def _start(solution: Solution) -> str:
    if solution.start_matters is None:
        return "Whether the start matters was not tested."
    verb = "differ" if solution.start_matters else "do not differ"
    return (
        f"Started from {solution.other_start} instead of {solution.scenario.start}, payoffs {verb} "
        "beyond their intervals" + (": a frozen state remembers its start." if solution.start_matters else ".")
    )


def _coalitions(solution: Solution) -> list[str]:
    lines = []
    for role, strategy in dict.fromkeys((c.role, c.strategy) for c in solution.coalitions):
        sizes = [c for c in solution.coalitions if (c.role, c.strategy) == (role, strategy)]
        first = solution.game.roles.strategies[solution.game.roles.names.index(role)][0]
        paying = [c for c in sizes if c.pays]
        losing = [c.size for c in sizes if c.pays is False]
        open_sizes = [c.size for c in sizes if c.pays is None]
        parts = [f"pays at {_members(c.size for c in paying) if paying else 'no size that the data show'}"]
        if losing:
            parts.append(f"does not at {_members(losing)}")
        if open_sizes:
            parts.append(f"is not settled at {_members(open_sizes)}")
        text = f"Forming a cabal ({strategy}) of {role} beside all {first}: it {', '.join(parts)}"
        if paying:
            text += f"; of {paying[0].size}, each gains {with_interval(paying[0].gain)} thousandths"
        lines.append(text + " (a group switching together; going alone is in the first sentence).")
    return lines


def _members(numbers: Iterable[int]) -> str:
    """`1 to 4, 7 members` for 1, 2, 3, 4, 7; `1 member` for 1."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    listed = ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]} to {p[-1]}" for p in parts)
    return f"{listed} member{'' if listed == '1' else 's'}"
