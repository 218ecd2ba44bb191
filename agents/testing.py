"""The conformance kit: does a policy keep its promises in every view it may meet?

`check(MyPolicy())` shows a policy small made-up views (a few epochs of each if it remembers) and asserts that

1. its answers are legal: shapes, finite, within their limits, no row all zero;
2. they are pure: asked again, after other questions, from a copy or in another process (with another clock, and other
   hashes of text), it answers the same to the bit;
3. it writes nothing into its view, nor into the arrays behind it, nor changes what all share (global luck);
4. it sees only what its traits name: all else may change without changing an answer;
5. rows are independent: other worlds, an order or a split of the rows change no answer;
6. it is a value: equal and of the same hash after copying and pickling.

The first promise that is broken raises one AssertionError that names the policy, the case and the promise. A policy
that cannot be made in another process, as one typed at a prompt, is not asked there, and a warning says so.
"""

from __future__ import annotations

import copy
import hashlib
import pickle
import random
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from agents.answers import WRITES, is_refused_writing, said
from agents.elsewhere import NotMade, elsewhere, restart
from agents.errors import PolicyError
from agents.policy import (
    DelegatorPolicy,
    MinerPolicy,
    Offer,
    Outcome,
    OwnerPolicy,
    Policy,
    Traits,
    ValidatorPolicy,
    WorldPolicy,
)
from agents.tables import Table, tables
from agents.validating import MOST, unwritten
from agents.views import PUBLIC, View
from econ.yuma.bonds import shares

__all__ = ["check"]

_BASES = {
    "validators": ValidatorPolicy,
    "miners": MinerPolicy,
    "delegators": DelegatorPolicy,
    "owner": OwnerPolicy,
}
_EPOCHS = 3
"""For those who remember; others meet every table once."""
_TOLERANCE = 1e-9
"""Relative: sums over other rows may be rounded otherwise. Splits by world must agree to the bit."""


def check(policy: Policy, *, validators: int = 1, miners: int = 1) -> None:
    """Raise AssertionError if a policy breaks a promise in a subnet of at least so many validators and miners.

    >>> from agents import WeightCopier
    >>> check(WeightCopier())
    """
    _check_declaration(policy)
    made = list(tables(validators, miners))
    answers = [_Checked(policy, table).answers() for table in made]
    again = _Checked(policy, made[0]).answers()
    _require(_same(answers[0], again, 0.0), policy, made[0], "answers otherwise after other questions; keep no state")
    _check_elsewhere(policy, made)


def _require(kept: bool, policy: Any, table: Table | None, problem: str) -> None:
    """AssertionError saying who, where and what, unless the promise is kept (with `python -O` too)."""
    if not kept:
        name = getattr(policy, "name", type(policy).__name__)
        where = f", {table.story}" if table else ""
        raise AssertionError(f"{name}{where}: it {problem}")


def _check_elsewhere(policy: Policy, made: list[Table]) -> None:
    """What it answers in another interpreter; where it cannot be made there, a warning says so."""
    here = _digests(policy, made)
    try:
        there = elsewhere(_digests, policy, made[::-1])[::-1]  # backwards: what it keeps would be other things
        if there != here:
            restart()  # what was imported there may be of an earlier day
            there = elsewhere(_digests, policy, made[::-1])[::-1]
        unknown = [said for said, mine in zip(there, here, strict=True) if "NameError" in said and said != mine]
        if unknown:  # not all that a notebook or a script does is done there
            raise NotMade(unknown[0])
    except NotMade as error:
        warnings.warn(
            f"{policy.name} was not asked in another process ({error}); put it into a module to have this checked too",
            stacklevel=3,
        )
        return
    for table, mine, other in zip(made, here, there, strict=True):
        _require(
            mine == other,
            policy,
            table,
            "answers otherwise in another process; use nothing but the view: no hash, id, clock or state of a module",
        )


def _digests(policy: Policy, made: list[Table]) -> list[str]:
    """For every table a hash of the answers, or what it raises."""
    found = []
    for table in made:
        try:
            answers = _Checked(policy, table).answers(checking=False)
        except AssertionError as error:
            found.append(str(error))
            continue
        digest = hashlib.sha256()
        for name, values in answers.items():
            digest.update(f"{name} {values.dtype} {values.shape} ".encode() + values.tobytes())
        found.append(digest.hexdigest())
    return found


# What the policy says of itself -----------------------------------------------------------------------------------


