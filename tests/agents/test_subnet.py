"""The order of an epoch, what policies may see, and what happens when they answer nonsense."""

import copy
import pickle
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from agents import (
    CabalSettings,
    ColludingValidator,
    Griefer,
    HonestMiner,
    HonestValidator,
    MinerSettings,
    PolicyError,
    RegistrationSettings,
    Subnet,
    Traits,
    ValidatorPolicy,
    ValidatorSettings,
    WeightCopier,
)
from agents.stake import StakePlan
from econ import epoch
from econ.quantity import QuantityError
from econ.yuma.bonds import shares
from econ.yuma.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers(ValidatorPolicy):
    """A policy that returns one row, whatever it sees."""

    name: ClassVar[str] = "answers"
    traits: ClassVar[Traits] = Traits()
    row: tuple[float, ...] = (1.0,)

    def weights(self, view):
        return np.tile(self.row, (view.world.size, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher(ValidatorPolicy):
    """A policy that notes the consensus it was shown in its memory."""

    name: ClassVar[str] = "watcher"
    traits: ClassVar[Traits] = Traits(sees={"consensus"}, evaluates=True)

    def weights(self, view):
        return view.scores

    def memory_size(self, miners):
        return miners

    def remember(self, view, outcome):
        return view.public.consensus[view.world]


def small(validators, **settings):
    return Subnet(validators, 5, **{"start": "uniform", **settings})


def test_order_of_the_first_epochs():
    """Weights decided in t are paid in t + r; until then nothing is paid and consensus is uniform."""
    for period in (0, 1, 3):
        subnet = small([HonestValidator()] * 3, rules=Rules(reveal_period=period))
        lag = max(period, 1)
        subnet.run(lag)
        assert subnet.ledger.epochs == []
        np.testing.assert_allclose(subnet.consensus, 0.2)
        subnet.step()
        assert subnet.ledger.epochs == [lag]
        assert subnet.validators[0].dividends > 0


def test_an_epoch_is_the_rule_on_the_weights_decided_before():
    subnet = small([HonestValidator()] * 3, rules=Rules(reveal_period=1))
    subnet.run(2)
    bonds, decided = subnet.bonds.copy(), subnet._hidden[0].weights.copy()
    subnet.step()
    expected = epoch(decided, subnet.stake, bonds, subnet.rules)
    np.testing.assert_allclose(subnet.dividends, expected.dividends, atol=1e-12)
    np.testing.assert_allclose(subnet.consensus, shares(expected.consensus), atol=1e-12)


def test_copier_lags_by_the_reveal_period():
    for period in (0, 1, 4):
        subnet = small([HonestValidator()] * 4 + [WeightCopier()], rules=Rules(reveal_period=period))
        consensus = {}
        for _ in range(12):
            subnet.step()
            consensus[subnet.epoch - 1] = subnet.consensus.copy()  # public after the payment of that epoch
            newest = subnet._hidden[-1].weights[0, 4]
            if period:
                np.testing.assert_allclose(newest, consensus[subnet.epoch - 1][0], atol=1e-12)
            else:  # lag 0: the consensus of the first movers' rows of this very epoch
                rows = subnet._hidden[-1].weights[:, :4]
                now = shares(epoch(rows, np.ones((1, 4)), None, subnet.rules).consensus)
                np.testing.assert_allclose(newest, now[0], atol=1e-12)


def test_second_movers_alone_see_the_last_public_consensus():
    subnet = small([WeightCopier()] * 3, rules=Rules(reveal_period=0))
    subnet.run(5)
    np.testing.assert_allclose(subnet.consensus, 0.2)  # it feeds on itself from the uniform start


def test_honest_start_is_played_by_honest_validators():
    frozen = Subnet([WeightCopier()] * 3, 5, start="honest:6", worlds=2)
    assert frozen.epoch == 0
    assert frozen.consensus.std() > 0.01  # not the uniform one
    same = Subnet([HonestValidator()] * 3, 5, start="honest:6", worlds=2)
    np.testing.assert_array_equal(frozen.bonds, same.bonds)


def test_views_show_only_what_traits_name():
    class Curious(Answers):
        name = "curious"
        looks_at: ClassVar[str] = "scores"

        def weights(self, view):
            if self.looks_at == "public":
                return view.public.weights
            return getattr(view, self.looks_at)

    class Nosy(Curious):
        name = "nosy"
        looks_at = "public"

    class Insider(Curious):
        name = "insider"
        looks_at = "cabal"

    for kind, trait in ((Curious, "evaluates"), (Nosy, "weights"), (Insider, "colludes")):
        with pytest.raises(PolicyError, match=f"{kind.name} read .*{trait}"):
            small([kind()]).step()
    with pytest.raises(ValueError, match="'prices'"):
        Traits(sees={"prices"})


def test_a_policy_that_is_no_value_is_refused_in_one_line():
    @dataclass
    class Mutable(ValidatorPolicy):
        name: ClassVar[str] = "mutable"
        traits: ClassVar[Traits] = Traits()

        def weights(self, view):
            return np.ones((view.world.size, view.miners))

    with pytest.raises(
        QuantityError, match=r"validators holds a policy that is no value \(unhashable.*frozen dataclass"
    ):
        Subnet([Mutable()], 3)


def test_views_are_read_only():
    class Vandal(Answers):
        name = "vandal"
        traits = Traits(evaluates=True)

        def weights(self, view):
            view.scores[:] = 1.0
            return view.scores

    with pytest.raises(PolicyError, match="writes to its view"):
        small([Vandal()]).step()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((0.0,) * 5, "an all-zero row"),
        ((1.0, -0.5, 1.0, 1.0, 1.0), "the weight -0.5"),
        ((1.0, np.nan, 1.0, 1.0, 1.0), "the weight nan"),
        ((1.0, np.inf, 1.0, 1.0, 1.0), "the weight inf"),
        ((1e308,) * 5, "sum overflows"),
        ((1.0, 1.0), "shape"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
def test_illegal_weights_name_policy_seat_world_and_epoch(row, words):
    subnet = small(
        [[HonestValidator(), HonestValidator()], [HonestValidator(), Answers(row=(1.0,) * 5)]], worlds=[3, 8]
    )
    subnet.run(2)
    subnet.switch("validators", 1, 1, [Answers(row=row)])
    with pytest.raises(PolicyError, match=words) as caught:
        subnet.step()
    assert "answers" in str(caught.value)
    assert "epoch 2" in str(caught.value)
    if words != "shape":
        assert "seat 1, world 8" in str(caught.value)
    assert subnet.ledger.series("dividends").shape == (2, 2, 2)  # epochs 1 and 2 were paid, and stay readable


def test_memory_is_kept_by_the_subnet():
    subnet = small([Watcher()] * 2, worlds=2)
    subnet.run(3)
    kept = subnet._validating._memory[Watcher()]
    np.testing.assert_allclose(kept, np.repeat(subnet.consensus, 2, axis=0))  # rows: two seats of each world


@pytest.mark.parametrize("policy", [HonestValidator(memory=0.3), WeightCopier(), ColludingValidator(), HonestMiner()])
def test_policies_are_values(policy):
    assert policy == copy.deepcopy(policy) == pickle.loads(pickle.dumps(policy))
    assert hash(policy) == hash(copy.copy(policy))
    assert policy != object()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: HonestValidator(memory=0.0), "memory is 0"),
        (lambda: ColludingValidator(self_weight=1.5), "self_weight is 1.5"),
        (lambda: small([]), "validators is empty"),
        (lambda: small([HonestMiner()]), "validators holds"),
        (lambda: Subnet([HonestValidator()], 0), "miners is empty"),
        (lambda: small([HonestValidator()], seed=-1), "seed is -1"),
        (lambda: small([HonestValidator()], start="honest:0"), "start is 'honest:0'"),
        (lambda: small([HonestValidator()], worlds=0), "worlds is 0"),
        (lambda: small([HonestValidator()], worlds=[0.5, 1.5]), r"worlds is \[0.5, 1.5\]; give at least 1"),
        (lambda: small([HonestValidator()], worlds=None), "worlds is None"),
        (lambda: small([HonestValidator()], start=None), "start is None"),
        (lambda: small([HonestValidator()], burn_in=1.5), "burn_in is 1.5"),
        (lambda: small([HonestValidator()], stake="equal"), "stake is 'equal'; give it a StakePlan"),
        (lambda: small([HonestValidator()], rules={"kappa": 0.5}), "rules is .*; give it a Rules"),
        (lambda: small([HonestValidator()], rules={}), "rules is {}; give it a Rules"),
        (lambda: small([HonestValidator()], learning=3), "learning is 3; give a list, of Learning alone"),
        (lambda: small([HonestValidator()], childkeys=[(0, 1, 0.5)]), "it must hold Childkey alone"),
        (lambda: small([HonestValidator()], start_policy="honest"), "start_policy is 'honest'; give it a Validator"),
        (lambda: small([HonestValidator()], miner_settings=ValidatorSettings()), "give it a MinerSettings"),
        (lambda: small([HonestValidator()], delegators=HonestMiner()), "delegators is HonestMiner.*a policy a seat"),
        (lambda: small([NoValue(), NoValue()]), "holds a policy that is no value .it is a secret.; make it a frozen"),
        (lambda: small([HonestValidator()], stake=StakePlan.parse("equal", 3)), "stake is dealt to 3"),
        (lambda: MinerSettings(drift=2.0), "drift is 2"),
        (lambda: StakePlan.parse("pareto:1", 3), "pareto:SHAPE"),
        (lambda: StakePlan.parse("classes:0x5", 3), "class '0x5'"),
    ],
)
def test_bad_input(make, words):
    with pytest.raises(QuantityError, match=words):
        make()


