"""Addressed luck: the address is all that counts; moments, tails and correlations of what is drawn."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import stats

from agents.philox import philox
from agents.streams import Purpose, lognormal, normal, uniform

PINNED = [
    ["0x1.30784a7a2c7bdp-1", "0x1.6585f8d517393p-1", "0x1.12e5b3b3fe41ep-2"],
    ["0x1.dc7aef53cf4c2p-2", "0x1.d07add8c53ecap-1", "-0x1.5e74e75bcb573p-1"],
    ["0x1.2659bad082372p+0", "0x1.5013240ab4a4ep+0", "0x1.a0f48bfe709f6p-1"],
]


def test_uniforms_are_the_words_of_the_block():
    """Counter (world, epoch, seat, pair of columns), key (seed, purpose)."""
    lanes = np.array([[3], [5], [7], [1]], dtype=np.uint64)
    philox(*lanes, np.uint64(11), np.uint64(Purpose.SCORE))
    a, b, c, d = (int(word) for word in lanes[:, 0])
    drawn = uniform(11, Purpose.SCORE, world=np.array(3), epoch=5, seat=np.array(7), columns=4)
    assert drawn[2] == ((a << 20 ^ b >> 12) + 0.5) / 2**52
    assert drawn[3] == ((c << 20 ^ d >> 12) + 0.5) / 2**52


def test_the_numbers_are_the_same_bits_everywhere():
    """A change of these figures changes every seed's results."""
    at = {"world": np.array(1), "epoch": -2, "seat": np.array(3), "columns": 3}
    drawn = [uniform(9, Purpose.SCORE, **at), normal(9, Purpose.SCORE, **at)]
    drawn.append(lognormal(9, Purpose.SCORE, scale=0.3, **at))
    assert [[value.hex() for value in row] for row in drawn] == PINNED


def test_a_draw_depends_on_its_address_alone():
    worlds, seats = np.array([4, 0, 9]), np.array([2, 1])
    block = normal(1, Purpose.SCORE, world=worlds[:, None], epoch=-3, seat=seats, columns=7)
    for i, world in enumerate(worlds):
        for j, seat in enumerate(seats):
            for columns in (1, 4, 7):
                alone = normal(1, Purpose.SCORE, world=world, epoch=-3, seat=seat, columns=columns)
                np.testing.assert_array_equal(alone, block[i, j, :columns])


def test_slices_and_threads_change_nothing():
    """Also across the lanes' borders, at even and odd numbers of columns."""
    worlds, seats = np.arange(40)[:, None], np.arange(9)
    for columns in (1, 2, 63, 64):
        whole = normal(5, Purpose.SCORE, world=worlds, epoch=2, seat=seats, columns=columns)

        def part(start, columns=columns):
            return normal(5, Purpose.SCORE, world=worlds[start : start + 7], epoch=2, seat=seats, columns=columns)

        with ThreadPoolExecutor(8) as pool:
            np.testing.assert_array_equal(np.concatenate(list(pool.map(part, range(0, 40, 7)))), whole)


def test_no_addresses_give_no_numbers():
    nobody = {"world": np.arange(0), "epoch": 0, "seat": np.array(0)}
    assert normal(0, Purpose.SCORE, columns=3, **nobody).shape == (0, 3)
    assert normal(0, Purpose.SCORE, world=np.arange(2), epoch=0, seat=np.array(0), columns=0).shape == (2, 0)


def test_a_lognormal_is_the_exponential_of_the_normal():
    at = {"world": np.arange(50), "epoch": 1, "seat": np.array(2), "columns": 77}
    z = normal(6, Purpose.SCORE, **at)
    for scale in (0.0, 0.3, 5.0):
        np.testing.assert_allclose(lognormal(6, Purpose.SCORE, scale=scale, **at), np.exp(scale * z), rtol=1e-15)


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


def test_tails_and_shape_to_five_deviations():
    """24 million normals: those beyond 3, 4, 4.5 and 5, on either side, and 200 classes of equal probability."""
    beyond, classes, count = np.zeros((4, 2)), np.zeros(200), 0
    limits, edges = np.array([3.0, 4.0, 4.5, 5.0]), stats.norm.ppf(np.arange(1, 200) / 200)
    for epoch in range(24):
        drawn = normal(8, Purpose.SCORE, world=np.arange(250)[:, None], epoch=epoch, seat=np.arange(50), columns=80)
        beyond += [[(drawn > limit).sum(), (drawn < -limit).sum()] for limit in limits]
        classes += np.bincount(np.searchsorted(edges, drawn.ravel()), minlength=200)
        count += drawn.size
    expected = count * stats.norm.sf(limits)
    for found, mean in zip(beyond, expected, strict=True):
        assert (stats.poisson.ppf(1e-4, mean) <= found).all()
        assert (found <= stats.poisson.ppf(1 - 1e-4, mean)).all()
    assert stats.chisquare(classes).pvalue > 1e-3


def test_no_number_comes_twice():
    """In four million of 52 bits one would expect 0.002 pairs."""
    drawn = uniform(4, Purpose.SCORE, world=np.arange(200)[:, None], epoch=7, seat=np.arange(200), columns=100)
    assert np.unique(drawn).size == drawn.size


def test_neighbouring_seeds_and_purposes_share_nothing():
    def drawn(seed, purpose):
        return normal(seed, purpose, world=np.arange(100)[:, None], epoch=0, seat=np.arange(30), columns=32).ravel()

    here = drawn(1, Purpose.SCORE)
    for other in (drawn(2, Purpose.SCORE), drawn(1, Purpose.STAKE_ORDER), drawn(0, Purpose.SCORE)):
        assert abs(np.corrcoef(here, other)[0, 1]) < 4 / np.sqrt(here.size)
        assert abs(np.corrcoef(here**2, other**2)[0, 1]) < 4 / np.sqrt(here.size)