def _check_declaration(policy: Any) -> None:
    """Name, traits and role; and that it is a value."""
    remedy = f"give check {policy.__name__}()" if isinstance(policy, type) else "derive it from the base of its role"
    _require(isinstance(policy, Policy), policy, None, f"is no policy; {remedy}")
    for name, kind in (("name", str), ("traits", Traits)):
        _require(isinstance(getattr(policy, name, None), kind), policy, None, f"has no {name}; give it one")
    role = policy.traits.role
    _require(
        role in _BASES and isinstance(policy, _BASES[role]),
        policy,
        None,
        f"has traits of the role {role!r}; derive it from the base of its role and leave role out",
    )
    story = (type(policy).__doc__ or "").strip()
    generated = story.startswith(f"{type(policy).__name__}(")
    _require(bool(story) and not generated, policy, None, "has no story; its docstring says what it does")
    for how, copied in (("copy", copy.copy), ("deepcopy", copy.deepcopy), ("pickle", _through_pickle)):
        try:
            other = copied(policy)
            equal = other == policy and hash(other) == hash(policy)
        except Exception as error:
            _require(False, policy, None, f"does not survive {how} ({error}); make it a frozen dataclass in a module")
        _require(equal, policy, None, f"differs after {how}; make it a frozen dataclass")
    try:
        if isinstance(policy, ValidatorPolicy):
            for epoch in (-1, 0, 1, 1000):
                said(policy, "evaluation", epoch, high=MOST)
        if isinstance(policy, MinerPolicy):
            said(policy, "lag", whole=True)
            said(policy, "utility")
            said(policy, "cost_of_copying")
    except PolicyError as error:
        raise AssertionError(str(error)) from error


def _through_pickle(policy: Policy) -> Any:
    return pickle.loads(pickle.dumps(policy))


# What it does -----------------------------------------------------------------------------------------------------

Answers = dict[str, np.ndarray]


class _Checked:
    """One policy at one table."""

    def __init__(self, policy: Policy, table: Table) -> None:
        self.policy, self.table = policy, table
        self.act: Callable[[Policy, View], Answers] = {
            "validators": _act_of_validator,
            "miners": _act_of_miner,
            "delegators": _act_of_delegator,
            "owner": _act_of_owner,
        }[policy.traits.role]

    def answers(self, *, checking: bool = True) -> Answers:
        """All answers of a few epochs, checked; the last epoch's."""
        memory = self._unwritten()
        answers: Answers = {}
        for epoch in range(_EPOCHS if memory.shape[1] else 1):
            show = self.table.shown_to(self.policy, epoch, memory)
            before = show.snapshot()
            answers = self._ask(self.policy, show.view)
            if not checking:
                memory = answers.get("memory", memory)
                continue
            self._assert(show.snapshot() == before, f"{WRITES}; make new arrays instead")
            self._check_legal(answers)
            self._check_pure(answers, show.view)
            self._check_blind(answers, epoch, memory)
            self._check_rows(answers, show.view, epoch, memory)
            memory = answers.get("memory", memory)
        return answers

    def _unwritten(self) -> np.ndarray:
        """What is remembered before anything is."""
        rows = self.table.rows(self.policy.traits.role)
        if not isinstance(self.policy, ValidatorPolicy):
            return np.empty((rows, 0))
        try:
            return unwritten(self.policy, rows, said(self.policy, "memory_size", self.table.miners, whole=True))
        except PolicyError as error:
            raise AssertionError(str(error)) from error

    def _ask(self, policy: Policy, view: View) -> Answers:
        around = _surroundings()
        try:
            answers = self.act(policy, view)
        except (Exception, SystemExit) as error:
            problem = f"raises {type(error).__name__}: {error}"
            if isinstance(error, PolicyError):
                problem = f"is refused: {error}"
            elif is_refused_writing(error):
                problem = f"{WRITES}; make new arrays instead"
            raise AssertionError(f"{self.policy.name}, {self.table.story}: it {problem}") from error
        self._assert(around == _surroundings(), "changes what all share: NumPy's handling of errors, or global luck")
        return answers

    def _assert(self, kept: bool, problem: str) -> None:
        _require(kept, self.policy, self.table, problem)

    def _check_legal(self, answers: Answers) -> None:
        rows = self.table.rows(self.policy.traits.role)
        for name, (columns, low, high) in self.table.limits(self.policy).items():
            if name not in answers:
                continue
            values = answers[name]
            shape = (rows,) if columns is None else (rows, columns)
            self._assert(
                values.shape == shape and values.dtype.kind in "biuf",
                f"returns {name} of shape {values.shape} and type {values.dtype}; {shape} real numbers are asked",
            )
            if name == "memory":
                continue  # what it remembers is its own business, NaN included
            legal = (values >= low) & (values <= high)
            self._assert(
                bool(legal.all()),
                f"returns {name} of {values[~legal][:1]}; they must lie in [{low:g}, {high:g}]",
            )
            if name in ("copies", "leave", "contract"):
                whole = values == np.floor(values)
                self._assert(bool(whole.all()), f"returns {name} of {values[~whole][:1]}; they must be whole numbers")
            if name in ("weights", "stake"):
                empty = ~values.any(axis=1)
                self._assert(not empty.any(), f"returns {name} with an all-zero row (row {np.argmax(empty)})")
                with np.errstate(over="ignore"):
                    finite = np.isfinite(values.sum(axis=1)).all()
                self._assert(bool(finite), f"returns {name} whose sum overflows")
            if name == "invest":
                self._assert(bool((values.sum(axis=1) <= 1 + 1e-9).all()), "invests more than all of the cut")

    def _check_pure(self, answers: Answers, view: View) -> None:
        self._assert(_same(answers, self._ask(self.policy, view), 0.0), "answers otherwise when asked again")
        other = self._ask(_through_pickle(self.policy), view)
        self._assert(_same(answers, other, 0.0), "answers otherwise as a copy; keep no state outside its fields")

    def _check_blind(self, answers: Answers, epoch: int, memory: np.ndarray) -> None:
        hidden = self.table.shown_to(self.policy, epoch, memory, changed=True)
        self._assert(
            _same(answers, self._ask(self.policy, hidden.view), 0.0),
            "looks at what its traits do not name (public arrays: "
            + (", ".join(name for name in PUBLIC if name in self.policy.traits.sees) or "none")
            + "); read view.public and name what it reads in traits.sees",
        )

    def _check_rows(self, answers: Answers, view: View, epoch: int, memory: np.ndarray) -> None:
        size = view.world.size
        order = np.random.default_rng(epoch).permutation(size)
        shuffled = self._ask(self.policy, view.rows(order))
        self._assert(
            _same({name: values[order] for name, values in answers.items()}, shuffled, _TOLERANCE),
            "answers otherwise when rows come in another order",
        )
        for part in self._parts(view):
            split = self._ask(self.policy, view.rows(part))
            self._assert(
                _same({name: values[part] for name, values in answers.items()}, split, _TOLERANCE),
                "answers otherwise when rows are split; what a row does must not depend on the other rows",
            )
        for world in range(self.table.worlds):
            mine = np.flatnonzero(view.world == world)
            alone = self.table.shown_to(self.policy, epoch, memory, only=world)
            self._assert(
                _same(
                    {name: values[mine] for name, values in answers.items()}, self._ask(self.policy, alone.view), 0.0
                ),
                "answers otherwise when a world is played alone; worlds are independent",
            )

    def _parts(self, view: View) -> Iterator[np.ndarray]:
        """Halves of the rows; of whole worlds where a policy's seats in a world act as one."""
        number = view.world if self.policy.acts_as_one else np.arange(view.world.size)
        for half in (number % 2 == 0, number % 2 == 1):
            if half.any():
                yield half


