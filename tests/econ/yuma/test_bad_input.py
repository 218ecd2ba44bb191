"""What the doors of the rule refuse, in one line with the argument, its value and the limit; and what is legal."""

import dataclasses

import numpy as np
import pytest

from econ import Hyperparameters, emission, epoch
from econ.errors import InputError
from econ.quantity import QuantityError
from econ.yuma.attribution import attribute_dividends
from econ.yuma.chain import (
    ChainHyperparameters,
    ChainState,
    SparseMatrix,
    chain_epoch,
    mechanisms_epoch,
    split_emission,
)
from econ.yuma.chain.weights import max_upscaled_weights
from econ.yuma.subnet_state import subnet_epoch

GOOD = np.array([[0.5, 0.5], [0.9, 0.1]])
WRONG_VALUES = [
    (-0.1, "is -0.1; all {0} must be finite and at least 0"),
    (np.nan, "is nan; all {0} must be finite"),
    (np.inf, "is inf; all {0} must be finite"),
    (-np.inf, "is -inf; all {0} must be finite"),
]


def given(name, values):
    arguments = {"weights": GOOD, "stake": np.array([3.0, 1.0]), "bonds": np.zeros((2, 2)), name: values}
    return arguments["weights"], arguments["stake"], arguments["bonds"]


@pytest.mark.parametrize("pays", [epoch, attribute_dividends])
@pytest.mark.parametrize(("value", "words"), WRONG_VALUES)
@pytest.mark.parametrize("name", ["weights", "stake", "bonds"])
def test_values_no_epoch_can_be_paid_on(name, value, words, pays):
    values = np.array([3.0, 1.0]) if name == "stake" else GOOD.copy()
    values[-1] = value
    with pytest.raises(InputError, match=rf"{name}\[.*\] " + words.format(name)) as caught:
        pays(*given(name, values))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.array([["a", "b"]] * 2), "has dtype <U1; it must hold real numbers"),
        (GOOD + 0j, "has dtype complex128"),
        (GOOD.astype(object), "has dtype object"),
        (np.full((2, 2), None), "has dtype object"),
        (np.full((2, 2), np.datetime64(3, "s")), "has dtype datetime64"),
        (np.ma.masked_array(GOOD, GOOD > 0.6), "is a masked array"),
        ([[0.5, 0.5], [1.0]], "is a list of unequal rows"),
        (np.full((2, 2), np.finfo(np.longdouble).max, dtype=np.longdouble), "is inf; all"),
    ],
)
@pytest.mark.parametrize("name", ["weights", "stake", "bonds"])
def test_what_holds_no_real_numbers(name, values, words):
    if np.finfo(np.longdouble).max == np.finfo(float).max and "inf" in words:
        pytest.skip("long doubles are doubles here")
    with pytest.raises(InputError, match=f"{name}.*{words}"):
        epoch(*given(name, values))


@pytest.mark.parametrize(
    ("name", "shape", "words"),
    [
        ("weights", (2,), r"weights has shape \(2,\); it must be \[..., validator, miner\], none empty"),
        ("weights", (), r"weights has shape \(\)"),
        ("weights", (0, 2), r"weights has shape \(0, 2\).*none empty"),
        ("weights", (2, 0), r"weights has shape \(2, 0\).*none empty"),
        ("weights", (3, 2), r"stake has shape \(2,\); its last axis must hold the 3 validators"),
        ("stake", (3,), r"stake has shape \(3,\)"),
        ("stake", (), r"stake has shape \(\)"),
        ("stake", (5, 2), r"bonds has shape \(2, 2\); it must be that of weights, \(5, 2, 2\)"),
        ("bonds", (2, 3), r"bonds has shape \(2, 3\); it must be that of weights"),
        ("bonds", (3, 2), r"bonds has shape \(3, 2\)"),
        ("bonds", (1, 2, 2), r"bonds has shape \(1, 2, 2\)"),
    ],
)
def test_shapes_that_do_not_fit(name, shape, words):
    with pytest.raises(InputError, match=words):
        epoch(*given(name, np.full(shape, 0.5)))


