"""Archives that are broken, hostile or lying: one line each, and never unbounded memory."""

import io
import os
import pickle
import struct
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest

from experiments.errors import BadInput
from experiments.files import npz
from experiments.files.npz import read_npz, shown, write_npz


def npy(array):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array), allow_pickle=True)
    return buffer.getvalue()


def npy_header(descr, shape, fortran=False):
    text = repr({"descr": descr, "fortran_order": fortran, "shape": shape}) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def archive(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as file:
        for name, data in members:
            file.writestr(name, data)
    return path


def lying_archive(path, data, *, declared=None, crc=None, method=8, packed=None, flags=0, local=None):
    """One member `a.npy`, every claim of the directory chosen by hand."""
    name = b"a.npy"
    if packed is None:
        packer = zlib.compressobj(wbits=-15)
        packed = packer.compress(data) + packer.flush() if method == 8 else data
    declared = len(data) if declared is None else declared
    crc = zlib.crc32(data) if crc is None else crc
    head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, flags, method, 0, 33, crc, len(packed), declared, 5, 0)
    body = (local if local is not None else head) + name + packed
    entry = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, flags, method, 0, 33, crc, len(packed), declared, 5, 0, 0, 0, 0, 0, 0
    )
    directory = entry + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), len(body), 0)
    path.write_bytes(body + directory + end)
    return path


def refused(path, *words):
    with pytest.raises(BadInput) as caught:
        read_npz(path, ["a"])
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(shown(path))
    for word in words:
        assert word in message, message
    return message


@pytest.fixture
def good(tmp_path):
    return lying_archive(tmp_path / "good.npz", npy(np.arange(6.0).reshape(2, 3)))


def test_reads_what_numpy_writes(tmp_path):
    arrays = {
        "a": np.arange(6.0).reshape(2, 3),
        "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
        "big_endian": np.arange(3, dtype=">u2"),
        "text": np.array(["x", "yz"]),
        "big_endian_text": np.array(["x", "yz"]).astype(">U2"),
        "flag": np.array([True, False]),
        "scalar": np.array(15),
        "nothing": np.zeros((0, 3)),
        "large": np.arange(50_000, dtype=np.float32),
    }
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "x.npz", **arrays)
        read = read_npz(tmp_path / "x.npz", [*arrays, "absent"])
        assert list(read) == list(arrays)
        for name, array in arrays.items():
            np.testing.assert_array_equal(read[name], array)
            assert read[name].dtype == array.dtype.newbyteorder("=")
            assert not read[name].flags.writeable


def test_hand_made_archive_is_read_when_it_tells_the_truth(good):
    assert read_npz(good, ["a"])["a"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_other_arrays_are_not_read(tmp_path):
    path = archive(tmp_path / "x.npz", [("a.npy", npy([1.0])), ("b.npy", b"rubbish"), ("notes.txt", b"hello")])
    assert list(read_npz(path, ["a"])) == ["a"]


def test_missing_file(tmp_path):
    refused(tmp_path / "none.npz", "does not exist", "yuma example")


def test_folder(tmp_path):
    refused(tmp_path, "is a folder")


def test_a_name_with_control_characters_stays_on_one_line(tmp_path):
    refused(tmp_path / "a\nb\x1b[2J.npz", "a\\nb\\x1b[2J.npz")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "a device or a pipe")


def test_unreadable_file(good, monkeypatch):
    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", denied)
    refused(good, "may not be read", "permissions")


def test_empty_file(tmp_path):
    (tmp_path / "x").write_bytes(b"")
    refused(tmp_path / "x", "is empty", "0 bytes")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pickle.dumps({"a": 1}), "is a pickle"),
        (npy([1.0]), "a single .npy array"),
        (b"hello, world, this is text", "is not a .npz archive"),
        (b"PK", "is truncated"),
        (b"PK\x03\x04" + b"\0" * 100, "is truncated"),
    ],
)
def test_not_an_archive(tmp_path, content, words):
    (tmp_path / "x").write_bytes(content)
    refused(tmp_path / "x", words)


def test_truncated_anywhere(good):
    whole = good.read_bytes()
    for length in range(len(whole)):
        good.write_bytes(whole[:length])
        refused(good)