class NoValue(HonestValidator):
    """Cannot be compared."""

    def __eq__(self, other):
        raise ValueError("it is a secret")

    __hash__ = HonestValidator.__hash__


def test_what_was_looked_at_stays_as_it_was():
    """Though arrays of last epochs are filled again, and UIDs change hands in place."""
    subnet = Subnet(
        [HonestValidator()] * 3,
        [Griefer(bid=1e6)] * 7,
        registration=RegistrationSettings(outside=3, min_non_immune=0),
        rules=Rules(immunity_period=0),
        start="honest:3",
    )
    names = ("weights", "bonds", "uid", "consensus", "incentive", "dividends", "stake", "quality")
    seen, kept = [], []
    for _ in range(4):
        subnet.step()
        seen.append({name: getattr(subnet, name) for name in names})
        kept.append({name: values.copy() for name, values in seen[-1].items()})
    for looked_at, was in zip(seen, kept, strict=True):
        for name in names:
            np.testing.assert_array_equal(looked_at[name], was[name], name)
    assert not np.array_equal(seen[0]["uid"], seen[3]["uid"])


def test_nobody_else_is_paid():
    with pytest.raises(ValueError, match="no payoff of 'minors'; it has validators, miners"):
        small([HonestValidator()]).ledger.payoff("minors")