def test_leading_axes_that_do_not_fit():
    with pytest.raises(InputError, match=r"stake has shape \(3, 2\); its leading axes must match weights \(4, 2, 2\)"):
        epoch(np.ones((4, 2, 2)), np.ones((3, 2)))


def test_bonds_in_the_chains_integers_are_not_taken_for_fractions():
    stored = np.array([[65535.0, 0.0], [100.0, 7.0]])
    for version in ("3", "mean", "public-2"):
        with pytest.raises(InputError, match=rf"bonds\[0, 0\] is 65535; bonds of rule {version} must lie in \[0, 1\]"):
            epoch(GOOD, np.ones(2), stored, Hyperparameters(version=version))
    yuma2 = Hyperparameters(version="2")  # there their scale cancels
    np.testing.assert_allclose(
        epoch(GOOD, np.ones(2), stored, yuma2).dividends, epoch(GOOD, np.ones(2), stored / 65535, yuma2).dividends
    )


def test_hyperparameters_are_no_dictionary():
    for pays in (epoch, attribute_dividends):
        with pytest.raises(InputError, match="hyperparameters is a dict; it must be Hyperparameters, or none"):
            pays(GOOD, np.ones(2), hyperparameters={"kappa": 0.5})


def test_the_epoch_before_must_be_one_of_the_same_subnet():
    before = epoch(GOOD, np.ones(2))
    with pytest.raises(InputError, match="previous is a ndarray; it must be what the epoch before returned"):
        epoch(GOOD, np.ones(2), previous=before.bonds)
    with pytest.raises(InputError, match=r"previous has bonds of shape \(2, 2\); weights have \(2, 3\)"):
        epoch(np.ones((2, 3)), np.ones(2), previous=before)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_of_emission_lies_between_0_and_1(share):
    with pytest.raises(QuantityError, match="validator_share is"):
        emission(epoch(GOOD, np.ones(2)), np.ones(2), share)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kappa": 1.0001}, r"kappa is 1.0001; .* \[0, 1\]"),
        ({"kappa": -0.01}, "kappa is -0.01"),
        ({"kappa": float("nan")}, "kappa is nan"),
        ({"kappa": "half"}, "kappa is 'half'"),
        ({"kappa": True}, "kappa is True"),
        ({"version": "4"}, "version is '4'; it is the name of a rule and must be one of 3, 2, public-1"),
        ({"liquid_alpha_on": "yes"}, "liquid_alpha_on is 'yes'"),
        ({"bonds_moving_average": -1}, r"bonds_moving_average is -1.0; .* \[0, 1\]"),
        ({"alpha_low": 0.02}, r"alpha_low is 0.02; .* \[0.0249943, 1\]"),
        ({"alpha_low": 0.8, "alpha_high": 0.7}, "alpha_low is 0.8; it must not exceed alpha_high, 0.7"),
        ({"alpha_sigmoid_steepness": 400}, r"alpha_sigmoid_steepness is 400.0; .* \[-327.68, 327.67\]"),
        ({"version": 3}, "version is 3; .* did you mean the text '3'?"),
        ({"liquid_alpha_consensus": "curent"}, "liquid_alpha_consensus is 'curent'; .*did you mean current"),
        ({"winner_takes_all": 1}, "winner_takes_all is 1; it is a switch and must be true or false"),
        ({"trimmed_share": 0.5}, r"trimmed_share is 0.5; .* \[0, 0.49\]"),
        ({"decay_rate": np.nan}, "decay_rate is nan"),
        ({"capacity_alpha": "fast"}, "capacity_alpha is 'fast'"),
    ],
)
def test_parameters_outside_what_can_be_set(changes, words):
    with pytest.raises(QuantityError, match=words):
        Hyperparameters(**changes)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"kappa": 65536}, r"kappa is 65536; .* whole numbers in \[0, 65535\]"),
        ({"kappa": 0.5}, "kappa is 0.5; .* whole numbers"),
        ({"kappa": True}, "kappa is True"),
        ({"kappa": "x"}, "kappa is 'x'"),
        ({"kappa": None}, "kappa is None"),
        ({"bonds_moving_average": 1_000_001}, r"bonds_moving_average is 1000001; .* \[0, 1000000\]"),
        ({"alpha_low": 1637}, r"alpha_low is 1637; .* \[1638, 65535\]"),
        ({"alpha_low": 60000}, "alpha_low is .* must not exceed alpha_high"),
        ({"alpha_sigmoid_steepness": 32768}, r"alpha_sigmoid_steepness is 32768; .* \[-32768, 32767\]"),
        ({"yuma3_on": "no"}, "yuma3_on is 'no'; it must be true or false"),
        ({"liquid_alpha_on": 2}, "liquid_alpha_on is 2; it must be true or false"),
    ],
)
def test_chain_integers_outside_what_can_be_set(raw, words):
    with pytest.raises(QuantityError, match=words):
        Hyperparameters.from_chain(raw)


