"""A solution on the screen: its sentences, its charts, its equilibria with their certificates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charts import PayoffPoint, deviation_chart, payoff_chart
from econ import Answer, Equilibrium
from econ.equilibrium import Tipping
from econ.inference import mean_interval
from experiments import Solution
from experiments.meaning import epochs
from experiments.sentences import outcome, sentences
from experiments.solution import profile_weights
from experiments.wording import counted, percent, with_interval
from views.tables import show_table
from views.takeaway import Drawn
from views.terms import say, told
from views.triangle import has_triangle, triangle
from views.words import minus, plain, player

__all__ = ["chart_specs", "show_equilibria", "show_sentence", "show_sharpening"]

_VERDICTS = {
    "certified": "nobody gains more than epsilon by switching alone",
    "rejected": "somebody gains more than epsilon",
    "consistent": "not refuted, and no claim",
    "undecided": "the worlds played do not settle it",
}


def show_sentence(solution: Solution) -> DeltaGenerator:
    """The result in plain words, the first sentence in bold."""
    first, *others = (minus(sentence) for sentence in sentences(solution))
    return _say_first(first, " ".join(others))


def show_sharpening(*solutions: Solution) -> DeltaGenerator:
    """What previews may say: where the gain of going alone lies so far."""
    said = []
    for contest in (contest for solution in solutions for contest in solution.contests):
        gain = contest.gains[0]
        said.append(
            f"a lone {player(contest.role)} that switches from {contest.first} to {contest.second} gains between "
            f"{gain.low:.1f} and {gain.high:.1f} thousandths"
        )
    so_far = "; ".join(said) if said else "there is nothing to choose"
    worlds, length = solutions[0].game.worlds, solutions[0].scenario.epochs
    text = f"Sharpening: after {counted(worlds, 'world')} of {epochs(length)} {so_far}."
    return _say_first(minus(text), "Bands only, no verdict yet.")


def _say_first(first: str, rest: str) -> DeltaGenerator:
    """The first sentence in bold; a term explains itself where it is first mentioned."""
    whole = told(f"{first}\n{rest}").split("\n", 1)
    return say(f"<strong>{whole[0]}</strong> {whole[1]}", kind="result")


def chart_specs(solution: Solution, *, earning: bool = True) -> dict[str, Drawn]:
    """Charts by name: for every choice what switching pays, then where imitation leads and, if wished, who earns what.

    What previews can show stands first, so that it stays where it is when the full answer comes.
    """
    roles, level = solution.game.roles, percent(solution.scenario.answer.level)
    specs: dict[str, Drawn] = {}
    for contest in solution.contests:
        gain = deviation_chart(
            contest.gains,
            roles.players[roles.names.index(contest.role)],
            contest.second,
            contest.first,
            contest.points,
            title=f"What switching to {contest.second} pays{_whose(contest)}",
        )
        specs[f"switching-{_name(contest)}"] = Drawn.of(gain, f"Band: {level} intervals; all hold together.")
    if has_triangle(solution):
        said = (
            f"The flow is that of the mean payoffs over {solution.game.worlds} worlds. Open: stability is not settled."
        )
        specs["triangle"] = Drawn.of(triangle(solution), said)
    for contest in solution.contests if earning else ():
        payoff = payoff_chart(
            payoff_points(solution, contest),
            roles.players[roles.names.index(contest.role)],
            contest.second,
            contest.points,
            title=f"What a seat earns, {contest.first} or {contest.second}{_whose(contest)}",
        )
        specs[f"earning-{_name(contest)}"] = Drawn.of(payoff, f"Bands: {level} intervals; each interval on its own.")
    return specs


def _whose(contest: Tipping) -> str:
    return "" if contest.role == "validators" else f" ({contest.role})"


def _name(contest: Tipping) -> str:
    return contest.second if contest.role == "validators" else f"{contest.role}-{contest.second}"


def payoff_points(solution: Solution, contest: Tipping) -> list[PayoffPoint]:
    """Payoffs where a role plays only the contest's two strategies and all other roles their first."""
    game = solution.game
    roles = game.roles
    role = roles.names.index(contest.role)
    seats, start = roles.players[role], roles.starts[role]
    first, second = start, start + roles.strategies[role].index(contest.second)
    counts = np.zeros((seats + 1, len(roles.axis)), dtype=int)
    counts[:, list(roles.starts[:-1])] = roles.players
    counts[:, first] = seats - np.arange(seats + 1)
    counts[:, second] = np.arange(seats + 1)
    numbers = roles.index(counts)
    points = []
    for axis, strategy in ((first, contest.first), (second, contest.second)):
        mean, low, high = mean_interval(game.payoffs[numbers, axis], solution.scenario.answer.level)
        points += [
            PayoffPoint(players=k, strategy=strategy, mean=float(mean[k]), low=float(low[k]), high=float(high[k]))
            for k in range(seats + 1)
            if counts[k, axis]
        ]
    return points