def test_any_byte_changed_is_read_or_refused_in_one_line(good):
    whole, messages = good.read_bytes(), set()
    for place in range(len(whole)):
        for flip in (0x01, 0x80, 0xFF):
            changed = bytearray(whole)
            changed[place] ^= flip
            good.write_bytes(changed)
            try:
                assert set(read_npz(good, ["a"])) <= {"a"}
            except BadInput as error:
                messages.add(str(error))

    assert messages
    assert not any("\n" in message for message in messages)


def test_file_over_the_limit(good):
    os.truncate(good, npz.MAX_BYTES + 1)  # sparse
    refused(good, str(npz.MAX_BYTES + 1), str(npz.MAX_BYTES))


def test_pickle_inside(tmp_path):
    np.savez(tmp_path / "x.npz", a=np.array([{"run": "me"}], dtype=object))
    refused(tmp_path / "x.npz", "array a", "dtype object", "a pickle inside")


@pytest.mark.parametrize(
    "array", [np.zeros(2, dtype=[("x", "f8")]), np.zeros(2, "V3"), np.zeros(2, complex), np.zeros(2, "M8[s]")]
)
def test_other_types(tmp_path, array):
    np.savez(tmp_path / "x.npz", a=array)
    refused(tmp_path / "x.npz", "array a has dtype", "save numbers or text")


@pytest.mark.parametrize("claimed", [0, 10, 200, 2**31])
def test_archive_lies_about_the_size(tmp_path, claimed):
    path = lying_archive(tmp_path / "x", npy(np.zeros(4)), declared=claimed)
    refused(path, "160 bytes by its own header", f"{claimed} by the archive's")


def test_stream_shorter_than_header_and_archive_agree_on(tmp_path):
    path = lying_archive(tmp_path / "x", npy(np.zeros(4000))[:-8], declared=32128)
    refused(path, "ends after 32120 of 32128 bytes")


@pytest.mark.parametrize("count", [4, 4000])
@pytest.mark.parametrize("method", [0, 8])
def test_stream_longer_than_header_and_archive_agree_on(tmp_path, count, method):
    data = npy(np.zeros(count))
    path = lying_archive(tmp_path / "x", data + b"more", declared=len(data), method=method)
    refused(path, f"goes on after the {len(data)} bytes")


def test_bomb_is_not_unpacked(tmp_path):
    data = npy(np.zeros(4))
    path = lying_archive(tmp_path / "x", data + bytes(40_000_000), declared=len(data))
    tracemalloc.start()
    refused(path, "goes on after")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize(
    ("descr", "shape"),
    [
        ("<f8", (10**6, 10**6)),
        ("<f8", (npz.MAX_BYTES // 8 + 1,)),
        ("<f8", (0, 10**30)),
        ("<f8", (-1, 4)),
        ("<U100000", (10**6,)),
        ("|b1", (1,) * 40),
    ],
)
def test_shapes_beyond_the_limit(tmp_path, descr, shape):
    data = npy_header(descr, shape)
    refused(lying_archive(tmp_path / "x", data), "array a has shape", str(npz.MAX_BYTES), "export a smaller array")


def test_limit_holds_for_all_arrays_together(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "x.npz", a=np.zeros(100), b=np.zeros(100))
    monkeypatch.setattr(npz, "MAX_BYTES", 2400)
    assert len(read_npz(tmp_path / "x.npz", ["a"])) == 1
    monkeypatch.setattr(npz, "MAX_BYTES", 1599)
    with pytest.raises(BadInput, match=r"array b has shape .* 799 of 1599 are left"):
        read_npz(tmp_path / "x.npz", ["a", "b"])


def test_text_of_no_length(tmp_path):
    refused(lying_archive(tmp_path / "x", npy_header("<U0", (10**7,))), "has dtype <U0")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04N.",
        b"\x93NUMPY\x01\x00\xff\xff{",
        b"\x93NUMPY\x03\x00\x01\x00\x00\x00{",
        b"\x93NUMPY\x01\x00\x02\x00((",
        b"\x93NUMPY\x01\x00\xff\x0f" + b"(" * 4095,
        npy_header("nonsense", (1,)),
        npy_header("<f8", "x"),
        npy_header("<f8", (1,)).replace(b"False", b"'\\d' "),
    ],
)
def test_not_an_array(tmp_path, data):
    refused(lying_archive(tmp_path / "x", data), "array a is no .npy array")


