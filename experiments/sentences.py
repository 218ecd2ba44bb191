"""A solution in words: what a lone deviator gains, which outcomes are stable, how many honesty survives."""

from __future__ import annotations

from collections.abc import Iterable

from econ import Equilibrium
from econ.equilibrium import Tipping
from econ.inference import LEAST_WORLDS
from experiments.solution import Search, Solution
from experiments.wording import counted, money, percent, with_interval

__all__ = ["outcome", "sentences"]

_OTHERWISE = {
    "correlated": "by the estimates, if a trusted device tells each player what to play",
    "coarse": "by the estimates, if players commit to a device before it tells them what to play",
    "qre": "by the estimates, where players who err ever less come to rest",
    "ess": "what a few mutants cannot invade, as imitators see it",
    "alpha-rank": "by the estimates, how often rare mutants and selection visit each strategy",
    "stackelberg": "by the estimates, what follows if one seat commits first and all others know it",
}
"""What the outcomes of other concepts than Nash are."""
_TOO_FEW = f"fewer than {LEAST_WORLDS} worlds"


def sentences(solution: Solution) -> list[str]:
    """Three sentences: the gain of going alone, the stable outcomes, and how many of another kind are survived.

    A fourth says what a search beyond the listed strategies found, and with what effort.
    """
    contests = solution.contests
    beyond = [_sentence([_beyond(solution.search, solution.answer.epsilon)])] if solution.search else []
    if not contests:
        roles = solution.scenario.roles
        only = ", ".join(
            f"{name} can only be {listed[0]}" for name, listed in zip(roles.names, roles.strategies, strict=True)
        )
        return [f"There is nothing to choose: {only}.", *beyond]
    return [
        _sentence(_alone(solution, contest) for contest in contests),
        _sentence([_outcomes(solution)]),
        _sentence(_survival(solution, contest) for contest in contests),
        *beyond,
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
    if not solution.game.decides:
        says = f"which {_TOO_FEW} do not settle"
    elif gain.low > 0:
        says = "so going alone pays"
    elif gain.high < 0:
        says = "so going alone does not pay"
    else:
        says = "so the data do not settle whether going alone pays"
    return (
        f"a lone {_player(contest)} that switches from {contest.first} to {contest.second} gains "
        f"{with_interval((gain.mean, gain.low, gain.high))} thousandths of the epoch's emission "
        f"({money(solution.scenario.market, gain.mean)}), {says}"
    )


def _outcomes(solution: Solution) -> str:
    """Stable symmetric outcomes, then the others; what is not certified is said to be so."""
    answer = solution.answer
    if not solution.game.decides:
        estimated = " | ".join(outcome(found) for found in answer.equilibria) or "none found"
        return f"{_TOO_FEW} give no verdict; equilibria of the estimates: {estimated}"
    if not answer.equilibria:
        left = counted(answer.unsearched, "face")
        return f"the search was cut short ({left} left out) and found nothing, which is no answer"
    if answer.concept in _OTHERWISE:
        told = " | ".join(
            (f"{found.kind}: " if len(answer.equilibria) > 1 else "")
            + outcome(found)
            + ("" if found.verdict == "certified" else f" ({found.verdict})")
            for found in answer.equilibria
        )
        return f"{_OTHERWISE[answer.concept]}: {told or 'none'}"
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


def _survival(solution: Solution, contest: Tipping) -> str:
    first = "honesty" if contest.first == "honest" else contest.first
    second = contest.second
    seats = f"of {contest.gains[-1].others + 1} {contest.role}"
    beside = f", all others {contest.first}" if len(solution.contests) > 1 else ""
    if not solution.game.decides:
        return f"how many {second} {first} survives {_TOO_FEW} do not settle"
    if all(row.low == row.high == 0 for row in contest.gains):
        return f"{first} and {second} pay the same, however many {seats} play which{beside}"
    if all(row.low > 0 for row in contest.gains):
        return f"there is no tipping point towards {second}: it pays however many {seats} play it{beside}"
    if all(row.high < 0 for row in contest.gains):
        return f"{first} survives any number {seats} playing {second}{beside}: there is no tipping point, it never pays"
    low, high = contest.survives_interval
    if low != high:
        fewest, largest = ("none" if k is None else str(k) for k in (low, high))
        return (
            f"the data do not settle how many {seats} playing {second} {first} survives{beside} "
            f"(between {fewest} and {largest}){_points(contest, ', with an estimated tipping point at ')}"
        )
    start = f"{first} survives {low} {seats} playing {second}{beside}"
    if low is None:
        start = f"{first} does not survive a single one {seats} playing {second}{beside}"
    return start + (_points(contest, ", with a tipping point at ") or ", without a tipping point that is settled")


def _beyond(search: Search, epsilon: float) -> str:
    """What was tried besides the listed strategies, and whether any of it gains."""
    keys = ", ".join(key for key, _, _ in search.parameters)
    said = f"a search of {search.tries} values of {keys} from each equilibrium, in {counted(search.rounds, 'round')}"
    if search.added:
        said += f", in which {', '.join(name for _, name in search.added)} came to be listed,"
    if not search.ended:
        return f"{said} ended with its rounds: a deviation it found gains more than {epsilon:g} thousandths"
    shown = "" if all(one.verdict == "certified" for one in search.deviations) else "is shown to "
    gains = "gain" if shown else "gains"
    return f"{said} found no deviation that {shown}{gains} more than {epsilon:g} thousandths"


def _points(contest: Tipping, lead: str) -> str:
    """The tipping points with their intervals, in shares and seats; nothing where there is none."""
    points = [
        f"{percent(p.share)} [{percent(p.share_interval[0])}, {percent(p.share_interval[1])}], {p.seats:.1f} seats"
        for p in contest.points
    ]
    return lead + " and ".join(points) if points else ""


def _player(contest: Tipping) -> str:
    """One of the role: `validator`, or `validator of class 2`."""
    role, _, number = contest.role.partition(".")
    return role.removesuffix("s") + (f" of class {number}" if number else "")


def _sentence(parts: Iterable[str]) -> str:
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."
