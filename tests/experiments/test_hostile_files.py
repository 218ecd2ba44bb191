"""Files made to break the readers, drawn at random: each is read in full or refused in one line, and what is read runs.

`YUMA_LONG=1` draws some thousands of each.
"""

from __future__ import annotations

import io
import os
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from econ.errors import InputError
from econ.yuma import Hyperparameters
from experiments.errors import BadInput
from experiments.files.metagraph import OPTIONAL, REQUIRED, Metagraph, metagraph_from_bytes
from experiments.files.scenario_file import scenario_from_text
from experiments.metagraph_epoch import run_metagraph
from experiments.scenario import Scenario

DRAWN = 4000 if os.environ.get("YUMA_LONG") == "1" else 60
drawn = settings(max_examples=DRAWN, deadline=None, suppress_health_check=list(HealthCheck))
ODD = (0.0, -0.0, 1.0, -1.0, 0.5, 5e-324, 1e-200, 1e20, 1.1e20, 1e308, -1e308, np.nan, np.inf, -np.inf)
WHOLE = (0, 1, -1, 2, 999, 1000, 65535, 65536, 2**31 - 1, 2**53, 2**53 + 1, 2**63 - 1, -(2**63))
EVIL = ("<script>alert(1)</script>", "[x](javascript:1)", "\u202e", "\x00", "\ud800", "", "k" * 2000, "=1+1", "a\nb")
SQUARE = ("weights", "bonds")


def numbers(shape: tuple[int, ...]) -> st.SearchStrategy[np.ndarray]:
    """Numbers, mostly fit: of many types, some odd, negative, not finite, or larger than a u16 or a float holds."""
    size = int(np.prod(shape))
    cells = st.lists(st.one_of(st.floats(0, 2000), st.sampled_from(ODD)), min_size=size, max_size=size)
    whole = st.lists(st.one_of(st.integers(0, 65535), st.sampled_from(WHOLE)), min_size=size, max_size=size)

    def cast(values: list, kind: str) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.array(values, "i8" if kind != "f8" else kind).astype(kind).reshape(shape)

    floats = st.builds(lambda values: np.array(values).reshape(shape), cells)
    kinds = ("u2", "i2", "u4", "i8", "u8", "?", "f2", "f4", ">i4", "c16", "M8[s]", "O", "U5", "S5")
    return st.one_of(floats, floats, st.builds(cast, whole, st.sampled_from(kinds)))


@st.composite
def archives(draw) -> dict[str, np.ndarray]:
    """The arrays of a metagraph, up to three of them odd in values, type or shape, or gone."""
    uids = draw(st.integers(1, 5))
    luck = np.random.default_rng(draw(st.integers(0, 99)))
    arrays: dict[str, np.ndarray] = {
        "netuid": np.array(1),
        "block": np.array(5000),
        "stake": luck.uniform(0, 3000, uids),
        "weights": luck.uniform(0, 1, (uids, uids)),
        "hotkeys": np.array([f"key-{uid}" for uid in range(uids)]),
    }
    for name in draw(st.lists(st.sampled_from(REQUIRED + OPTIONAL), max_size=3, unique=True)):
        shape = (uids, uids) if name in SQUARE else () if name in ("netuid", "block") else (uids,)
        if draw(st.integers(0, 5)) == 0:
            shape = draw(st.sampled_from([(), (0,), (uids + 1,), (uids, 1), (1, uids), (uids, uids, 1), (600,)]))
        if name == "hotkeys" and draw(st.booleans()):
            arrays[name] = np.array([draw(st.sampled_from(EVIL)) for _ in range(uids)], "U")
        elif draw(st.integers(0, 9)) == 0:
            arrays.pop(name, None)
        else:
            arrays[name] = draw(numbers(shape))
    return arrays


