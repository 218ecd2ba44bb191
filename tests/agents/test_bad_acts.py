"""Whatever a policy of any role answers wrongly: who it was is said, and what was recorded stays readable."""

import copy
import pickle
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

from agents import (
    DelegatorPolicy,
    HonestMiner,
    HonestValidator,
    MinerPolicy,
    Offer,
    OwnerPolicy,
    PolicyError,
    ShadingValidator,
    StakeMeanCopier,
    Subnet,
    Sybil,
    Traits,
    ValidatorPolicy,
    ValidatorSettings,
    WeightCopier,
)
from agents.policy import Outcome, Policy
from agents.settings import RegistrationSettings
from econ.quantity import QuantityError

WRONG_FROM = 4  # the epoch in which they begin to answer nonsense


class Wrong:
    """Answers legally until an epoch, then with one number everywhere (or an array of a wrong shape)."""

    act: str
    value: Any

    def _answer(self, view, act, legal):
        if act != self.act or view.epoch < WRONG_FROM:
            return legal
        if self.value == "shape":
            return np.zeros((view.world.size + 1, *np.shape(legal)[1:]))
        return np.full(np.shape(legal), self.value)


@dataclass(frozen=True)
class WrongValidator(Wrong, ValidatorPolicy):
    name: ClassVar[str] = "wrong"
    traits: ClassVar[Traits] = Traits(sees={"take"})
    act: str
    value: Any

    def weights(self, view):
        return self._answer(view, "weights", np.ones((view.world.size, view.miners)))

    def take(self, view):
        return self._answer(view, "take", np.full(view.world.size, 0.1))

    def rent(self, view):
        return self._answer(view, "rent", np.zeros(view.world.size))

    def memory_size(self, miners):
        return 2

    def remember(self, view, outcome):
        return self._answer(view, "remember", np.zeros((view.world.size, 2)))


@dataclass(frozen=True)
class WrongMiner(Wrong, MinerPolicy):
    name: ClassVar[str] = "wrong"
    traits: ClassVar[Traits] = Traits()
    act: str
    value: Any

    def effort(self, view):
        return self._answer(view, "effort", np.ones(view.world.size))

    def copies(self, view):
        return self._answer(view, "copies", np.full(view.world.size, -1))

    def leave(self, view):
        return self._answer(view, "leave", np.zeros(view.world.size))

    def register(self, view):
        return self._answer(view, "register", np.zeros(view.world.size))

    def offer(self, view):
        rows = view.world.size
        return Offer(
            payment=self._answer(view, "payment", np.zeros(rows)),
            weight=self._answer(view, "asked", np.zeros(rows)),
            contract=self._answer(view, "contract", np.zeros(rows)),
        )


@dataclass(frozen=True)
class WrongDelegator(Wrong, DelegatorPolicy):
    name: ClassVar[str] = "wrong"
    traits: ClassVar[Traits] = Traits()
    act: str
    value: Any

    def stake(self, view):
        return self._answer(view, "stake", view.held)


@dataclass(frozen=True)
class WrongOwner(Wrong, OwnerPolicy):
    name: ClassVar[str] = "wrong"
    traits: ClassVar[Traits] = Traits(sees={"stake"})
    act: str
    value: Any

    def burn(self, view):
        return self._answer(view, "burn", np.zeros(view.world.size))

    def invest(self, view):
        return self._answer(view, "invest", np.zeros((view.world.size, view.public.stake.shape[1])))


def subnet_with(policy: Policy) -> Subnet:
    """Two worlds, numbers 3 and 8; the policy sits in the second world alone, where its role allows."""
    validators = [[HonestValidator()] * 3, [HonestValidator()] * 2 + [policy]]
    miners = [[HonestMiner()] * 6, [policy] * 6]
    return Subnet(
        validators if policy.role == "validators" else [HonestValidator()] * 3,
        miners if policy.role == "miners" else [HonestMiner()] * 6,
        delegators=[policy] if policy.role == "delegators" else (),
        owner=policy if policy.role == "owner" else None,
        registration=RegistrationSettings(outside=1),
        start="honest:2",
        worlds=[3, 8],
    )