def show_equilibria(solution: Solution) -> None:
    """The table of equilibria, the certificates, and what else a reader must know."""
    answer, scenario = solution.answer, solution.scenario
    st.subheader("Where it can settle")
    if answer.equilibria:
        show_table(_table(solution), "equilibria")
        for line in _certificates(answer):
            say(told(line))
    elif answer.unsearched:
        st.markdown("The search was cut short and found no answer, which does not mean that there is none.")
    else:
        st.markdown("No equilibrium was found.")
    if answer.unsearched:
        faces = "1 set" if answer.unsearched == 1 else f"{answer.unsearched} sets"
        st.markdown(f"Not searched: {faces} of strategies to mix (faces of the simplex); equilibria may lie there.")
    notes = [
        f"{answer.played} a profile; all gains hold together at {percent(answer.level)}; epsilon is "
        f"{answer.epsilon:g} thousandths.",
        {
            True: "It is proved that these are all equilibria of the listed strategies that the data allow.",
            False: "More equilibria are known to exist.",
            None: "It is not proved that these are all.",
        }[answer.complete],
    ]
    if solution.start_matters is not None:
        differ = "differ" if solution.start_matters else "do not differ"
        notes.append(
            f"Payoffs {differ} beyond their intervals when a run begins with {solution.other_start} instead of "
            f"{scenario.start}."
        )
    if scenario.stake_plan.dealt is not None:
        notes.append("Stake is dealt at random in every world: the game is ex ante, before a seat knows its stake.")
    say(told(" ".join(notes)), kind="soft")


def _table(solution: Solution) -> pd.DataFrame:
    rows = []
    for number, equilibrium in enumerate(solution.answer.equilibria, start=1):
        measures = solution.measures(equilibrium)
        regret = (equilibrium.regret, *equilibrium.regret_interval)
        rows.append(
            {
                "": f"{number}",
                "Who plays what": plain(outcome(equilibrium)),
                "Verdict": f"{equilibrium.verdict}{', strict' if equilibrium.strict else ''}",
                "A validator earns, thousandths": plain(with_interval(_earned(solution, equilibrium))),
                "Regret, thousandths": plain(with_interval(regret)),
                "The share may lie in": plain(_range(equilibrium)),
                "Stable": {True: "yes", False: "no", None: "–"}[equilibrium.stable],
                "Incentive follows quality (1 = fully)": plain(
                    minus(with_interval(measures["quality_incentive_correlation"]))
                ),
                "Spent on evaluating, thousandths": plain(with_interval(measures["evaluation_spent"])),
            }
        )
    return pd.DataFrame(rows)


def _earned(solution: Solution, equilibrium: Equilibrium) -> tuple[float, float, float]:
    """What a seat of the first role earns on average where this is played, over worlds."""
    game, roles = solution.game, solution.game.roles
    weights = profile_weights(roles, roles.profiles(), equilibrium)
    part = next(iter(roles.slices()))
    paid = np.nan_to_num(game.payoffs[:, part]) * roles.profiles()[:, part, None] / roles.players[0]
    occurs = weights > 0
    mean, low, high = mean_interval(
        (weights[occurs, None] * paid[occurs].sum(axis=1)).sum(axis=0), solution.scenario.answer.level
    )
    return float(mean), float(low), float(high)


def _range(equilibrium: Equilibrium) -> str:
    """How far a mixture may lie from where it was found: `weight-copier 34.4% to 35.2%`."""
    parts = []
    for role, ranges in equilibrium.strategy_interval.items():
        moving = {name: ends for name, ends in ranges.items() if ends[0] < ends[1]}
        if moving:
            listed = list(moving)[1:] or list(moving)
            said = ", ".join(f"{name} {percent(moving[name][0])} to {percent(moving[name][1])}" for name in listed)
            parts.append(said if role == "validators" else f"{role}: {said}")
    return "; ".join(parts) or "–"


def _certificates(answer: Answer) -> list[str]:
    """Each certificate once, with the numbers of the equilibria it is about."""
    said: dict[str, list[int]] = {}
    for number, equilibrium in enumerate(answer.equilibria, start=1):
        said.setdefault(answer.sentence(equilibrium), []).append(number)
    if len(said) == 1:
        return list(said)
    return [f"{', '.join(map(str, numbers))}: {sentence}" for sentence, numbers in said.items()]
