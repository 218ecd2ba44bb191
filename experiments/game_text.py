"""The answer to a game file in words: a table of what was found, and what is known of it."""

from __future__ import annotations

from econ import Answer, Equilibrium
from experiments.files.npz import shown
from experiments.sentences import outcome
from experiments.wording import counted, percent, table, with_interval

__all__ = ["game_text"]

MOST_ROWS = 50
MOST_STEPS = 40
MOST_PROFILES = 6

_NOTHING = {
    "pure": "There is no pure equilibrium.",
    "dominance": "More than one profile is left.",
    "weak-dominance": "More than one profile is left.",
    "rationalisable": "More than one profile is left.",
}
_ALL = {True: "These are all.", False: "More exist.", None: "Whether these are all is not known."}
_COMPLETE = {
    "qre": {None: "Other branches, away from pure noise, were not searched for."},
    "stackelberg": {None: "Other commitments may pay the leader as much."},
    "zero-sum": {None: "Other mixtures may be optimal too; the value is the same."},
    "correlated": {False: "More exist: they are a polytope, and these are some of its points."},
    "coarse": {False: "More exist: they are a polytope, and these are some of its points."},
    "anarchy": {True: "The ratios are over all equilibria.", None: "Mixed Nash equilibria were not all searched for."},
}


def game_text(name: str, answer: Answer, *, every: bool = False) -> str:
    """What was found in the game of a file, its figures, what it rests on and whether that is all.

    >>> import numpy as np
    >>> from econ import NormalForm, solve
    >>> print(game_text("one.nfg", solve(NormalForm([np.array([1.0, 2.0])]))))
    one.nfg: 1 equilibrium (nash), payoffs exact, epsilon 0.5.
    outcome            kind  regret            verdict
    all 2    symmetric-pure       0  certified, strict
    These are all.
    Checked: every strategy was compared with every other.
    """
    found = answer.equilibria
    rows = [_row(one, answer) for one in (found if every else found[:MOST_ROWS])]
    count = counted(len(found), "equilibrium", "equilibria")
    if answer.concept not in ("nash", "pure", "lemke-howson", "zero-sum"):
        count = counted(len(found), "outcome")
    if answer.survivors is not None:
        count = "what is left"
    known = "payoffs exact" if answer.worlds is None else f"{counted(answer.worlds, 'world')} a profile"
    lines = [f"{shown(name)}: {count} ({answer.concept}), {known}, epsilon {answer.epsilon:g}."]
    if answer.survivors is not None:
        lines += [f"  {shown(player)}: {_names(own)}" for player, own in answer.survivors.items()]
    if rows:
        head = ["outcome", "kind", "regret", "verdict", *(["continuum"] if answer.subsets else []), *_extra(answer)]
        lines.append(table(head, rows))
    if len(rows) < len(found):
        lines.append(f"({len(found) - len(rows)} more; --all shows them)")
    lines += [f"  {shown(label)}: {'-' if x is None else f'{x:.6g}'}" for label, x in answer.figures.items()]
    steps = answer.steps if every else answer.steps[:MOST_STEPS]
    lines += [f"  {shown(step)}." for step in steps]
    if len(steps) < len(answer.steps):
        lines.append(f"({counted(len(answer.steps) - len(steps), 'more step')}; --all shows them)")
    if answer.unsearched:
        lines.append("The search was cut short: others may exist.")
    return "\n".join([*lines, *_whole(answer), *([f"Checked: {answer.checked}."] if answer.checked else [])])


def _row(one: Equilibrium, answer: Answer) -> list[str]:
    cells = [
        shown(_outcome(one)),
        shown(one.kind),
        f"{one.regret:.3g}" if answer.worlds is None else with_interval((one.regret, *one.regret_interval), 3),
        one.verdict + (", strict" if one.strict else ""),
    ]
    if answer.subsets:
        cells.append("-" if one.component is None else str(one.component))
    payoffs = one.payoffs or {}
    for label in _extra(answer):
        value = one.figures.get(label, payoffs.get(label.removesuffix(" gets")))
        cells.append("-" if value is None else f"{value:.6g}")
    return cells


def _extra(answer: Answer) -> list[str]:
    """The columns of figures and payoffs that some row has."""
    labels: dict[str, None] = {}
    for one in answer.equilibria:
        labels |= dict.fromkeys(one.figures)
        labels |= dict.fromkeys(f"{player} gets" for player in one.payoffs or {})
    return [shown(label) for label in labels]


def _outcome(one: Equilibrium) -> str:
    """Shares by player; of a correlated equilibrium the profiles and their probabilities."""
    if one.joint is None:
        return outcome(one)
    largest = sorted(one.joint, key=lambda pair: -pair[1])
    parts = [f"{percent(share)} ({', '.join(profile)})" for profile, share in largest[:MOST_PROFILES]]
    more = len(largest) - len(parts)
    return " + ".join(parts) + (f" + {more} more" if more else "")


def _names(own: tuple[str, ...]) -> str:
    return shown(", ".join(own))


def _whole(answer: Answer) -> list[str]:
    """Whether there are others."""
    if not answer.equilibria and answer.concept in _NOTHING:
        return [_NOTHING[answer.concept]]
    if answer.concept == "nash" and answer.subsets:
        groups = " | ".join(", ".join(str(place + 1) for place in some) for some in answer.subsets if len(some) > 1)
        return [
            f"These are all extreme equilibria. Mixtures within a maximal Nash subset ({shown(groups)}, by row) are "
            "equilibria too, and there are no others."
        ]
    if answer.survivors is not None and answer.complete is not True:
        return []
    return [_COMPLETE.get(answer.concept, {}).get(answer.complete, _ALL[answer.complete])]
