from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.games import EmpiricalGame, Roles
from econ.inference import asymptotic_half_width, bernstein_sequence, finite_half_width


def looks(values, low, high, error):
    """The bounds after 64, 128, ... worlds."""
    return [bernstein_sequence(values[..., :n], low, high, error) for n in range(64, values.shape[-1] + 1, 64)]


@pytest.mark.parametrize("chance", [0.002, 0.02, 0.5])
def test_rare_events_are_covered_at_every_look(chance):
    """400 runs of rare wins: finite bounds miss in no more than 5% of them; asymptotic ones think that 0 is certain."""
    values = (np.random.default_rng(0).random((400, 1024)) < chance).astype(float)
    missed = np.zeros(400, dtype=bool)
    for low, high in looks(values, 0.0, 1.0, 0.05):
        missed |= (low > chance) | (high < chance)
    assert missed.mean() <= 0.05
    if chance == 0.002:
        early = values[:, :64]
        half = asymptotic_half_width(early.std(axis=1, ddof=1), 64, 0.05)
        assert (np.abs(early.mean(axis=1) - chance) > half).mean() > 0.5


def test_bounds_narrow_and_never_widen_again():
    values = np.random.default_rng(1).beta(2, 5, size=(20, 2048))
    ends = looks(values, 0.0, 1.0, 0.01)
    for (low, high), (later_low, later_high) in pairwise(ends):
        assert (later_low >= low - 1e-12).all()
        assert (later_high <= high + 1e-12).all()
    assert float((ends[-1][1] - ends[-1][0]).max()) < 0.05


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_the_unit_does_not_matter(seed, shift, scale):
    values = np.random.default_rng(seed).random((3, 200))
    low, high = bernstein_sequence(values, 0.0, 1.0, 0.05)
    moved = bernstein_sequence(shift + scale * values, shift, shift + scale, 0.05)
    assert moved[0] == pytest.approx(shift + scale * low, abs=1e-6 * max(abs(shift), scale))
    assert moved[1] == pytest.approx(shift + scale * high, abs=1e-6 * max(abs(shift), scale))


def test_the_half_width_holds_both_ends():
    values = np.random.default_rng(2).random((5, 300)) ** 4
    low, high = bernstein_sequence(values, 0.0, 1.0, 0.05)
    half = finite_half_width(values, 0.0, 1.0, 0.05)
    assert (values.mean(axis=1) - half <= low + 1e-12).all()
    assert (values.mean(axis=1) + half >= high - 1e-12).all()
    assert finite_half_width(np.zeros(9), 0.0, 0.0, 0.05) == 0.0


@pytest.mark.parametrize(
    ("values", "low", "high", "error", "message"),
    [
        ([0.5], 0.0, 1.0, 0.0, "error is 0.0"),
        ([0.5, 1.5], 0.0, 1.0, 0.05, r"a value is 1.5; it must lie in its range \[0.0, 1.0\]"),
        ([0.5], 1.0, 0.0, 0.05, "a range is empty"),
        ([0.5], 0.0, np.inf, 0.05, "a range is empty or infinite"),
        ([], 0.0, 1.0, 0.05, "at least one world"),
    ],
)
def test_bad_input_is_refused(values, low, high, error, message):
    with pytest.raises(ValueError, match=message):
        bernstein_sequence(np.array(values), low, high, error)


def test_a_game_with_ranges_has_finite_intervals():
    roles = Roles(names=("r",), players=(2,), strategies=(("a", "b"),))
    means = np.array([[0.2, np.nan], [0.4, 0.5], [np.nan, 0.9]])
    luck = np.random.default_rng(3).uniform(-0.1, 0.1, size=(3, 2, 512))
    ranges = np.tile([0.0, 1.0], (3, 2, 1))
    game = EmpiricalGame(roles=roles, payoffs=means[..., None] + luck, ranges=ranges)
    plain = EmpiricalGame(roles=roles, payoffs=game.payoffs)
    gains, loose = game.gains(), plain.gains()
    assert gains.mean[0] == pytest.approx(loose.mean[0])
    assert (gains.half_width[0][:, 1, 0] > loose.half_width[0][:, 1, 0]).all()
    paired = game.payoffs[1, 1] - game.payoffs[0, 0]
    assert gains.half_width[0][0, 1, 0] == pytest.approx(float(finite_half_width(paired, -1.0, 1.0, 0.05 / 2)))
    assert game.joined(game).ranges is not None
    assert game.restricted({"r": ("b",)}).ranges.shape == (1, 1, 2)
    with pytest.raises(ValueError, match=r"the payoff of r\.b in world \d+ is .* its range is"):
        EmpiricalGame(roles=roles, payoffs=game.payoffs, ranges=ranges * 0.9)
