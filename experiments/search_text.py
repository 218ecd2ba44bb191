"""What a search beyond the listed strategies did, in words."""

from __future__ import annotations

from experiments.sentences import outcome
from experiments.solution import Solution
from experiments.wording import counted, table, with_interval

__all__ = ["search_lines"]


def search_lines(solution: Solution) -> list[str]:
    """What was looked for beyond the listed strategies, with what effort, and what the best of it gains."""
    search = solution.search
    if search is None:
        return []
    found, epsilon = solution.answer.equilibria, solution.answer.epsilon
    where = ", ".join(f"{key} from {low:g} to {high:g}" for key, low, high in search.parameters)
    times = f"{search.rounds} of at most {counted(search.most_rounds, 'round')}"
    lines = [f"Searched: {where}; {search.tries} values from each equilibrium and role, {times}."]
    if search.left_out:
        lines.append(
            f"Not searched, as their range has no end: {', '.join(search.left_out)} (name one with =LOW..HIGH)."
        )
    if search.added:
        names = ", ".join(f"{role}.{name}" for role, name in search.added)
        lines.append(f"Listed on the way, because they gained more than {epsilon:g}: {names}.")
    rows = [
        [outcome(found[one.equilibrium]), f"{one.role}.{one.strategy}", with_interval(one.gain, 3), one.verdict]
        for one in search.deviations
    ]
    if rows:
        head = ["from", "best deviation found", "gain, thousandths", f"gains at most {epsilon:g}"]
        lines += [
            table(head, rows),
            "(gains in worlds of their own, in which nothing was chosen; their intervals and those of the regrets hold "
            f"together at {100 * solution.scenario.answer.level:g}%)",
        ]
    open_ones = sum(one.verdict not in ("certified", "rejected") for one in search.deviations)
    if not search.ended:
        lines.append(f"The rounds ended before the search did: a deviation that was found gains more than {epsilon:g}.")
    elif open_ones:
        settled = counted(open_ones, "is", "are")
        lines.append(f"No deviation found is shown to gain more than {epsilon:g}; {settled} not settled.")
    else:
        lines.append(f"No deviation found gains more than {epsilon:g}.")
    return [*lines, "A search proves nothing about values that it did not try."]
