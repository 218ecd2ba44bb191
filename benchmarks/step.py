"""What a step of the subnet costs besides the rule: the order of an epoch, the seats, the bookkeeping.

The rule is the kernel by itself, run once more on the weights, stake and bonds of the step. `laid` is what the loop
that runs it in a step takes beyond that: policies' rows normalised, masked and made public, and offers settled. Draws
are all random numbers and the scores made of them; policies are their own functions. The rest is all else, less what
the watches themselves take. `divided` is the part of `laid` that is the chain's own epoch, its step 5: as many rows
divided by their sums, in the nearest cache. The first two figures count it against the loop or leave all that is laid
out; the third counts it with the rule, and all else that is laid against the loop. Three parts of the rest are what no
Python around them can make smaller: `asking`, a step's own questions put to the policies in a bare loop, less their
answers; `checking`, all rows of weights summed and checked as they are given, so that an illegal one is an error in its
own epoch; and the other compiled `loops`, registrations among them. What is left is Python and NumPy's calls.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import agents.answers
import agents.deciding
import agents.holding
import agents.making
import agents.mining
import agents.placing
import agents.staking
import agents.validating
import agents.worlds
from agents import HonestMiner, HonestValidator, Subnet
from agents.nature import Nature
from agents.registry import policies
from econ.compiled import compiled
from econ.tokens import registration_kernel
from econ.yuma import kernel_emission
from econ.yuma.epoch import epoch_of_shares, paid_by
from experiments import Scenario
from experiments.payoffs import all_profiles
from experiments.simulation import subnet_of

ACTS = ("weights", "world_weights", "remember", "effort", "copies", "offer", "leave", "register", "take", "rent")
CHECKING: dict[Any, tuple[str, ...]] = {agents.deciding: ("take", "take_by_world")}
LOOPS: dict[Any, tuple[str, ...]] = {
    agents.answers: ("_first_illegal",),
    agents.holding: ("_divide", "_by_player", "_by_player_less"),
    agents.making: ("_make", "_copy", "_take_numbers"),
    agents.placing: ("_publish", "_take_out", "_paid_first"),
    agents.staking: ("_keep",),
    kernel_emission: ("split",),
    registration_kernel: ("served", "decayed"),
}
"""Compiled loops of a step, by the modules in which they are called."""

CALLS, EPOCHS = 2000, 16
PAID_BY = paid_by
WARMING = 4
"""Epochs before that: until offers are paid and newcomers' weights are masked, some loops are not compiled."""


class Stopwatch:
    """Seconds spent inside the functions it is wrapped around, and how to take it off again."""

    def __init__(self) -> None:
        self.seconds, self.calls = 0.0, 0
        self._before: list[tuple[Any, str, Any]] = []
        self._inside = False

    def wrap(self, owner: Any, name: str) -> None:
        work = getattr(owner, name)
        self._before.append((owner, name, work))

        def timed(*args: Any, **keywords: Any) -> Any:
            if self._inside:
                return work(*args, **keywords)
            self._inside, began = True, time.thread_time()
            self.calls += 1
            try:
                return work(*args, **keywords)
            finally:
                self.seconds += time.thread_time() - began
                self._inside = False

        setattr(owner, name, timed)

    def off(self) -> None:
        for owner, name, work in reversed(self._before):
            setattr(owner, name, work)


def own_seconds() -> float:
    """What a call takes more for being watched, without what the watch counts."""

    class Idle:
        def rest(self) -> None:
            """Nothing."""

    def taken() -> float:
        began = time.thread_time()
        for _ in range(CALLS):
            idle.rest()
        return time.thread_time() - began

    idle, watch = Idle(), Stopwatch()
    bare = min(taken() for _ in range(5))
    watch.wrap(Idle, "rest")
    watched = []
    for _ in range(5):
        watch.seconds = 0.0
        watched.append(taken() - watch.seconds)
    return (min(watched) - bare) / CALLS


def watched_acts(subnet: Subnet) -> Stopwatch:
    """A watch around all that the policies of validators and miners do."""
    watch = Stopwatch()
    for kind in {type(policy) for role in ("validators", "miners") for policy in subnet.seating(role).policies}:
        for name in ACTS:
            if name in kind.__dict__:
                watch.wrap(kind, name)
    return watch


def asking(subnet: Subnet) -> float:
    """Seconds of one step's questions in a bare loop, less what policies take to answer them; a median."""
    subnet.run(WARMING)
    asked: list[tuple[Any, ...]] = []
    rooms = agents.validating, agents.mining
    asks = rooms[0].ask

    def noted(policy: Any, act: str, view: Any, where: Any, *more: Any) -> Any:
        asked.append((policy, act, view, *more))
        return asks(policy, act, view, where, *more)

    for room in rooms:
        room.ask = noted  # type: ignore[attr-defined]
    subnet.step()
    for room in rooms:
        room.ask = asks  # type: ignore[attr-defined]
    watch, read, each = watched_acts(subnet), [], own_seconds()
    for _ in range(EPOCHS):
        watch.seconds, watch.calls, answers = 0.0, 0, []
        began = time.thread_time()
        for policy, act, *given in asked:
            answers.append(getattr(policy, act)(*given))
        read.append(time.thread_time() - began - watch.seconds - each * watch.calls)
    watch.off()
    return statistics.median(read)


