"""Policies around policies: they conform, nest, and do what their names say."""

import copy
import pickle
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from agents import (
    BribingMiner,
    DelegatorPolicy,
    HitAndRun,
    HonestMiner,
    HonestOwner,
    HonestValidator,
    IndexDelegator,
    LazyMiner,
    LazyValidator,
    LoyalDelegator,
    MinerPolicy,
    ModelCopier,
    PolicyError,
    SelectiveEvaluator,
    StaleValidator,
    Subnet,
    Sybil,
    TakeUndercutter,
    Traits,
    UndervaluingValidator,
    ValidatorPolicy,
    ValidatorSettings,
    WeightCopier,
    YieldChaser,
)
from agents.testing import check
from agents.wrap import Lagged, Mixed, Noisy, Switching
from econ.errors import InputError
from econ.yuma.bonds import shares

AVERAGING = HonestValidator(memory=0.3)
WRAPPED = [
    Noisy(HonestValidator(), 0.2),
    Noisy(AVERAGING, 0.2),
    Noisy(SelectiveEvaluator(), 0.2),
    Noisy(HonestMiner(cost=3.0), 0.2),
    Noisy(Sybil(), 0.2),
    Noisy(YieldChaser(), 0.2),
    Lagged(WeightCopier(), 2),
    Lagged(AVERAGING, 1),
    Mixed((HonestValidator(), WeightCopier()), (0.5, 0.5)),
    Mixed((AVERAGING, LazyValidator(), TakeUndercutter()), (0.2, 0.3, 0.5)),
    Mixed((HonestMiner(), BribingMiner()), (0.5, 0.5)),
    Mixed((HitAndRun(), LazyMiner()), (0.5, 0.5)),
    Mixed((YieldChaser(), IndexDelegator()), (0.5, 0.5)),
    Switching(AVERAGING, StaleValidator(), 12),
    Switching(Sybil(), LazyMiner(), 12),
    Noisy(Lagged(Mixed((AVERAGING, Switching(StaleValidator(), Lagged(AVERAGING, 2), 12)), (0.5, 0.5)), 2), 0.1),
]


@pytest.mark.parametrize("policy", WRAPPED, ids=lambda policy: f"{policy.role}-{policy.name}")
def test_wrapped_policies_conform(policy):
    check(policy)


@dataclass(frozen=True)
class Team(LazyValidator):
    """Its seats in a world share the miners out."""

    name: ClassVar[str] = "team"
    acts_as_one: ClassVar[bool] = True

    def weights(self, view):
        first = np.full(view.world.max() + 1, view.seat.max())
        np.minimum.at(first, view.world, view.seat)
        return 1.0 + (view.seat == first[view.world])[:, None] * np.arange(view.miners)


@pytest.mark.parametrize("policy", [Team(), Lagged(Team(), 2), Noisy(Team(), 0.1)], ids=lambda policy: policy.name)
def test_a_team_is_one_in_a_wrapper_too(policy):
    check(policy)


def decided(policy, epochs, others=3, **settings):
    """Weights[epoch, miner] of one seat with the policy beside honest ones, one world."""
    subnet = Subnet([HonestValidator()] * others + [policy], 6, start="uniform", **settings)
    rows = []
    for _ in range(epochs):
        subnet.step()
        rows.append(subnet._hidden[-1].weights[0, others].copy())
    return np.array(rows)


def test_names_and_traits_come_from_inside():
    nested = Noisy(Lagged(Mixed((HonestValidator(), WeightCopier()), (0.5, 0.5)), 3), 0.1)
    assert nested.name == "noisy-lagged-mixed-honest-weight-copier"
    assert (nested.traits.evaluates, nested.traits.sees, nested.traits.role) == (True, {"consensus"}, "validators")
    assert nested.traits.moves == "second"
    assert nested == copy.deepcopy(nested) == pickle.loads(pickle.dumps(nested))
    assert len({nested, copy.deepcopy(nested), Noisy(WeightCopier(), 0.1)}) == 2
    assert nested.memory_size(6) == 18


def test_lagged_submits_what_was_decided_then():
    now, late = decided(AVERAGING, 8), decided(Lagged(AVERAGING, 3), 8)
    np.testing.assert_allclose(late[3:], now[:-3], atol=1e-12)
    np.testing.assert_allclose(late[:3], np.tile(now[0], (3, 1)), atol=1e-12)


def test_noisy_multiplies_by_its_own_luck():
    def luck(policy):
        """Log weights to that of the first miner: rows are normalised, ratios are not; sd is that of one weight."""
        rows = np.log(decided(policy, 300))
        return (rows[:, 1:] - rows[:, :1]) / np.sqrt(2)

    once, twice = luck(Noisy(LazyValidator(), 0.25)), luck(Noisy(Noisy(LazyValidator(), 0.15), 0.2))
    assert once.std() == pytest.approx(0.25, rel=0.1)
    assert twice.std() == pytest.approx(0.25, rel=0.1)  # of two independent draws
    assert np.corrcoef(once.ravel(), twice.ravel())[0, 1] == pytest.approx(0.8, abs=0.05)  # the outer one is shared


