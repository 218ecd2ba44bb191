"""What a metagraph file must hold, array by array."""

import dataclasses
import io

import numpy as np
import pytest

from experiments.errors import BadInput
from experiments.files.metagraph import (
    MAX_UIDS,
    OPTIONAL,
    REQUIRED,
    metagraph_from_bytes,
    read_metagraph,
    synthetic_metagraph,
    write_metagraph,
)

ARRAYS = {
    "netuid": np.array(15),
    "block": np.array(100),
    "stake": np.array([5000.0, 2000.0, 1.0]),
    "weights": np.array([[0.0, 0.0, 1.0], [0.5, 0.0, 0.5], [0.0, 0.0, 0.0]]),
    "hotkeys": np.array(["one", "two", "three"]),
    "bonds": np.zeros((3, 3), dtype=np.uint16),
    "last_update": np.array([90, 91, 0]),
    "block_at_registration": np.array([0, 0, 50]),
    "validator_permit": np.array([True, True, False]),
    "dividends": np.array([40000, 25535, 0]),
    "incentive": np.array([0.0, 0.0, 1.0]),
    "validator_trust": np.array([65535, 0, 0], dtype=np.uint16),
}


@pytest.fixture
def read(tmp_path):
    def saved(**changed):
        arrays = {name: array for name, array in (ARRAYS | changed).items() if array is not None}
        np.savez(tmp_path / "x.npz", **arrays)
        return read_metagraph(tmp_path / "x.npz")

    return saved


def test_a_full_file(read):
    metagraph = read()
    assert (metagraph.netuid, metagraph.block, metagraph.hotkeys) == (15, 100, ("one", "two", "three"))
    assert metagraph.stake.tolist() == [5000, 2000, 1]
    assert metagraph.dividends.tolist() == [40000 / 65535, 25535 / 65535, 0]
    assert metagraph.validator_trust.tolist() == [1, 0, 0]
    assert metagraph.incentive.tolist() == [0, 0, 1]
    assert metagraph.validator_permit.tolist() == [True, True, False]


def test_only_what_is_required(read):
    metagraph = read(**dict.fromkeys(OPTIONAL))
    assert all(getattr(metagraph, name) is None for name in OPTIONAL)


def test_a_row_of_zeros_and_whole_numbers_are_legal(read):
    metagraph = read(weights=np.zeros((3, 3), int), stake=np.array([1, 2, 3], np.uint64), netuid=np.array([15]))
    assert metagraph.weights.dtype == float
    assert metagraph.netuid == 15


@pytest.mark.parametrize("name", REQUIRED)
def test_missing_array(read, name):
    with pytest.raises(BadInput, match=f"array {name} is missing; the file must hold netuid, block"):
        read(**{name: None})


@pytest.mark.parametrize("name", ["stake", "hotkeys", "weights", *OPTIONAL])
def test_wrong_shape(read, name):
    array = ARRAYS[name]
    for wrong in (np.concatenate([array, array]), array.reshape(1, *array.shape)):
        with pytest.raises(BadInput, match=rf"{name if name != 'stake' else '.*'} has shape .*must be \[uid"):
            read(**{name: wrong})


def test_no_uids_and_too_many(read):
    for count in (0, MAX_UIDS + 1):
        with pytest.raises(BadInput, match=rf"stake has shape \({count},\); .* 1 to {MAX_UIDS} UIDs"):
            read(stake=np.ones(count), weights=np.zeros((count, count)), hotkeys=np.array(["x"] * count))


@pytest.mark.parametrize("name", ["stake", "weights", "bonds", "dividends", "incentive", "validator_trust"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0, 1e300])
def test_values_out_of_range_are_named_with_their_place(read, name, value):
    array = ARRAYS[name].astype(float)
    array[(1, 2)[: array.ndim]] = value
    where = "[1, 2]" if array.ndim == 2 else "[1]"
    with pytest.raises(BadInput) as caught:
        read(**{name: array})
    message = str(caught.value)
    assert f"{name}{where} is {value}; it must be finite, in [0, " in message
    assert "\n" not in message


