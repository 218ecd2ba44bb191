"""What luck decides, how good miners are and how well they are measured, and what validators make of it."""

import numpy as np
import pytest

from agents import (
    CabalSettings,
    ColludingValidator,
    HonestValidator,
    MinerSettings,
    Subnet,
    ValidatorSettings,
    WeightCopier,
)
from econ.yuma.bonds import shares


def small(validators, **settings):
    return Subnet(validators, 5, **{"start": "uniform", **settings})


def test_worlds_and_profiles_share_luck():
    """A world's luck depends on its number alone; a deviation leaves every other seat's scores as they were."""
    many = small([HonestValidator()] * 3, worlds=[5, 2, 5])
    many.run(4)
    alone = small([HonestValidator()] * 3, worlds=[2])
    alone.run(4)
    np.testing.assert_array_equal(many._hidden[-1].weights[1], alone._hidden[-1].weights[0])
    np.testing.assert_array_equal(many._hidden[-1].weights[0], many._hidden[-1].weights[2])
    both = small([[HonestValidator()] * 3, [HonestValidator(), HonestValidator(), WeightCopier()]], worlds=[7, 7])
    both.run(4)
    np.testing.assert_array_equal(both._hidden[-1].weights[0, :2], both._hidden[-1].weights[1, :2])


def test_quality_keeps_its_dispersion():
    subnet = Subnet(
        [HonestValidator()], 400, miner_settings=MinerSettings(drift=0.4, spread=0.8), start="uniform", worlds=8
    )
    deviations = []
    for _ in range(60):
        subnet.step()
        deviations.append(np.log(subnet.quality).std())
    assert np.mean(deviations[30:]) == pytest.approx(0.8, abs=0.02)


def test_frozen_quality_without_drift():
    subnet = small([HonestValidator()], miner_settings=MinerSettings(drift=0.0))
    before = subnet.quality.copy()
    subnet.run(5)
    np.testing.assert_array_equal(subnet.quality, before)


def test_innovation_draws_quality_anew():
    still = MinerSettings(drift=0.0, innovation_rate=0.25)
    subnet = Subnet([HonestValidator()], 4000, miner_settings=still, start="uniform")
    before = subnet.quality.copy()
    subnet.step()
    assert (subnet.quality != before).mean() == pytest.approx(0.25, abs=0.03)


def test_noise_is_the_deviation_of_log_scores():
    subnet = Subnet(
        [HonestValidator()] * 2,
        3000,
        validator_settings=ValidatorSettings(noise=0.3),
        miner_settings=MinerSettings(drift=0.0, spread=0.0),
        start="uniform",
    )
    subnet.step()
    assert np.log(subnet._hidden[-1].weights[0, 0]).std() == pytest.approx(0.3, abs=0.02)


def test_memory_averages_own_log_scores():
    gain = 0.25
    settings = {"validator_settings": ValidatorSettings(noise=0.5), "worlds": 2}
    averaging = small([HonestValidator(memory=gain)] * 2, **settings)
    plain = small([HonestValidator()] * 2, **settings)
    expected = None
    for _ in range(6):
        averaging.step()
        plain.step()
        new = np.log(plain._hidden[-1].weights)  # equals the log score up to a constant a row
        expected = new if expected is None else (1 - gain) * expected + gain * new
        np.testing.assert_allclose(averaging._hidden[-1].weights, shares(np.exp(expected)), atol=1e-12)


def test_sharpness_is_a_power():
    plain, sharp = small([HonestValidator()]), small([HonestValidator(sharpness=3.0)])
    plain.step()
    sharp.step()
    np.testing.assert_allclose(sharp._hidden[-1].weights, shares(plain._hidden[-1].weights ** 3), atol=1e-12)


def test_zero_scores_become_uniform_weights():
    cabal = CabalSettings(miners=5, utility=0.0)
    subnet = Subnet([HonestValidator()], 1, cabal=cabal, start="uniform")
    subnet._mining.utility[:] = 0.0
    subnet.step()
    np.testing.assert_allclose(subnet._hidden[-1].weights, 1 / 6)


def test_colluding_rows():
    subnet = Subnet([HonestValidator()] * 3 + [ColludingValidator(self_weight=0.3)], 4, start="uniform")
    subnet.run(3)
    row, consensus = subnet._hidden[-1].weights[0, 3], subnet.consensus[0]
    np.testing.assert_allclose(row[4:], 0.3 / 8)
    np.testing.assert_allclose(row[:4], 0.7 * consensus[:4] / consensus[:4].sum(), atol=1e-12)
