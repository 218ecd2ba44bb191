"""Addressed luck: known answers, the address is all that counts, moments and correlations."""

import numpy as np
import pytest
from scipy import stats

from agents.streams import Purpose, normal, philox, uniform

# Known answers of Philox 4x32-10 from the Random123 distribution (kat_vectors).
KNOWN = [
    ((0,) * 4, (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer):
    assert tuple(philox(*counter, *key)) == answer


def test_uniforms_are_the_words_of_the_block():
    a, b, c, d = philox(3, 5, 7, 0, 11, int(Purpose.SCORE))
    drawn = uniform(11, Purpose.SCORE, world=np.array(3), epoch=5, seat=np.array(7), columns=2)
    assert drawn[0] == ((int(a) << 20 ^ int(b) >> 12) + 0.5) / 2**52
    assert drawn[1] == ((int(c) << 20 ^ int(d) >> 12) + 0.5) / 2**52


def test_a_draw_depends_on_its_address_alone():
    worlds, seats = np.array([4, 0, 9]), np.array([2, 1])
    block = normal(1, Purpose.SCORE, world=worlds[:, None], epoch=-3, seat=seats, columns=7)
    for i, world in enumerate(worlds):
        for j, seat in enumerate(seats):
            for columns in (1, 4, 7):
                alone = normal(1, Purpose.SCORE, world=world, epoch=-3, seat=seat, columns=columns)
                np.testing.assert_array_equal(alone, block[i, j, :columns])


def test_every_part_of_the_address_counts():
    base = {"seed": 0, "purpose": Purpose.SCORE, "world": 0, "epoch": 0, "seat": 0}

    def drawn(**change):
        at = base | change
        return normal(
            at["seed"],
            at["purpose"],
            world=np.array(at["world"]),
            epoch=at["epoch"],
            seat=np.array(at["seat"]),
            columns=4,
        )

    for change in (
        {"seed": 1},
        {"purpose": Purpose.STAKE_ORDER},
        {"world": 1},
        {"epoch": 1},
        {"epoch": -1},
        {"seat": 1},
    ):
        assert not np.isclose(drawn(), drawn(**change)).any(), change


def test_moments():
    drawn = normal(2, Purpose.SCORE, world=np.arange(200)[:, None], epoch=0, seat=np.arange(20), columns=100)
    n = drawn.size
    assert abs(drawn.mean()) < 4 / np.sqrt(n)
    assert abs(drawn.var() - 1) < 4 * np.sqrt(2 / n)
    assert abs(stats.skew(drawn, axis=None)) < 4 * np.sqrt(6 / n)
    assert abs(stats.kurtosis(drawn, axis=None)) < 4 * np.sqrt(24 / n)
    flat = uniform(2, Purpose.SCORE, world=np.arange(200)[:, None], epoch=0, seat=np.arange(20), columns=100)
    assert 0 < flat.min() < flat.max() < 1
    assert stats.kstest(flat.ravel(), "uniform").pvalue > 1e-3
    assert stats.kstest(drawn.ravel(), "norm").pvalue > 1e-3


def test_neighbours_are_uncorrelated():
    """Along every axis of the address, and between the two members of a pair, also in their squares."""
    drawn = np.stack(
        [
            normal(3, Purpose.SCORE, world=np.arange(60)[:, None], epoch=t, seat=np.arange(30), columns=32)
            for t in range(20)
        ]
    )
    for values in (drawn, drawn**2 - 1):
        scale = values.var()
        for axis in range(4):
            there = np.take(values, range(1, values.shape[axis]), axis)
            here = np.take(values, range(values.shape[axis] - 1), axis)
            correlation = (here * there).mean() / scale
            assert abs(correlation) < 5 / np.sqrt(here.size), axis