def _surroundings() -> tuple[Any, ...]:
    """What a policy could change for everybody."""
    return np.geterr(), random.getstate(), pickle.dumps(np.random.get_state())  # noqa: NPY002


def _same(left: Answers, right: Answers, tolerance: float) -> bool:
    return left.keys() == right.keys() and all(
        left[name].shape == right[name].shape
        and np.allclose(left[name], right[name], rtol=tolerance, atol=0.0, equal_nan=True)
        for name in left
    )


def _array(answer: Any) -> np.ndarray:
    """What was answered as an array; what cannot be one fails as a legal answer would not."""
    return np.array(answer) if not isinstance(answer, np.ma.MaskedArray) else np.array([None])


def _act_of_validator(policy: Any, view: Any) -> Answers:
    if isinstance(policy, WorldPolicy):
        shape, worlds = np.shape(policy.world_weights(view)), view.fresh.shape[0]
        _require(
            shape == (worlds, view.miners),
            policy,
            None,
            f"returns world_weights of shape {shape}; {worlds} worlds have {view.miners} miners each",
        )
    answers = {"weights": _array(policy.weights(view))}
    for name in ("take", "rent"):
        answer = getattr(policy, name)(view)
        if answer is not None:
            answers[name] = _array(answer)
    decided = answers["weights"]
    if view.memory.shape[1] and decided.shape == (view.world.size, view.miners) and decided.dtype.kind in "biuf":
        with np.errstate(all="ignore"):
            weights = shares(decided.astype(float))
        answers["memory"] = _array(policy.remember(view, Outcome(weights)))
    return answers


def _act_of_miner(policy: Any, view: Any) -> Answers:
    if (view.uid < 0).all():
        return {"register": _array(policy.register(view))}
    answers = {"effort": _array(policy.effort(view))}
    for name in ("copies", "leave"):
        answer = getattr(policy, name)(view)
        if answer is not None:
            answers[name] = _array(answer)
    offer = policy.offer(view)
    if offer is not None:
        _require(isinstance(offer, Offer), policy, None, f"offers {offer!r}; an offer is an agents.Offer")
        answers |= {
            "payment": _array(offer.payment),
            "asked": _array(offer.weight),
            "contract": _array(offer.contract),
        }
    return answers


def _act_of_delegator(policy: Any, view: Any) -> Answers:
    return {"stake": _array(policy.stake(view))}


def _act_of_owner(policy: Any, view: Any) -> Answers:
    acts = {"burn": policy.burn(view), "invest": policy.invest(view)}
    return {name: _array(answer) for name, answer in acts.items() if answer is not None}
