"""A solution in words: what a lone deviator gains, which outcomes are stable, how many honesty survives."""

from __future__ import annotations

from econ import Answer, Equilibrium
from econ.equilibrium import Tipping
from experiments.solution import Solution
from experiments.wording import money, percent, with_interval

__all__ = ["outcome", "sentences"]


def sentences(solution: Solution) -> list[str]:
    """Three sentences: the gain of going alone, the stable outcomes, and how many of another kind are survived."""
    contests = solution.contests
    if not contests:
        return [f"There is nothing to choose: {_only(solution)}.", *(_outcomes(solution.answer),), "No tipping point."]
    return [
        " ".join(_alone(solution, contest) for contest in contests),
        _outcomes(solution.answer),
        " ".join(_survival(solution, contest) for contest in contests),
    ]


def outcome(equilibrium: Equilibrium) -> str:
    """The outcome in short: `all honest`, `65.2% honest, 34.8% weight-copier`, `7 honest, 3 weight-copier`."""
    parts = []
    for role, shares in equilibrium.strategy.items():
        if len(shares) == 1 and len(equilibrium.strategy) > 1:
            continue
        counts = None if equilibrium.counts is None else equilibrium.counts[role]
        played = {name: share for name, share in shares.items() if share > 0}
        if len(played) == 1:
            text = f"all {next(iter(played))}"
        elif counts is not None:
            text = ", ".join(f"{counts[name]} {name}" for name in played)
        else:
            text = ", ".join(f"{percent(share)} {name}" for name, share in played.items())
        parts.append((role, text))
    if len(parts) == 1:
        return parts[0][1]
    return "; ".join(f"{role}: {text}" for role, text in parts)


def _alone(solution: Solution, contest: Tipping) -> str:
    gain = contest.gains[0]
    values = with_interval((gain.mean, gain.low, gain.high))
    says = "pays" if gain.low > 0 else "does not pay" if gain.high < 0 else "makes no difference that the data show"
    return (
        f"A lone {contest.second} among {contest.first} {_role(contest)} gains {values} thousandths of the epoch's "
        f"emission ({money(solution.scenario.market, gain.mean)}): going alone {says}."
    )


def _outcomes(answer: Answer) -> str:
    """Stable symmetric outcomes, then the others; what is not certified is said to be so."""
    groups: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for equilibrium in answer.equilibria:
        if equilibrium.verdict == "rejected":
            continue
        note = "" if equilibrium.verdict == "certified" else f" ({equilibrium.verdict})"
        groups[equilibrium.stable].append(outcome(equilibrium) + note)
    parts = [f"Stable: {_listed(groups[True]) if groups[True] else 'none'}"]
    if groups[False]:
        parts.append(f"unstable: {_listed(groups[False])}")
    if groups[None]:
        parts.append(f"an equilibrium between named seats, or of unsettled stability: {_listed(groups[None])}")
    proof = {
        True: "no other equilibrium of these strategies",
        False: "more equilibria are known to exist",
        None: "the list is not proved complete",
    }[answer.complete]
    return "; ".join([*parts, proof]) + "."


def _survival(solution: Solution, contest: Tipping) -> str:
    first, second = contest.first.capitalize() if contest.first != "honest" else "Honesty", contest.second
    seats = contest.gains[-1].others + 1
    most = seats - 1
    if contest.survives is None:
        if all(row.mean > 0 for row in contest.gains):
            return f"There is no tipping point towards {second}: it pays however many of the {seats} play it."
        return (
            f"{first} does not survive a single {second}, though {second} does not pay beside every number of others."
        )
    survives = f"{first} survives {contest.survives} {second} of {seats} {_role(contest)}"
    low, high = contest.survives_interval
    if low != high:
        survives += f" (the data allow {0 if low is None else low} to {0 if high is None else high})"
    if contest.survives == most:
        return f"{survives}: there is no tipping point, {second} never pays."
    points = [
        f"{percent(p.share)} [{percent(p.share_interval[0])}, {percent(p.share_interval[1])}] playing {second}, "
        f"{p.seats:.1f} seats"
        for p in contest.points
    ]
    if not points:
        return f"{survives}; beyond that {second} pays, without a tipping point that the data settle."
    return f"{survives}; the tipping point is {' and '.join(points)}."


def _role(contest: Tipping) -> str:
    return contest.role


def _listed(items: list[str]) -> str:
    return " | ".join(items)


def _only(solution: Solution) -> str:
    roles = solution.scenario.roles
    return ", ".join(
        f"{name} can only be {listed[0]}" for name, listed in zip(roles.names, roles.strategies, strict=True)
    )
