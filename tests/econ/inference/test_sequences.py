import numpy as np
import pytest

from econ.inference.sequences import asymptotic_half_width, mixture_scale


def width(worlds, error, rho):
    mixed = worlds * rho**2
    return np.sqrt(2 * (mixed + 1) / (worlds**2 * rho**2) * np.log(np.sqrt(mixed + 1) / error))


@pytest.mark.parametrize("error", [0.05, 0.005, 1e-6])
def test_rho_is_the_best_at_64_worlds(error):
    rho = mixture_scale(error)
    best = width(64, error, rho)
    assert asymptotic_half_width(np.array(1.0), 64, error) == pytest.approx(best)
    assert (width(64, error, np.geomspace(rho / 100, rho * 100, 2001)) >= best * (1 - 1e-9)).all()


def test_it_shrinks_with_worlds_and_grows_with_confidence():
    widths = [float(asymptotic_half_width(np.array(1.0), n, 0.05)) for n in (2, 64, 256, 4096)]
    assert widths == sorted(widths, reverse=True)
    assert asymptotic_half_width(np.array(1.0), 64, 0.01) > asymptotic_half_width(np.array(1.0), 64, 0.05)
    assert np.isinf(asymptotic_half_width(np.array(1.0), 1, 0.05))


def test_it_holds_at_all_times_at_once():
    """400 walks, seen from 64 worlds to 1024: a fixed-time interval would be left by far more than 5%."""
    steps = np.random.default_rng(2).normal(size=(400, 1024))
    count = np.arange(1, 1025)
    mean = steps.cumsum(axis=1) / count
    spread = np.sqrt(np.maximum((steps**2).cumsum(axis=1) / count - mean**2, 0) * count / np.maximum(count - 1, 1))
    left = np.zeros(400, dtype=bool)
    fixed = np.zeros(400, dtype=bool)
    for n in range(64, 1025):
        left |= np.abs(mean[:, n - 1]) > asymptotic_half_width(spread[:, n - 1], n, 0.05)
        fixed |= np.abs(mean[:, n - 1]) > 1.96 * spread[:, n - 1] / np.sqrt(n)
    assert left.mean() <= 0.06
    assert fixed.mean() > 0.15


@pytest.mark.parametrize(("worlds", "error", "message"), [(64, 0.0, "error is 0.0"), (0, 0.05, "worlds is 0")])
def test_bad_arguments_are_refused(worlds, error, message):
    with pytest.raises(ValueError, match=message):
        asymptotic_half_width(np.array(1.0), worlds, error)