def test_mixed_draws_a_part_each_epoch():
    plain, lazy = decided(HonestValidator(), 300), np.full(6, 1 / 6)
    mixed = decided(Mixed((HonestValidator(), LazyValidator()), (0.3, 0.7)), 300)
    first = np.isclose(mixed, plain, atol=1e-12).all(axis=1)
    second = np.isclose(mixed, lazy, atol=1e-12).all(axis=1)
    assert (first ^ second).all()
    assert first.mean() == pytest.approx(0.3, abs=0.09)


def test_switching_turns_at_its_epoch():
    turning = Switching(HonestValidator(), LazyValidator(), 4)
    assert turning == Switching(HonestValidator(), LazyValidator(), np.int64(4))
    rows = decided(turning, 8)
    np.testing.assert_allclose(rows[:4], decided(HonestValidator(), 4), atol=1e-12)
    np.testing.assert_allclose(rows[4:], 1 / 6, atol=1e-12)


def test_evaluating_is_paid_for_as_often_as_it_is_done():
    settings = ValidatorSettings(cost=2.0)
    parts = HonestValidator(), WeightCopier()
    validators = [*parts, Mixed(parts, (0.25, 0.75)), Switching(*parts, 5), Noisy(WeightCopier(), 0.1)]
    subnet = Subnet(validators, 4, validator_settings=settings, start="honest:2", burn_in=0)
    subnet.run(10)
    costs = subnet.ledger.validator_emission - subnet.ledger.payoff("validators")
    np.testing.assert_allclose(costs[0], [2.0, 0.0, 0.5, 1.0, 0.0])


def test_miners_and_delegators_are_wrapped_too():
    subnet = Subnet([HonestValidator()] * 3, [Noisy(LazyMiner(level=0.5), 0.1)] * 4, start="uniform", worlds=50)
    subnet.step()
    effort = subnet._mining.effort
    assert np.log(effort / 0.5).std() == pytest.approx(0.1, rel=0.2)
    turning = [Switching(HonestMiner(), LazyMiner(level=0.1), 2)] * 4
    subnet = Subnet([HonestValidator()] * 3, turning, start="uniform")
    efforts = []
    for _ in range(4):
        subnet.step()
        efforts.append(subnet._mining.effort[0, 0])
    assert efforts == [1.0, 1.0, 0.1, 0.1]
    chaser = Noisy(IndexDelegator(equal=True), 0.5)
    subnet = Subnet([HonestValidator()] * 3, 4, delegators=[chaser], start="uniform")
    subnet.run(2)
    assert shares(subnet.placed_stake[0, 0]).std() > 0.01


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Noisy(HonestValidator(), -1.0), "sd is -1"),
        (lambda: Noisy("honest", 0.1), "given 'honest'; it goes around policies"),
        (lambda: Noisy(HonestOwner(), 0.1), "the role owner"),
        (lambda: Lagged(HonestValidator(), 0), "epochs is 0"),
        (lambda: Lagged(HonestMiner(), 1), "it goes around validators"),
        (lambda: Mixed((HonestValidator(),), (0.5,)), "with sum 1"),
        (lambda: Mixed((HonestValidator(), HonestMiner()), (0.5, 0.5)), "policies of miners, validators"),
        (lambda: Mixed((), ()), "with sum 1"),
        (lambda: Mixed((ModelCopier(lag=1), ModelCopier(lag=2)), (0.5, 0.5)), "differ in lag"),
        (lambda: Switching(HonestValidator(), WeightCopier(), 2.5), "the epoch 2.5"),
    ],
)
def test_bad_input(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_the_undervalued_miner_must_exist():
    with pytest.raises(ValueError, match="target 9; there are 6 miners"):
        decided(UndervaluingValidator(target=9), 1)


@dataclass(frozen=True)
class Odd(ValidatorPolicy):
    """Answers what it is told to from epoch 1 on."""

    name: ClassVar[str] = "odd"
    traits: ClassVar[Traits] = Traits()
    answer: Any

    def weights(self, view):
        return self.answer(view) if view.epoch >= 1 else np.ones((view.world.size, view.miners))


WRAPPERS = {
    "noisy": lambda odd, other: Noisy(odd, 0.1),
    "lagged": lambda odd, other: Lagged(odd, 2),
    "mixed": lambda odd, other: Mixed((odd, other), (0.999, 0.001)),
    "switching": lambda odd, other: Switching(other, odd, 1),
    "lagged-noisy": lambda odd, other: Lagged(Noisy(odd, 0.1), 2),
}


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda view: np.full((view.world.size, view.miners), -1.0), r"returned the weight -"),
        (lambda view: np.full((view.world.size, view.miners), np.nan), r"returned the weight nan"),
        (lambda view: np.zeros((view.world.size, view.miners)), r"returned an all-zero row"),
        (lambda view: np.full((view.world.size, view.miners), 5e307), r"returned (weights whose sum overflows|.* inf)"),
        (lambda view: 1.0, r"odd \(inside another, and 1 more rows\) returned weights of shape \(\)"),
        (lambda view: np.ones(view.miners), r"returned weights of shape \(5,\); it was asked for 2 rows of 5"),
        (lambda view: np.ones((view.world.size, view.miners)) + 1j, r"returned ndarray; weights are an array of real"),
        (lambda view: None, r"returned NoneType; weights are an array of real"),
    ],
)
def test_what_is_illegal_inside_is_refused_outside(wrapper, answer, words):
    policy = WRAPPERS[wrapper](Odd(answer), LazyValidator())
    subnet = Subnet([HonestValidator(), policy], 5, worlds=[7, 9], start="honest:1")
    subnet.step()
    with pytest.raises(PolicyError, match=rf"{words}.*") as caught:
        subnet.step()
    assert "seat 1, world 7, epoch 1" in str(caught.value)
    assert len(subnet.ledger.series("dividends")) == 2