NAN, INF = float("nan"), float("inf")
NONSENSE = [
    *((WrongValidator, "weights", value) for value in (NAN, -1.0, 0.0, INF, "shape")),
    *((WrongValidator, "take", value) for value in (NAN, -0.1, 1.1, "shape")),
    *((WrongValidator, "rent", value) for value in (NAN, -0.1, INF, 1e308, "shape")),
    (WrongValidator, "remember", "shape"),
    *((WrongMiner, "effort", value) for value in (NAN, -0.1, 1.1, "shape")),
    *((WrongMiner, "copies", value) for value in (NAN, -2.0, 5.0, 1.5, -0.5, "shape")),
    *((WrongMiner, "leave", value) for value in (NAN, 2.0, 0.5, "shape")),
    *((WrongMiner, "register", value) for value in (NAN, "shape")),
    *((WrongMiner, "payment", value) for value in (NAN, -1.0, INF, "shape")),
    *((WrongMiner, "asked", value) for value in (NAN, 1.5, "shape")),
    *((WrongMiner, "contract", value) for value in (NAN, -1.0, 0.5, "shape")),
    *((WrongDelegator, "stake", value) for value in (NAN, -1.0, 0.0, INF, 1e308, "shape")),
    *((WrongOwner, "burn", value) for value in (NAN, -0.1, 1.1, "shape")),
    *((WrongOwner, "invest", value) for value in (NAN, -0.1, 0.5, "shape")),
]


@pytest.mark.parametrize(("kind", "act", "value"), NONSENSE, ids=lambda value: getattr(value, "__name__", str(value)))
def test_nonsense_is_named_and_the_record_stays(kind, act, value):
    subnet = subnet_with(kind(act=act, value=value))
    with np.errstate(all="ignore"), pytest.raises(PolicyError) as caught:
        subnet.run(12)
    message = str(caught.value)
    assert message.startswith("wrong (")
    assert f"epoch {subnet.epoch}" in message
    assert subnet.epoch >= WRONG_FROM
    assert "\n" not in message
    assert "seat " in message
    assert "world 8" in message or kind in (WrongDelegator, WrongOwner)
    recorded = subnet.ledger.series("dividends")
    assert len(recorded) == len(subnet.ledger.epochs) >= WRONG_FROM
    np.testing.assert_allclose(recorded.sum(axis=2), 1.0)


@dataclass(frozen=True)
class Vandal(WrongValidator):
    """From that epoch on it writes where it may not, looks where it may not, or has a bug."""

    def _answer(self, view, act, legal):
        if act == self.act and view.epoch >= WRONG_FROM:
            if self.value == "writes":
                view.stake[0] = 1.0
            elif self.value == "writes to all":
                view.public.take[:] = 0.0
            elif self.value == "peeps":
                return view.public.consensus
            else:
                return {}["nothing"]
        return legal


@pytest.mark.parametrize("act", ["weights", "take", "rent", "remember"])
@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("writes", "writes to its view in "),
        ("writes to all", "writes to its view in "),
        ("peeps", "read public.consensus; name it in traits.sees"),
        ("is broken", "KeyError: 'nothing'"),
    ],
)
def test_who_writes_peeps_or_fails_is_named_and_the_record_stays(act, how, words):
    subnet = subnet_with(Vandal(act=act, value=how))
    with pytest.raises(PolicyError) as caught:
        subnet.run(12)
    message = str(caught.value)
    for part in ("wrong ", words, f"seat 2, world 8, epoch {WRONG_FROM}"):
        assert part in message
    assert len(subnet.ledger.series("dividends")) == len(subnet.ledger.epochs) >= WRONG_FROM


def test_what_others_decided_is_out_of_reach():
    """A policy remembers its own weights; those of others are hidden until they are revealed."""
    with pytest.raises(AttributeError):
        _ = Outcome(np.ones((1, 2))).decided
    given = Outcome(np.array([[1.0, 3.0], [2.0, 2.0]]), np.array([4.0, 4.0, 4.0]), np.array([1, 1, 0]))
    assert given.weights.tolist() == [[0.5, 0.5], [0.5, 0.5], [0.25, 0.75]]


@dataclass(frozen=True)
class Breaker(ValidatorPolicy):
    """Breaks into its view, or out of the program."""

    name: ClassVar[str] = "breaker"
    traits: ClassVar[Traits] = Traits(evaluates=True, sees={"consensus"})
    how: str

    def weights(self, view):
        if view.epoch >= 1:
            getattr(self, f"_{self.how}")(view)
        return view.scores + 1.0

    def _flag(self, view):
        view.public.consensus.flags.writeable = True

    def _base(self, view):
        view.public.consensus.base[0, 0] = 1.0

    def _own(self, view):
        view.scores[:] = 0.0

    def _field(self, view):
        object.__setattr__(view, "seat", view.seat + 1)

    def _exit(self, view):
        raise SystemExit(0)