def in_loops(subnet: Subnet) -> dict[str, float]:
    """Seconds of one step in compiled loops that are neither the rule's nor draws nor the policies'; medians."""
    watches: dict[str, Stopwatch] = {}
    subnet.run(WARMING)
    for part, looped in (("checking", CHECKING), ("loops", LOOPS)):
        watches[part] = Stopwatch()
        for room, names in looped.items():
            for name in names:
                watches[part].wrap(room, name)
    read = []
    for _ in range(EPOCHS):
        for watch in watches.values():
            watch.seconds = 0.0
        subnet.step()
        read.append({part: watch.seconds for part, watch in watches.items()})
    for watch in watches.values():
        watch.off()
    return {part: statistics.median(seconds[part] for seconds in read) for part in watches}


@compiled
def _divide(weights: Any, summed: Any, divided: Any, times: int) -> None:
    """The rows of one world divided by their sums, so many times."""
    for _ in range(times):
        for row in range(weights.shape[0]):
            by, given, out = summed[row], weights[row], divided[row]
            for column in range(given.size):
                out[column] = given[column] / by


class RuleAlone:
    """In place of `paid_by`: times it, and on the same arrays the kernel by itself and the division of rows."""

    def __init__(self) -> None:
        self.paid = self.alone = self.divided = self.seconds = 0.0
        self._spare = np.empty(0)

    def __call__(self, *given: Any) -> Any:
        called = time.thread_time()
        _, _, weights, stake, bonds, rules, new_bonds = given
        began = time.thread_time()
        result = PAID_BY(*given)
        self.paid += time.thread_time() - began
        if self._spare.shape != bonds.shape:
            self._spare = np.zeros_like(new_bonds)
        began = time.thread_time()
        epoch_of_shares(weights, stake, bonds, rules, self._spare)
        self.alone += time.thread_time() - began
        one = weights[0].copy()
        summed, divided = one.sum(axis=-1), np.empty_like(one)
        _divide(one, summed, divided, 1)
        began = time.thread_time()
        _divide(one, summed, divided, len(weights))
        self.divided += time.thread_time() - began
        self.seconds += time.thread_time() - called
        return result


def split(subnet: Subnet) -> dict[str, float]:
    """Seconds of one step, medians of several: the rule, policies' own work, draws, what is laid, and all else."""
    watches, each = {"policies": watched_acts(subnet), "draws": Stopwatch()}, own_seconds()
    for name in ("move", "draw_noises", "scores", "skill"):
        watches["draws"].wrap(Nature, name)
    watches["draws"].wrap(agents.worlds, "uniform")
    rule = RuleAlone()
    agents.deciding.paid_by = rule  # type: ignore[assignment]
    subnet.run(WARMING)
    read = []
    for _ in range(EPOCHS):
        rule.paid = rule.alone = rule.divided = rule.seconds = 0.0
        for watch in watches.values():
            watch.seconds, watch.calls = 0.0, 0
        began = time.thread_time()
        subnet.step()
        whole = time.thread_time() - began - rule.seconds
        parts = {name: watch.seconds for name, watch in watches.items()}
        rest = whole - sum(parts.values()) - each * sum(watch.calls for watch in watches.values())
        laid = {"laid": rule.paid - rule.alone, "divided": rule.divided}
        read.append({"rule": rule.alone} | parts | laid | {"rest": rest})
    agents.deciding.paid_by = PAID_BY
    for watch in watches.values():
        watch.off()
    return {name: statistics.median(parts[name] for parts in read) for name in read[0]}


def all_strategies(worlds: int) -> Subnet:
    """64 validators and 448 miners that play every strategy in turn."""

    def dealt(role: str, seats: int) -> list[Any]:
        kinds: list[Callable[[], Any]] = list(policies(role).values())
        return [kinds[seat % len(kinds)]() for seat in range(seats)]

    return Subnet(dealt("validators", 64), dealt("miners", 440), worlds=worlds, start="honest:2", series=False)


def rows() -> Iterator[tuple[str, str]]:
    """Label and figure."""
    rule: dict[int, float] = {}
    for worlds in (64, 1):
        parts = split(all_strategies(worlds))
        rule[worlds] = parts["rule"]
        less, strictly = (parts["rest"] + parts["laid"]) / parts["rule"], parts["rest"] / parts["rule"]
        counted = (parts["rest"] + parts["laid"] - parts["divided"]) / (parts["rule"] + parts["divided"])
        yield (
            f"a step less rule, policies and draws, against the rule: 64 x 448, {worlds} worlds, all strategies",
            f"{less:5.2f} times, {strictly:.2f} without what the rule's loop lays, {counted:.2f} with its divisions "
            f"counted with the rule  ({_parts(parts)})",
        )
    least = {"asking": asking(all_strategies(64))} | in_loops(all_strategies(64))
    yield (
        "of it no Python: bare questions, rows checked, other loops, against the rule: 64 x 448, 64 worlds",
        f"{sum(least.values()) / rule[64]:5.2f} times  ({_parts(least)})",
    )
    scenario = Scenario.named("subnet")
    game = split(subnet_of(scenario, all_profiles(scenario), np.arange(8)))
    yield (
        "the default game, 66 profiles in 8 worlds: a step against its rule",
        f"{_whole(game) / game['rule']:5.2f} times  ({_parts(game)})",
    )
    many = Subnet([HonestValidator()] * 4, [HonestMiner()] * 19_996, start="honest:2", series=False)
    parts = split(many)
    yield "20,000 agents, one world: a step less the rule", f"{1e3 * (_whole(parts) - parts['rule']):5.2f} ms"


def _whole(parts: dict[str, float]) -> float:
    """All of a step: what is divided is in what is laid."""
    return sum(parts.values()) - parts["divided"]


def _parts(parts: dict[str, float]) -> str:
    return ", ".join(f"{name} {1e3 * seconds:.2f} ms" for name, seconds in parts.items())


if __name__ == "__main__":
    for label, figure in rows():
        print(f"{label:<90}{figure}")
