"""An npz is read only as far as it is what it says; whatever else it is, is one sentence."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from reid_assets.storage.array_files import read_arrays


@pytest.fixture
def at(tmp_path: Path) -> Path:
    path = tmp_path / "x.npz"
    np.savez_compressed(path, emb=np.random.default_rng(0).random((50, 20)), backbone=np.array("b"))
    return path


def _spoil(path: Path, change) -> None:  # type: ignore[no-untyped-def]
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(content)


def _encrypt(content: bytearray) -> None:
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + flag] |= 1
            place = content.find(mark, place + 4)


def _scramble(content: bytearray) -> None:
    content[300:500] = bytes(byte ^ 0x5A for byte in content[300:500])


def test_arrays_are_read_by_name(at: Path) -> None:
    assert set(read_arrays(at)) == {"emb", "backbone"}
    assert {name: str(value) for name, value in read_arrays(at, ["backbone", "no"]).items()} == {
        "backbone": "b"
    }


@pytest.mark.parametrize(
    "change", [_encrypt, _scramble, bytearray.clear, lambda c: c.__delitem__(slice(100, None))]
)
def test_damaged_bytes_are_a_value_error(at: Path, change) -> None:  # type: ignore[no-untyped-def]
    _spoil(at, change)
    with pytest.raises(ValueError, match=r"."):
        read_arrays(at)


def test_a_header_that_claims_four_terabytes_is_not_believed(at: Path) -> None:
    header = io.BytesIO()
    claim = {"descr": "<f4", "fortran_order": False, "shape": (10**9, 1000)}
    np.lib.format.write_array_header_1_0(header, claim)
    with zipfile.ZipFile(at, "w") as parts:
        parts.writestr("emb.npy", header.getvalue() + b"\0" * 100)
    with pytest.raises(ValueError, match="claims 4000000000000 bytes"):
        read_arrays(at)


def test_zeros_that_grow_without_end_are_not_unpacked(at: Path) -> None:
    with zipfile.ZipFile(at, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("emb.npy", b"\0" * (64 << 20))
    with pytest.raises(ValueError, match="claims 67108864 bytes"):
        read_arrays(at)


def test_nothing_is_unpickled(at: Path) -> None:
    np.savez(at, emb=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="objects"):
        read_arrays(at)


def test_a_file_that_is_not_there_or_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_arrays(tmp_path / "no.npz")
    with pytest.raises(ValueError, match="a folder"):
        read_arrays(tmp_path)