@pytest.mark.parametrize("how", ["flag", "base", "own", "field"])
def test_a_view_cannot_be_written(how):
    subnet = Subnet([HonestValidator(), Breaker(how)], 4, worlds=[7, 9], start="honest:1")
    subnet.step()
    recorded = len(subnet.ledger.series("dividends"))
    with pytest.raises(PolicyError, match=r"^breaker \(seat 1, world 7, epoch 1, and 1 more rows\) writes to its view"):
        subnet.step()
    assert len(subnet.ledger.series("dividends")) > recorded


def test_a_policy_does_not_end_the_program():
    with pytest.raises(PolicyError, match="fails in weights: SystemExit"):
        Subnet([HonestValidator(), Breaker("exit")], 4, start="honest:1").run(2)


@dataclass(frozen=True)
class Boaster(Sybil):
    """A miner that says of itself what cannot be."""

    name: ClassVar[str] = "boaster"
    utility: Any = 1.0
    lag: Any = 0
    cost_of_copying: Any = 0.0


@pytest.mark.parametrize(
    ("field", "value", "limit"),
    [
        ("utility", -1.0, "a number of at least 0"),
        ("utility", "much", "a number of at least 0"),
        ("lag", 1.5, "a whole number of at least 0"),
        ("lag", -1, "a whole number of at least 0"),
        ("cost_of_copying", np.nan, "a number of at least 0"),
        ("cost_of_copying", None, "a number of at least 0"),
    ],
)
def test_what_a_miner_says_of_itself_is_checked(field, value, limit):
    with pytest.raises(PolicyError, match=f"^boaster has {field} {value!r}; it must be {limit}$"):
        Subnet([HonestValidator()], [Boaster(**{field: value}), HonestMiner()])


@dataclass(frozen=True)
class Dreamer(HonestValidator):
    """A validator that remembers and measures what cannot be."""

    name: ClassVar[str] = "dreamer"
    size: Any = 0
    share: Any = 1.0

    def memory_size(self, miners):
        return 1 // 0 if self.size == "fails" else self.size

    def evaluation(self, epoch):
        return self.share


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"size": -1}, r"has memory_size\(3\) -1; it must be a whole number of at least 0"),
        ({"size": 2.0}, r"has memory_size\(3\) 2.0; it must be a whole number of at least 0"),
        ({"size": "fails"}, r"fails in memory_size\(3\): ZeroDivisionError"),
        ({"share": np.nan}, r"has evaluation\(0\) nan; it must be a number in \[0, 1\]"),
        ({"share": 1.5}, r"has evaluation\(0\) 1.5; it must be a number in \[0, 1\]"),
    ],
)
def test_what_a_validator_says_of_itself_is_checked(given, words):
    with pytest.raises(PolicyError, match=f"^dreamer {words}"):
        Subnet([Dreamer(**given)], 3, validator_settings=ValidatorSettings(cost=1.0), start="honest:1").run(2)


@dataclass(frozen=True)
class Trader(HonestMiner):
    """Offers something that is no offer."""

    name: ClassVar[str] = "trader"

    def offer(self, view):
        return 0.5 if view.epoch >= 1 else None


def test_what_is_no_offer_is_refused():
    subnet = Subnet([HonestValidator()], [HonestMiner(), Trader()], worlds=[7, 9], start="honest:1")
    subnet.step()
    recorded = len(subnet.ledger.series("dividends"))
    with pytest.raises(PolicyError, match=r"^trader \(seat 1, world 7, epoch 1\) offers a float; give an agents.Offer"):
        subnet.step()
    assert len(subnet.ledger.series("dividends")) > recorded


class Nameless(ValidatorPolicy):
    """Has traits, and no name."""

    traits = Traits()

    def weights(self, view):
        return np.ones((view.world.size, view.miners))


class Traitless(ValidatorPolicy):
    """Has a name, and no traits."""

    name = "traitless"

    def weights(self, view):
        return np.ones((view.world.size, view.miners))


@pytest.mark.parametrize(("policy", "missing"), [(Nameless(), "name"), (Traitless(), "traits")])
def test_a_policy_without_name_or_traits_is_refused(policy, missing):
    with pytest.raises(QuantityError, match=f"^validators hold .*, which has no {missing}; give it one$"):
        Subnet([HonestValidator(), policy], 3)
    subnet = Subnet([HonestValidator()], 3)
    with pytest.raises(QuantityError, match=f"which has no {missing}"):
        subnet.switch("validators", [0], [0], [policy])


