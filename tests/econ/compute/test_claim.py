"""The claim: what makes it true, what it is otherwise, and that every input says where it comes from."""

import hashlib
import math
import struct
from itertools import pairwise

import pytest

from econ.compute.claim import CLAIMED, LISTS, SOURCES, ClaimSettings, claim
from econ.quantity import QuantityError


def ratios(**changes):
    return {measure.name: measure.ratio for measure in claim(ClaimSettings(**changes)).measures}


def test_the_conversion_makes_the_claim():
    answer = claim()
    assert answer.flops_for_claim == pytest.approx(10.58, abs=0.01)  # 500e18 x 12,697 / 600,000
    exactly = ratios(list_flops=answer.flops_for_claim, top_100_share=1.0)
    assert exactly["arithmetic"] == pytest.approx(CLAIMED)
    converted = ratios(flop_per_hash=answer.flop_per_hash_for_claim)
    assert converted["arithmetic"] == pytest.approx(CLAIMED)


@pytest.mark.parametrize(("flops", "times"), [(8.21, 773e3), (11.72, 542e3), (13.84, 459e3)])
def test_whole_lists(flops, times):
    assert ratios(list_flops=flops, top_100_share=1.0)["arithmetic"] == pytest.approx(times, rel=2e-3)


def test_the_other_measures():
    answer = claim()
    by_name = {measure.name: measure.ratio for measure in answer.measures}
    assert 270e3 < ratios(list_flops=10.6, top_100_share=1.0)["integer operations"] < 290e3
    assert by_name["hashing"] == pytest.approx(100e3)
    assert 30 <= by_name["power"] <= 50
    assert by_name["useful AI work"] == 0.0
    whole = claim(ClaimSettings(asic_efficiency=30.0))
    assert whole.site_power == pytest.approx(15_000)
    assert whole.site_gpus == pytest.approx(12.5e6)
    assert whole.site_flops == pytest.approx(12_367.5)
    assert whole.site_capital == pytest.approx(375e9)


def test_the_verdict_is_built_from_the_numbers():
    assert "As unit conversion: 661,000 times." in claim().sentence
    assert "Chips that could train a model: none" in claim().sentence
    assert "As unit conversion: 1,320,000 times." in claim(ClaimSettings(hash_rate=1000.0)).sentence
    dark = claim(ClaimSettings(hash_rate=0.0))
    assert "As unit conversion: 0 times." in dark.sentence
    assert dark.flop_per_hash_for_claim == math.inf


def test_every_input_says_where_it_comes_from():
    assert set(SOURCES) | {"list_date"} == set(ClaimSettings.quantities())
    for source in SOURCES.values():
        assert source.status in {"checked", "derived", "assumed", "unchecked"}
        assert source.text
        assert source.date[:2] == "20"
    assert all(low < high for low, high in pairwise(total for total, _ in LISTS.values()))
    assert ClaimSettings(list_date="2023-11").value("list_flops") == 7.0
    used = {name for measure in claim().measures for name in measure.uses}
    assert used <= set(SOURCES)
    assert set(SOURCES) - used == {"gpu_power", "gpu_price"}  # they only turn sites into GPUs
    assert claim().measures[0].unchecked == ("list_flops",)
    assert claim(ClaimSettings(list_flops=9.9)).measures[0].unchecked == ()  # a person's own figure
    assert ClaimSettings(hash_rate=501.0).status("hash_rate") == "given"


def counted_double_hash(header, rotation):
    """SHA-256 twice over a block header as a miner does it, the first block's state known: digest and operations."""
    count = 0

    def do(value, operations=1):
        nonlocal count
        count += operations
        return value & 0xFFFFFFFF

    def turn(x, n):
        return do((x >> n) | (x << (32 - n)), rotation)

    def mix(x, a, b, c, shift=False):
        last = do(x >> c) if shift else turn(x, c)
        return do(do(turn(x, a) ^ turn(x, b)) ^ last)

    def compress(state, block):
        w = list(struct.unpack(">16I", block))
        for t in range(16, 64):
            first, second = mix(w[t - 15], 7, 18, 3, True), mix(w[t - 2], 17, 19, 10, True)
            w.append(do(do(do(w[t - 16] + first) + w[t - 7]) + second))
        a, b, c, d, e, f, g, h = state
        for t in range(64):
            choice = do(g ^ do(e & do(f ^ g)))
            both = do(do(a & b) | do(c & do(a | b)))
            one = do(do(do(do(h + mix(e, 6, 11, 25)) + choice) + K[t]) + w[t])
            two = do(mix(a, 2, 13, 22) + both)
            h, g, f, e, d, c, b, a = g, f, e, do(d + one), c, b, a, do(one + two)
        return [do(x + y) for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True)]

    start = [math.isqrt(p << 64) & 0xFFFFFFFF for p in PRIMES[:8]]
    middle = compress(start, header[:64])
    count = 0
    last = header[64:] + b"\x80" + b"\0" * 39 + struct.pack(">Q", 640)
    inner = struct.pack(">8I", *compress(middle, last))
    outer = compress(start, inner + b"\x80" + b"\0" * 23 + struct.pack(">Q", 256))
    return struct.pack(">8I", *outer), count


PRIMES = [p for p in range(2, 312) if all(p % q for q in range(2, p))]


def cube_root_bits(p):
    low, high = 0, p << 32
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= p << 96 else (low, middle)
    return low & 0xFFFFFFFF


K = [cube_root_bits(p) for p in PRIMES]


@pytest.mark.parametrize(("rotation", "operations"), [(1, 4336), (3, 6640)])
def test_the_operations_of_a_hash_are_counted(rotation, operations):
    header = bytes(range(80))
    digest, counted = counted_double_hash(header, rotation)
    assert digest == hashlib.sha256(hashlib.sha256(header).digest()).digest()
    assert counted == operations
    assert f"{operations:,}" in SOURCES["operations_per_hash"].text


@pytest.mark.parametrize("changes", [{"hash_rate": -1.0}, {"list_flops": 0.0}, {"top_100_share": 1.1}])
def test_bad_inputs_are_refused(changes):
    with pytest.raises(QuantityError, match=next(iter(changes))):
        ClaimSettings(**changes)