def state(**changes):
    weights = SparseMatrix.from_rows({0: [(2, 65535)], 1: [(2, 300), (0, 0)]}, 3)
    good = {
        "block": 1000,
        "stake": [5, 3, 0],
        "last_update": [990] * 3,
        "block_at_registration": [10] * 3,
        "permits": [True, True, False],
        "weights": weights,
        "bonds": SparseMatrix.empty(3),
    }
    return ChainState(**(good | changes))


BAD_STATES = [
    ({"stake": []}, "stake is empty; a subnet has at least one UID"),
    ({"stake": [5, -3, 0]}, r"stake\[1\] is -3; a stake must be at least 0"),
    ({"stake": [5, 3.5, 0]}, r"stake\[1\] is 3.5; it must be a whole number"),
    ({"stake": [5, float("nan"), 0]}, r"stake\[1\] is nan; it must be a whole number"),
    ({"stake": np.array([5, np.inf, 0])}, "stake has dtype float64; each value must be a whole number"),
    ({"stake": [5, True, 0]}, r"stake\[1\] is True"),
    ({"stake": ["5", 3, 0]}, r"stake\[0\] is '5'"),
    ({"stake": np.ones((3, 1), dtype=int)}, r"stake is a ndarray of shape \(3, 1\); it must be a plain list"),
    (
        {"stake": np.ma.masked_array([1, 2, 3], [0, 1, 0])},
        "stake is a MaskedArray of shape .*; it must be a plain list",
    ),
    ({"stake": [[5], 3, 0]}, r"stake\[0\] is \[5\]; it must be a whole number"),
    ({"stake": [2**63, 0, 0]}, "stake sums to 9223372036854775808; .* at most 9223372036854775807"),
    ({"block": -1}, "block holds -1"),
    ({"block": 1.5}, r"block\[0\] is 1.5; it must be a whole number"),
    ({"last_update": [1, 2, 2**63]}, "last_update holds 9223372036854775808"),
    ({"block_at_registration": [1, 2]}, "block_at_registration has 2 entries; it needs 3"),
    ({"commit_blocks": [None, None]}, "commit_blocks has 2 entries; it needs 3"),
    ({"commit_blocks": [None, None, "7"]}, r"commit_blocks\[0\] is '7'"),
    ({"permits": [1.0, 0.0, 1.0]}, r"permits\[0\] is 1.0; it must be true or false"),
    ({"owner_uid": 3}, "owner_uid is 3; the UIDs are 0 to 2"),
    ({"owner_uid": 1.0}, r"owner_uid\[0\] is 1.0; it must be a whole number"),
    ({"weights": np.ones((3, 3))}, "weights is a ndarray; it must be a SparseMatrix"),
    ({"stake": None}, "stake is None; it must be a list, one entry a UID"),
    ({"permits": 3}, "permits is 3; it must be a list"),
    ({"bonds": SparseMatrix.empty(4)}, r"bonds has shape \(4, 4\); it must be \(3, 3\)"),
    (
        {"bonds": SparseMatrix(values=np.full((3, 3), 0.5), present=np.ones((3, 3), dtype=bool))},
        "bonds has dtype float64; it is stored as u16, whole numbers 0 to 65535",
    ),
    (
        {"weights": SparseMatrix(values=np.full((3, 3), 65536), present=np.ones((3, 3), dtype=bool))},
        "weights reach from 65536 to 65536; they are stored as u16, 0 to 65535",
    ),
]