def packed(arrays: dict[str, np.ndarray]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def one_line(error: InputError) -> None:
    told = str(error)
    assert told.isprintable(), told
    assert len(told) < 500, told


def read(data: bytes) -> Metagraph | None:
    """What is read, or None for what is refused in one line that can be printed and is short."""
    try:
        return metagraph_from_bytes(data, "a.npz")
    except BadInput as error:
        one_line(error)
        return None


@drawn
@given(archives(), st.sampled_from(["3", "2"]), st.sampled_from([0.0, 1000.0, 1e12]))
def test_a_metagraph_of_odd_arrays_is_refused_or_runs_to_finite_numbers(arrays, version, least) -> None:
    metagraph = read(packed(arrays))
    if metagraph is None:
        return
    try:
        ran = run_metagraph(metagraph, Hyperparameters(version=version), least)
    except InputError as error:
        one_line(error)
        return
    for name in ("stake_share", "dividends", "validator_trust", "dividends_per_stake", "consensus", "incentive"):
        values = getattr(ran, name)
        assert np.isfinite(values).all(), name
        assert (values >= 0).all(), name
        assert name == "dividends_per_stake" or (values <= 1 + 1e-9).all(), name
    known = ran.distance_to_consensus[~np.isnan(ran.distance_to_consensus)]  # not a number where there is nobody else
    assert ((known >= 0) & (known <= 2 + 1e-9)).all()


@drawn
@given(st.data())
def test_an_archive_cut_swollen_or_changed_is_refused_or_read(data) -> None:
    whole = bytearray(packed(data.draw(archives())))
    how = data.draw(st.sampled_from(["cut", "bytes", "twice", "inserted"]))
    place = data.draw(st.integers(0, len(whole) - 1))
    if how == "cut":
        whole = whole[:place]
    elif how == "twice":
        whole = bytearray(bytes(whole) * 2)
    elif how == "inserted":
        whole[place:place] = data.draw(st.binary(max_size=40))
    else:
        for _ in range(data.draw(st.integers(1, 4))):
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(whole))


@drawn
@given(st.sampled_from(REQUIRED), st.binary(max_size=200), st.sampled_from(["<f8", "O", "|O", "V8", "<U9999", "f8,O"]))
def test_a_member_that_is_no_array_or_claims_what_it_does_not_hold_is_refused(name, body, descr) -> None:
    claim = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': (3, {10**9})}}\n".encode()
    for data in (body, b"\x93NUMPY\x01\x00" + len(claim).to_bytes(2, "little") + claim + body):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{name}.npy", data)
        assert read(buffer.getvalue()) is None


@pytest.mark.parametrize("name", ["stake", "weights"])
def test_a_bomb_of_many_arrays_is_refused_before_it_is_unpacked(name) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(f"{name}.npy", "w") as member:
        member.write(b"\x93NUMPY\x01\x00\x46\x00{'descr': '|u1', 'fortran_order': False, 'shape': (400000000,), }  \n")
        for _ in range(400):
            member.write(bytes(10**6))
    assert len(buffer.getvalue()) < 10**6
    assert read(buffer.getvalue()) is None


def texts() -> st.SearchStrategy[str]:
    keys = st.sampled_from([*Scenario.keys(), "base", "name", "schema", "rules", "validators", "kappa", "x"])
    plain = st.one_of(st.sampled_from(ODD), st.sampled_from(WHOLE), st.booleans(), st.text(max_size=20))
    value = st.one_of(plain, st.lists(plain, max_size=3)).map(_toml)
    lines = st.lists(st.builds("{} = {}".format, keys, value), max_size=4)
    return st.builds(
        lambda found, tail: "\n".join(found) + tail, lines, st.sampled_from(["", "\n", "\n[", '\n"""', "\x00"])
    )


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else '"' + str(value).replace("\\", "").replace('"', "") + '"'


@drawn
@given(texts(), st.sampled_from(["a.toml", "a.json", "a"]))
def test_a_scenario_of_odd_lines_is_read_or_refused_in_one_line(text, name) -> None:
    try:
        found = scenario_from_text(text.encode("utf-8", "surrogatepass"), name)
    except BadInput as error:
        one_line(error)
        return
    assert scenario_from_text(text.encode(), name).digest == found.digest
    assert found.name.isprintable()