def test_damaged_stream(tmp_path):
    data = npy(np.zeros(4))
    refused(lying_archive(tmp_path / "x", data, packed=b"\xff" * 50), "is damaged")
    refused(lying_archive(tmp_path / "x", data, crc=1), "checksum")


def test_encrypted_or_unknown_compression(tmp_path):
    refused(lying_archive(tmp_path / "x", npy([1.0]), flags=1), "is encrypted")
    path = archive(tmp_path / "y", [("a.npy", npy([1.0]))], zipfile.ZIP_LZMA)
    refused(path, "compression method 14")


def test_member_not_where_the_directory_says(tmp_path):
    refused(lying_archive(tmp_path / "x", npy([1.0]), local=b"PK\x03\x05" + bytes(26)), "is not at byte 0")


def test_too_many_members(tmp_path):
    path = archive(tmp_path / "x", [(f"{k}.npy", b"") for k in range(npz.MAX_MEMBERS + 1)])
    refused(path, f"lists {npz.MAX_MEMBERS + 1} members", f"at most {npz.MAX_MEMBERS}")


def test_directory_that_hides_its_count(tmp_path):
    path = archive(tmp_path / "x", [(f"{k}.npy", b"") for k in range(npz.MAX_MEMBERS + 1)])
    whole = bytearray(path.read_bytes())
    whole[-14:-10] = struct.pack("<HH", 1, 1)
    path.write_bytes(whole)
    refused(path, f"has {npz.MAX_MEMBERS + 1} members")


def test_large_directory(tmp_path):
    path = archive(tmp_path / "x", [("n" * 60_000 + str(k), b"") for k in range(2)])
    refused(path, "directory of", "65536")


def test_zip64_directory(tmp_path):
    path = archive(tmp_path / "x", [("a.npy", npy([1.0]))])
    whole = path.read_bytes()
    path.write_bytes(whole[:-22] + b"PK\x06\x07" + bytes(16) + whole[-22:])
    refused(path, "zip64")


def test_duplicate_members(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = archive(tmp_path / "x", [("a.npy", npy([1.0])), ("a.npy", npy([2.0]))])
    refused(path, "two members called 'a.npy'")


def test_write_and_read_again(tmp_path):
    path = tmp_path / "x.npz"
    write_npz(path, {"a": np.arange(3)})
    first = path.read_bytes()
    with pytest.raises(BadInput, match=r"exists and is kept.*--force"):
        write_npz(path, {"a": np.zeros(1)})
    assert path.read_bytes() == first
    write_npz(path, {"a": np.arange(3)}, force=True)
    assert path.read_bytes() == first
    assert os.listdir(tmp_path) == ["x.npz"]


def test_write_into_no_folder(tmp_path):
    with pytest.raises(BadInput, match=r"cannot be written: .*; name a file in a folder that exists"):
        write_npz(tmp_path / "none" / "x.npz", {"a": np.zeros(1)})
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="cannot be written"):
        write_npz(tmp_path / "file" / "x.npz", {"a": np.zeros(1)})


def test_write_over_a_folder(tmp_path):
    with pytest.raises(BadInput, match="is a folder or a device"):
        write_npz(tmp_path, {"a": np.zeros(1)}, force=True)


def test_write_without_permission(tmp_path, monkeypatch):
    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", denied)
    with pytest.raises(BadInput, match="cannot be written: Permission denied"):
        write_npz(tmp_path / "x.npz", {"a": np.zeros(1)})


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(BadInput, match="No space left"):
        write_npz(tmp_path / "x.npz", {"a": np.zeros(1)})
    assert os.listdir(tmp_path) == []


def test_objects_are_not_written(tmp_path):
    with pytest.raises(BadInput, match="array a has dtype object"):
        write_npz(tmp_path / "x.npz", {"a": np.array([None])})
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "safe"),
    [("plain", "plain"), ("\x1b[31m\t\r", "\\x1b[31m\\t\\r"), ("\u202egnp", "\\u202egnp"), ("\ud800", "\\ud800")],
)
def test_shown(text, safe):
    assert shown(text) == safe
    assert len(shown(text * 1000, 20)) == 20