@pytest.mark.parametrize("name", ["last_update", "block_at_registration"])
@pytest.mark.parametrize("value", [-1, 2**60])
def test_blocks_out_of_range(read, name, value):
    with pytest.raises(BadInput, match=rf"{name}\[2\] is {value}; it must be a block number"):
        read(**{name: np.array([0, 0, value])})


def test_permit_of_other_numbers(read):
    assert read(validator_permit=np.array([1, 0, 1])).validator_permit.tolist() == [True, False, True]
    with pytest.raises(BadInput, match=r"validator_permit\[1\] is 2; it must be true or false"):
        read(validator_permit=np.array([1, 2, 1]))


@pytest.mark.parametrize("name", ["stake", "weights", "hotkeys", *OPTIONAL])
def test_wrong_type(read, name):
    wrong = np.zeros(ARRAYS[name].shape, dtype="S3" if name == "hotkeys" else "U3")
    with pytest.raises(BadInput, match=rf"{name} has dtype .*; it must hold .*convert it"):
        read(**{name: wrong})


@pytest.mark.parametrize("name", ["netuid", "block"])
@pytest.mark.parametrize("value", [np.array(1.5), np.array([1, 2]), np.array("x"), np.array(-1), np.array(2**63, "u8")])
def test_netuid_and_block(read, name, value):
    with pytest.raises(BadInput, match=rf"{name} (is|has shape) .*must be (a|one) whole number"):
        read(**{name: value})


def test_hotkeys_of_any_text(read):
    strange = np.array(["\x1b[2J\n", "é" * 300, ""])
    assert read(hotkeys=strange).hotkeys == tuple(strange.tolist())


def test_hotkeys_that_are_no_text_or_too_long(read):
    for point in (0xD800, 0x110000, 0xFFFFFFFF):
        points = np.array([[65, 66], [67, point], [68, 0]], dtype=np.uint32)
        with pytest.raises(BadInput, match=rf"hotkeys\[1\] holds {point:#x}, which is no character"):
            read(hotkeys=points.view("U2").reshape(3))
    with pytest.raises(BadInput, match="hotkeys has 2000 characters a UID; at most 1024"):
        read(hotkeys=np.array(["x" * 2000, "", ""]))


def test_what_a_browser_sends_is_not_unpacked_where_it_is_far_larger_than_any_subnet():
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **(ARRAYS | {"stake": np.zeros(2**22 + 1)}))
    assert len(buffer.getvalue()) < 2**17
    with pytest.raises(BadInput, match="export a smaller array"):
        metagraph_from_bytes(buffer.getvalue(), "bomb.npz")
    graph = synthetic_metagraph(1)
    large = np.resize(np.asarray(graph.stake), MAX_UIDS)
    square = np.full((MAX_UIDS, MAX_UIDS), 0.5)
    full = {"netuid": 1, "block": 100, "stake": large, "weights": square, "hotkeys": np.full(MAX_UIDS, "k" * 1024)}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **full, bonds=square)
    assert metagraph_from_bytes(buffer.getvalue(), "large.npz").stake.size == MAX_UIDS


def test_synthetic_round_trip(tmp_path):
    metagraph = synthetic_metagraph(3)
    write_metagraph(tmp_path / "x.npz", metagraph)
    again = read_metagraph(tmp_path / "x.npz")
    for field in dataclasses.fields(metagraph):
        before, after = getattr(metagraph, field.name), getattr(again, field.name)
        assert (before is None) == (after is None)
        if before is not None:
            np.testing.assert_array_equal(after, before)


def test_synthetic_is_a_function_of_its_seed(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_metagraph(tmp_path / name, synthetic_metagraph(seed))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != (tmp_path / "c").read_bytes()