@pytest.mark.parametrize(("changes", "words"), BAD_STATES)
def test_states_the_chain_could_not_hold(changes, words):
    with pytest.raises(InputError, match=words) as caught:
        state(**changes)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({3: [(0, 1)]}, "row 3 is no UID; the UIDs are 0 to 2"),
        ({-1: [(0, 1)]}, "row -1 is no UID"),
        ({"0": [(0, 1)]}, "row '0' is no UID"),
        ({0: [(-1, 1)]}, "row 0 holds 1 at -1"),
        ({0: [(1.0, 1)]}, "row 0 holds 1 at 1.0"),
        ({True: [(0, 1)]}, "row True is no UID"),
        ({0: [(True, 1)]}, "row 0 holds 1 at True"),
        ({0: [(1, 2**70)]}, "row 0 holds 1180591620717411303424 at 1"),
        ({0: 5}, r"row 0 is 5; it must be pairs \(uid, value\)"),
        ({0: [5]}, r"row 0 is \[5\]; it must be pairs"),
        (None, "rows are a NoneType"),
        ({0: [(1, 0.5)]}, "row 0 holds 0.5 at 1; an entry is a u16, 0 to 65535, at a UID"),
    ],
)
def test_rows_that_are_no_stored_rows(rows, words):
    with pytest.raises(InputError, match=words):
        SparseMatrix.from_rows(rows, 3)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.uint64])
def test_stored_rows_of_any_whole_numbers_pay_the_same(dtype):
    rows = {0: [(0, 5), (2, 250)], 1: [(2, 7)]}
    matrix = SparseMatrix.from_rows(rows, 3)
    small = SparseMatrix(values=matrix.values.astype(dtype), present=matrix.present)
    for yuma3_on in (False, True):
        rule = ChainHyperparameters(yuma3_on=yuma3_on)
        wanted, got = (chain_epoch(state(weights=m, bonds=m), rule) for m in (matrix, small))
        assert got.emission.tolist() == wanted.emission.tolist()
        assert got.bonds.rows() == wanted.bonds.rows()


def test_mechanisms_share_stake_and_permits():
    for changed in ({"stake": [1, 2, 4]}, {"permits": [True, True, True]}):
        one, other = state(), state(**changed)
        name = next(iter(changed))
        with pytest.raises(InputError, match=f"differ in {name}"):
            mechanisms_epoch([one, other], ChainHyperparameters())


@pytest.mark.parametrize("value", [10**400, -(10**400)], ids=["large", "small"])
def test_whole_numbers_beyond_double_precision(value):
    with pytest.raises(ValueError, match=r"kappa is .* must be a number in \[0, 1\]"):
        Hyperparameters(kappa=value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kappa": -1}, r"kappa is -1; it must be a whole number in \[0, 65535\]"),
        ({"kappa": 0.5}, "kappa is 0.5"),
        ({"tempo": True}, "tempo is True"),
        ({"alpha_sigmoid_steepness": 40000}, "alpha_sigmoid_steepness is 40000"),
        ({"alpha_low": 2, "alpha_high": 1}, "alpha_low is 2; it must not exceed alpha_high, 1"),
        ({"yuma3_on": 1}, "yuma3_on is 1; it must be true or false"),
    ],
)
def test_raw_parameters_the_chain_could_not_hold(changes, words):
    with pytest.raises(ValueError, match=words):
        ChainHyperparameters(**changes)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((100, 0), "100 rao are split among 0 mechanisms"),
        ((-1, 2), "-1 rao are split among 2"),
        ((10.5, 2), "10.5 rao are split"),
        ((100, 2, [65535, 65535]), r"split is \[65535, 65535\]; .* no more than that in all"),
        ((100, 2, [0.5, 0.5]), r"split is \[0.5, 0.5\]"),
        ((100, 2, [70000, 0]), r"split is \[70000, 0\]; its parts are u16"),
    ],
)
def test_emission_that_cannot_be_split(arguments, words):
    with pytest.raises(InputError, match=words):
        split_emission(*arguments)