def test_a_list_inside_is_as_good_as_an_array():
    for wrapper in WRAPPERS.values():
        given = [wrapper(Odd(answer), LazyValidator()) for answer in (_listed, _array)]
        rows = [decided(policy, 4) for policy in given]
        np.testing.assert_array_equal(*rows)


def _array(view):
    return np.tile(np.arange(1.0, view.miners + 1), (view.world.size, 1))


def _listed(view):
    return _array(view).astype(int).tolist()


@dataclass(frozen=True)
class OddMiner(MinerPolicy):
    """Answers one act with one number."""

    name: ClassVar[str] = "odd"
    traits: ClassVar[Traits] = Traits()
    act: str
    value: Any

    def _answer(self, view, act, legal):
        if act != self.act:
            return legal
        return None if self.value is None else np.full(np.shape(self.value) or view.world.size, self.value)

    def effort(self, view):
        return self._answer(view, "effort", np.ones(view.world.size))

    def copies(self, view):
        return self._answer(view, "copies", None)

    def leave(self, view):
        return self._answer(view, "leave", None)

    def offer(self, view):
        return self._answer(view, "offer", None)


@pytest.mark.parametrize(
    ("wrapper", "act", "value", "words"),
    [
        ("noisy", "effort", 1.5, "returned effort of 1.5; they must be in"),
        ("mixed", "effort", 1.5, "returned effort of 1.5; they must be in"),
        ("mixed", "effort", None, "returned NoneType; effort are an array of real numbers"),
        ("noisy", "effort", (0.5,), r"returned effort of shape \(1,\)"),
        ("mixed", "effort", (0.5,), r"returned effort of shape \(1,\)"),
        ("mixed", "copies", 0.5, "returned copied columns of 0.5; they must be whole numbers in"),
        ("mixed", "leave", np.nan, "returned leaves of nan"),
        ("mixed", "leave", 2.0, "returned leaves of 2;"),
        ("mixed", "offer", 0.5, "odd offers a ndarray; give an agents.Offer"),
    ],
)
def test_what_a_miner_answers_illegally_inside_is_refused_outside(wrapper, act, value, words):
    policy = WRAPPERS[wrapper](OddMiner(act, value), LazyMiner())
    with pytest.raises(PolicyError, match=words) as caught:
        Subnet([HonestValidator()], [HonestMiner(), policy], worlds=[7, 9], start="uniform").run(2)
    assert "seat 1, world 7, epoch" in str(caught.value)


@dataclass(frozen=True)
class OddDelegator(DelegatorPolicy):
    """Divides its stake into parts of the same size."""

    name: ClassVar[str] = "odd"
    traits: ClassVar[Traits] = Traits()
    part: float

    def stake(self, view):
        return np.full(view.held.shape, self.part)


@pytest.mark.parametrize("wrapper", ["noisy", "mixed"])
@pytest.mark.parametrize("part", [-1.0, 0.0, np.nan, 5e307])
def test_what_a_delegator_answers_illegally_inside_is_refused_outside(wrapper, part):
    policy = WRAPPERS[wrapper](OddDelegator(part), LoyalDelegator())
    subnet = Subnet([HonestValidator()] * 9, 3, delegators=[policy], start="uniform")
    with pytest.raises(PolicyError, match=rf"^{policy.name} \(seat 0, world 0, epoch 0\) returned the stakes"):
        subnet.step()
