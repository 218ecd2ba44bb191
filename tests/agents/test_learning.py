"""Seats that change their policies in mid-run."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from agents import (
    ColludingValidator,
    HonestMiner,
    HonestOwner,
    HonestValidator,
    LoyalDelegator,
    PolicyError,
    Subnet,
    ValidatorSettings,
    WeightCopier,
    YieldChaser,
)
from agents.learning import Bandit, HillClimb, Imitation, Learning, Proportional, Revision, variants_of
from econ.quantity import QuantityError
from econ.yuma.rules import Rules

CHOICES = (HonestValidator(), WeightCopier())


@dataclass(frozen=True)
class Listed(WeightCopier):
    """Holds a list, so that it has no hash."""

    held: Any = ()


def revision(payoff, number, *, memory=0, seed=0):
    payoff, number = np.asarray(payoff, dtype=float), np.asarray(number)
    luck = np.random.default_rng(seed).random((*payoff.shape, 4))
    return Revision(payoff=payoff, number=number, luck=luck, memory=np.full((*payoff.shape, memory), np.nan))


def test_imitation_is_logistic_in_the_gain():
    worlds = 20_000
    payoff = np.tile([1.0, 0.0], (worlds, 1))
    number = np.tile([1, 0], (worlds, 1))
    answer, _ = Imitation(policies=CHOICES, temperature=0.5).revise(revision(payoff, number))
    assert answer[:, 1].mean() == pytest.approx(1 / (1 + np.exp(-2.0)), abs=0.01)
    assert 1 - answer[:, 0].mean() == pytest.approx(1 / (1 + np.exp(2.0)), abs=0.01)


def test_proportional_imitation_is_the_replicator_on_average():
    """The mean change of a strategy's share is share (its payoff - mean) / scale, up to who meets whom among few."""
    worlds, seats, high = 4000, 40, 12
    number = np.tile(np.arange(seats) < high, (worlds, 1)).astype(int)
    payoff = np.where(number == 1, 3.0, 1.0)
    answer, _ = Proportional(policies=CHOICES, scale=10.0).revise(revision(payoff, number))
    share = high / seats
    change = (answer == 1).mean() - share
    expected = share * (3.0 - (3.0 * share + 1.0 * (1 - share))) / 10.0 * seats / (seats - 1)
    assert change == pytest.approx(expected, abs=0.002)
    assert (answer[payoff == 3.0] == 1).all()  # nobody takes what earns less


def test_a_bandit_tries_all_and_keeps_the_best():
    rule = Bandit(policies=(*CHOICES, ColludingValidator()), exploration=0.0, gain=0.5)
    number = np.zeros((1, 1), dtype=int)
    memory = np.full((1, 1, 3), np.nan)
    worth, played = [1.0, 5.0, 2.0], []
    for _ in range(8):
        seen = Revision(
            payoff=np.array([[worth[number[0, 0]]]]), number=number, luck=np.full((1, 1, 4), 0.5), memory=memory
        )
        number, memory = rule.revise(seen)
        played.append(int(number[0, 0]))
    assert played == [1, 2, 1, 1, 1, 1, 1, 1]
    np.testing.assert_allclose(memory[0, 0], worth)


def test_hill_climbing_finds_the_top_of_the_line():
    line = variants_of(ColludingValidator(), "self_weight", np.linspace(0, 1, 11).tolist())
    rule = HillClimb(policies=line)
    number, memory, visited = np.array([[0, 10]]), np.full((1, 2, 2), np.nan), []
    for step in range(40):
        payoff = -((number - 6.0) ** 2)
        seen = Revision(payoff=payoff, number=number, luck=np.full((1, 2, 4), 0.3), memory=memory)
        number, memory = rule.revise(seen)
        if step > 20:
            visited.append(number)
    assert np.abs(np.array(visited) - 6).max() <= 2
    assert (number >= 0).all()


def test_strategies_that_pay_spread_and_worlds_stay_apart():
    """At period 1 and noise .3 copying pays whoever copies: imitators end there, each world by its own luck."""
    rule = Imitation(policies=CHOICES, temperature=0.5, every=10, rate=0.3)
    settings = {"validator_settings": ValidatorSettings(cost=5.0), "learning": [rule], "seed": 3}
    subnet = Subnet([HonestValidator()] * 5 + [WeightCopier()] * 5, 16, worlds=[4, 9], **settings)
    subnet.run(200)
    shares = subnet.learnt[0]
    assert shares.shape == (200, 2, 2)
    np.testing.assert_allclose(shares.sum(axis=-1), 1.0)
    assert (shares[-1, :, 1] > 0.8).all()
    alone = Subnet([HonestValidator()] * 5 + [WeightCopier()] * 5, 16, worlds=[9], **settings)
    alone.run(200)
    np.testing.assert_array_equal(alone.learnt[0][:, 0], shares[:, 1])


def test_mutation_brings_back_what_died_out():
    rule = Imitation(policies=CHOICES, every=1, rate=1.0, mutation=0.2)
    subnet = Subnet([WeightCopier()] * 10, 8, learning=[rule], rules=Rules(), worlds=4, start="uniform")
    subnet.run(60)
    assert subnet.learnt[0][20:, :, 0].mean() == pytest.approx(0.3, abs=0.3)
    assert subnet.learnt[0][-20:, :, 0].mean() > 0


