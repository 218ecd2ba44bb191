"""A solution in words: what a lone deviator gains, which outcomes are stable, how many honesty survives."""

from __future__ import annotations

from collections.abc import Iterable

from econ import Answer, Equilibrium
from econ.equilibrium import Tipping
from experiments.solution import Solution
from experiments.wording import money, percent, with_interval

__all__ = ["outcome", "sentences"]


def sentences(solution: Solution) -> list[str]:
    """Three sentences: the gain of going alone, the stable outcomes, and how many of another kind are survived."""
    contests = solution.contests
    if not contests:
        roles = solution.scenario.roles
        only = ", ".join(
            f"{name} can only be {listed[0]}" for name, listed in zip(roles.names, roles.strategies, strict=True)
        )
        return [f"There is nothing to choose: {only}."]
    return [
        _sentence(_alone(solution, contest) for contest in contests),
        _sentence([_outcomes(solution.answer)]),
        _sentence(_survival(contest) for contest in contests),
    ]


def outcome(equilibrium: Equilibrium) -> str:
    """The outcome in short: `all honest`, `65.2% honest, 34.8% weight-copier`, `7 honest, 3 weight-copier`."""
    choosing = {role: shares for role, shares in equilibrium.strategy.items() if len(shares) > 1}
    parts = []
    for role, shares in (choosing or dict([next(iter(equilibrium.strategy.items()))])).items():
        played = {name: share for name, share in shares.items() if share > 0}
        if len(played) == 1:
            text = f"all {next(iter(played))}"
        elif equilibrium.counts is not None:
            text = ", ".join(f"{equilibrium.counts[role][name]} {name}" for name in played)
        else:
            text = ", ".join(f"{percent(share)} {name}" for name, share in played.items())
        parts.append((role, text))
    return parts[0][1] if len(parts) == 1 else "; ".join(f"{role}: {text}" for role, text in parts)


def _alone(solution: Solution, contest: Tipping) -> str:
    gain = contest.gains[0]
    says = "pays" if gain.low > 0 else "does not pay" if gain.high < 0 else "makes no difference that the data show"
    return (
        f"a lone {_player(contest)} that switches from {contest.first} to {contest.second} gains "
        f"{with_interval((gain.mean, gain.low, gain.high))} thousandths of the epoch's emission "
        f"({money(solution.scenario.market, gain.mean)}), so going alone {says}"
    )


def _outcomes(answer: Answer) -> str:
    """Stable symmetric outcomes, then the others; what is not certified is said to be so."""
    groups: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for equilibrium in answer.equilibria:
        if equilibrium.verdict != "rejected":
            note = "" if equilibrium.verdict == "certified" else f" ({equilibrium.verdict})"
            groups[equilibrium.stable].append(outcome(equilibrium) + note)
    parts = [f"stable: {' | '.join(groups[True]) or 'none'}"]
    if groups[False]:
        parts.append(f"unstable: {' | '.join(groups[False])}")
    if groups[None]:
        parts.append(f"between named seats, or of unsettled stability: {' | '.join(groups[None])}")
    proof = {
        True: "no other equilibrium of these strategies",
        False: "more equilibria are known to exist",
        None: "the list is not proved complete",
    }[answer.complete]
    return "; ".join([*parts, proof])


def _survival(contest: Tipping) -> str:
    first = "honesty" if contest.first == "honest" else contest.first
    second, most = contest.second, contest.gains[-1].others
    seats = f"of {most + 1} {contest.role}"
    if contest.survives is None:
        if all(row.mean > 0 for row in contest.gains):
            return f"there is no tipping point towards {second}: it pays however many {seats} play it"
        return f"{first} does not survive a single {second}, though {second} does not pay beside every number of others"
    survives = f"{first} survives {contest.survives} {seats} playing {second}"
    low, high = contest.survives_interval
    if low != high:
        survives += f" (the data allow {low or 0} to {high or 0})"
    if contest.survives == most:
        return f"{survives}: there is no tipping point, {second} never pays"
    points = [
        f"{percent(p.share)} [{percent(p.share_interval[0])}, {percent(p.share_interval[1])}], {p.seats:.1f} seats"
        for p in contest.points
    ]
    if not points:
        return f"{survives}, without a tipping point that the data settle"
    return f"{survives}, with the tipping point at {' and '.join(points)}"


def _player(contest: Tipping) -> str:
    """One of the role: `validator`, or `validator of class 2`."""
    role, _, number = contest.role.partition(".")
    return role.removesuffix("s") + (f" of class {number}" if number else "")


def _sentence(parts: Iterable[str]) -> str:
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."