def test_numbers_of_miners():
    assert len(Subnet([HonestValidator()], np.int64(3)).miners) == 3
    with pytest.raises(QuantityError, match=r"^miners is 2.5; give a policy a seat$"):
        Subnet([HonestValidator()], 2.5)


@dataclass(frozen=True)
class Copyist(HonestValidator):
    """Copies its view."""

    name: ClassVar[str] = "copyist"
    how: Any = copy.copy

    def weights(self, view):
        return self.how(view).scores


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy, replace])
def test_a_view_can_be_copied(how):
    subnet = Subnet([Copyist(how=how), HonestValidator()], 3, start="honest:1")
    subnet.run(2)
    subnet.switch("validators", [0], [0], [Copyist(how=pickle.dumps)])
    with pytest.raises(PolicyError, match="a view cannot be pickled"):
        subnet.step()


@dataclass(frozen=True)
class Hoarder(HonestValidator):
    name: ClassVar[str] = "hoarder"
    traits: ClassVar[Traits] = Traits(evaluates=True)
    size: int = 10**12

    def memory_size(self, miners):
        return self.size


@pytest.mark.parametrize("size", [10**15, 10**18])
def test_more_than_fits_into_memory_is_one_line(size):
    with pytest.raises(PolicyError, match=rf"hoarder has memory_size {size}; 2 rows .* remember less$") as caught:
        Subnet([Hoarder(size=size)] * 2, 4, start="uniform")
    assert "\n" not in str(caught.value)


BUFFERS: dict[object, np.ndarray] = {}


@dataclass(frozen=True)
class Thrifty(ValidatorPolicy):
    """Answers in one array of its class, again and again, and remembers what it gave the first miner."""

    name: ClassVar[str] = "thrifty"
    traits: ClassVar[Traits] = Traits()
    level: float

    def _in_place(self, what, values):
        kept = BUFFERS.setdefault((what, values.shape), np.empty(values.shape))
        kept[:] = values
        return kept

    def weights(self, view):
        rows = np.ones((view.world.size, view.miners))
        rows[:, 0] = self.level
        return self._in_place("weights", rows)

    def memory_size(self, miners):
        return 1

    def remember(self, view, outcome):
        return self._in_place("memory", outcome.weights[:, :1])


def test_what_is_answered_in_one_array_is_not_overwritten():
    """Nor are weights of the one what the other remembers to have given."""
    policies = [Thrifty(1.0), Thrifty(4.0)]
    subnet = Subnet(policies, 2, start="uniform")
    subnet.run(3)
    np.testing.assert_allclose(subnet.weights[0, :, 0], [0.5, 0.8])
    for policy, given in zip(policies, (0.5, 0.8), strict=True):
        np.testing.assert_allclose(subnet._validating._memory[policy], [[given]])


@dataclass(frozen=True)
class Former(HonestValidator):
    """Gives what it sees another form."""

    name: ClassVar[str] = "former"
    traits: ClassVar[Traits] = Traits(evaluates=True, sees={"consensus", "stake"})

    def weights(self, view):
        rows = view.scores + 1.0
        view.public.consensus.strides = (0, 8)
        view.public.stake.shape = (-1,)
        view.world.shape = view.seat.shape = (-1, 1)
        view.memory.dtype = np.int64
        return rows

    def memory_size(self, miners):
        return 1

    def remember(self, view, outcome):
        return np.ones((len(view.scores), 1))


@dataclass(frozen=True)
class MinerFormer(HonestMiner):
    """Gives what it sees another form."""

    name: ClassVar[str] = "former"

    def effort(self, view):
        rows = view.world.size
        view.world.shape = view.seat.shape = view.uid.shape = (-1, 1)
        return np.ones(rows)


def test_another_form_is_given_to_nobody_else():
    def played(validator, miner):
        subnet = Subnet(
            [validator, HonestValidator(), WeightCopier(), ShadingValidator(), StakeMeanCopier()],
            [miner] * 2 + [HonestMiner()] * 3,
            worlds=[3, 8],
            start="honest:1",
        )
        subnet.run(4)
        return subnet

    formed, plain = played(Former(), MinerFormer()), played(Plain(), HonestMiner())
    for name in ("weights", "bonds", "quality", "dividends"):
        np.testing.assert_array_equal(getattr(formed, name), getattr(plain, name))


@dataclass(frozen=True)
class Plain(Former):
    """Does the same, and leaves what it sees as it is."""

    def weights(self, view):
        return view.scores + 1.0