def test_a_seat_can_be_switched_by_hand():
    averaging = HonestValidator(memory=0.5)
    subnet = Subnet([averaging] * 3, 5)
    subnet.run(5)
    kept = subnet._validating._memory[averaging].copy()
    seat = subnet.validators[1]
    seat.policy = WeightCopier()
    assert seat.policy == WeightCopier()
    np.testing.assert_array_equal(subnet._validating._memory[averaging], kept[[0, 2]])
    subnet.step()
    np.testing.assert_allclose(subnet._hidden[-1].weights[0, 1], subnet.consensus[0])
    seat.policy = averaging
    assert np.isnan(subnet._validating._memory[averaging][1]).all()  # what it knew is forgotten
    assert np.isfinite(subnet._validating._memory[averaging][[0, 2]]).all()
    subnet.step()
    assert np.isfinite(subnet._validating._memory[averaging]).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"policies": ()}, "is empty"),
        ({"policies": (HonestValidator(), HonestMiner())}, "all of one role"),
        ({"every": 0}, "at least 1"),
        ({"rate": 1.5}, "in \\[0, 1\\]"),
        ({"temperature": 0.0}, "above 0"),
    ],
)
def test_wrong_rules(change, words):
    with pytest.raises(QuantityError, match=words):
        Imitation(**{"policies": CHOICES, **change})


@pytest.mark.parametrize(
    ("role", "world", "seat", "policies", "words"),
    [
        ("validators", 0, 0, [HonestMiner()], r"validators are given HonestMiner\(.*their role"),
        ("validators", 0, 0, [3], "validators are given 3"),
        ("validators", 0, 3, [WeightCopier()], "seat is 3; of validators there are 3, numbered from 0"),
        ("miners", [0, 2], [1, 1], [HonestMiner()] * 2, "world is 2; of miners there are 2"),
        ("miners", 0, -1, [HonestMiner()], "seat is -1"),
        ("miners", [0, 1], [1, 1], [HonestMiner()], "1 policies are given for 2 worlds"),
        ("owner", 0, 0, [HonestMiner()], "made without owner"),
        ("validators", 0, 0, WeightCopier(), r"policies is WeightCopier\(\); give a list, with one a row"),
        ("validators", [0.0], [0], [WeightCopier()], r"world is \[0.0\]; of validators there are 2, numbered from 0"),
        ("validators", [0], [True], [WeightCopier()], r"seat is \[True\]; of validators there are 3"),
        ("validators", [0], [0], [Listed([1])], "holds a policy that is no value .*frozen dataclass"),
    ],
)
def test_who_cannot_be_seated_is_refused_and_nothing_changes(role, world, seat, policies, words):
    subnet = Subnet([HonestValidator()] * 3, 4, worlds=2, start="uniform")
    with pytest.raises(QuantityError, match=words):
        subnet.switch(role, world, seat, policies)
    assert [seat.policy for seat in subnet.validators] == [(HonestValidator(),) * 2] * 3
    subnet.step()


def test_a_field_that_is_not_there():
    with pytest.raises(QuantityError, match="weight-copier has no field 'memory'; it has none"):
        variants_of(WeightCopier(), "memory", [1])


def test_a_role_that_learns_must_be_there():
    with pytest.raises(QuantityError, match="Bandit is of delegators, and there are none: give Subnet some"):
        Subnet([HonestValidator()], 3, learning=[Bandit(policies=(YieldChaser(), LoyalDelegator()))])
    with pytest.raises(QuantityError, match="Bandit is of owner, and there are none"):
        Subnet([HonestValidator()], 3, learning=[Bandit(policies=(HonestOwner(),))])


@dataclass(frozen=True, kw_only=True)
class Odd(Learning):
    """Answers what it is told to."""

    answer: Any
    rate: float = 1.0
    every: int = 2

    def memory_size(self):
        return 1

    def revise(self, revision):
        return self.answer(revision)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda seen: (seen.number[:, :2], seen.memory), r"numbers of shape \(2, 2\); they must have shape \(2, 3\)"),
        (lambda seen: (seen.number, seen.memory[0]), r"memory of shape \(3, 1\); they must have shape \(2, 3, 1\)"),
        (lambda seen: seen.number, "returned ndarray; it must return two arrays"),
        (lambda seen: (seen.number + 0.5, seen.memory), "returned the number 0.5 for seat 0 of world 4"),
        (lambda seen: (seen.number + 7, seen.memory), "returned the number 7 for seat 0 of world 4; .*0 to 1"),
        (lambda seen: (seen.number * np.nan, seen.memory), "returned the number nan"),
        (lambda seen: ([[1], [1, 2]], seen.memory), "numbers in unequal rows"),
        (lambda seen: (seen.number.astype(str), seen.memory), "numbers of type <U"),
        (lambda seen: (seen.number, 1 / 0), "fails: ZeroDivisionError: division by zero"),
        (lambda seen: (seen.number.fill(0), seen.memory), "writes to what it is shown"),
    ],
)
def test_what_a_rule_answers_wrongly_is_said_in_one_line(answer, words):
    rules = [Odd(policies=CHOICES, answer=answer)]
    subnet = Subnet([HonestValidator()] * 3, 4, worlds=[4, 5], start="honest:1", learning=rules)
    subnet.step()
    with pytest.raises(PolicyError, match=rf"^Odd \(learning rule of the validators, epoch 1\) .*{words}"):
        subnet.step()
    assert subnet.ledger.series("dividends").shape == (2, 2, 3)


def test_only_rules_learn():
    with pytest.raises(QuantityError, match="learning holds 3"):
        Subnet([HonestValidator()] * 3, 4, learning=[3])