def test_stake_plans():
    worlds = np.arange(5)
    assert StakePlan.parse("equal", 4).shares(0, worlds).tolist() == [[0.25] * 4] * 5
    classes = StakePlan.parse("classes:2x20,8x7.5", 10).shares(0, worlds)
    np.testing.assert_allclose(classes[0], [0.2] * 2 + [0.075] * 8)
    pareto = StakePlan.parse("pareto:1.2", 10).shares(0, worlds)
    np.testing.assert_allclose(np.sort(pareto, axis=1), np.sort(pareto[:1], axis=1).repeat(5, axis=0))
    assert len({tuple(row) for row in pareto.tolist()}) > 1  # dealt in another order to every world
    np.testing.assert_allclose(
        np.sort(pareto[0])[::-1][:2] / np.sort(pareto[0])[::-1][1:3], [3 ** (1 / 1.2), (5 / 3) ** (1 / 1.2)]
    )


def test_costs_are_charged():
    subnet = Subnet(
        [HonestValidator(), WeightCopier()],
        4,
        validator_settings=ValidatorSettings(cost=2.0),
        miner_settings=MinerSettings(cost=0.5),
        cabal=CabalSettings(miners=1, cost=3.0),
        start="honest:2",
    )
    subnet.run(5)
    ledger = subnet.ledger
    np.testing.assert_allclose(ledger.validator_emission - ledger.payoff("validators"), [[2.0, 0.0]])
    np.testing.assert_allclose(ledger.miner_emission - ledger.payoff("miners"), [[0.5] * 4 + [3.0]])
    assert ledger.evaluation_spent.tolist() == [2.0]
    assert ledger.validator_emission.sum() + ledger.miner_emission.sum() == pytest.approx(1000.0)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([HonestValidator], r"of type ValidatorPolicy: write HonestValidator\(\)"),
        (["honest"], r"holds 'honest'; .*: agents\.registry\.policy\('validators', 'honest', {}\)"),
        ([HonestValidator(), [HonestValidator()]], "holds \\[HonestValidator"),
        ([None], "holds None"),
    ],
)
def test_who_gives_no_policies_is_told_how_to_write_them(given, told):
    with pytest.raises(QuantityError, match=told):
        Subnet(given, miners=2)


@pytest.mark.parametrize("epochs", [-1, 1.5, "3"])
def test_epochs_to_run_are_a_whole_number(epochs):
    subnet = Subnet([HonestValidator()], miners=2, start="honest:2")
    with pytest.raises(QuantityError, match=r"epochs is .*; it must be a whole number of at least 0"):
        subnet.run(epochs)
    assert subnet.epoch == 0