# Legal, and the same in float as on the chain ------------------------------------------------------------------------

LEGAL = {
    "no stake": {"stake": [0, 0, 0]},
    "no weights": {"weights": SparseMatrix.empty(3)},
    "explicit zeros alone": {"weights": SparseMatrix.from_rows({0: [(2, 0)], 1: [(2, 0)]}, 3)},
    "nobody permitted": {"permits": [False] * 3},
    "one validator": {"stake": [5, 0, 0]},
    "as it is": {},
}


@pytest.mark.parametrize("yuma3", [False, True])
@pytest.mark.parametrize("kappa", [0, 32767, 65535])
@pytest.mark.parametrize("name", LEGAL)
def test_legal_extremes_do_what_the_chain_does(name, kappa, yuma3):
    met = state(**LEGAL[name])
    for liquid in (False, True):
        raw = ChainHyperparameters(kappa=kappa, yuma3_on=yuma3, liquid_alpha_on=liquid)
        exact, fractions = chain_epoch(met, raw), subnet_epoch(met, raw)
        for field in ("consensus", "incentive", "dividends", "validator_trust"):
            np.testing.assert_allclose(getattr(fractions, field) * 65535, getattr(exact, field), rtol=0, atol=2)
        np.testing.assert_allclose(fractions.stored_bonds.values, exact.bonds.values, rtol=0, atol=2)


def test_a_subnet_of_one():
    one = ChainState(
        block=9,
        stake=[5],
        last_update=[8],
        block_at_registration=[1],
        permits=[True],
        weights=SparseMatrix.from_rows({0: [(0, 65535)]}, 1),
        bonds=SparseMatrix.empty(1),
    )
    assert not chain_epoch(one, ChainHyperparameters()).incentive.any()  # nobody may rate itself
    owned = dataclasses.replace(one, owner_uid=0)
    for found in (chain_epoch(owned, ChainHyperparameters()), subnet_epoch(owned, ChainHyperparameters())):
        assert found.incentive[0] == found.dividends[0] > 0


def test_what_is_legal_in_float():
    truth = epoch(np.array([[True, False], [True, True]]), np.array([2, 1], dtype=np.uint8))
    number = epoch(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([2.0, 1.0]))
    np.testing.assert_array_equal(truth.dividends, number.dividends)
    assert epoch(np.ones((0, 3, 2)), np.ones(3)).dividends.shape == (0, 3)  # no worlds, no answers
    np.testing.assert_array_equal(epoch([[1, 1]], [1]).incentive, [0.5, 0.5])


@pytest.mark.parametrize("scale", [1e308, 1e-308, 5e-324])
def test_sizes_at_the_ends_of_double_precision(scale):
    """Sums may lie beyond the largest double; only ratios count."""
    usual = epoch(np.ones((3, 2)), np.ones(3))
    extreme = epoch(scale * np.ones((3, 2)), scale * np.ones(3))
    np.testing.assert_allclose(extreme.incentive, usual.incentive)
    np.testing.assert_allclose(extreme.dividends, usual.dividends)


@pytest.mark.parametrize(
    "row",
    [[1.7, 2.0], [[1, 2]], [np.nan], [-1, 2], [65536], ["1"]],
    ids=["half", "table", "nan", "below", "above", "text"],
)
def test_submitted_rows_that_are_no_u16(row):
    with pytest.raises(InputError, match="u16"):
        max_upscaled_weights(np.array(row))
