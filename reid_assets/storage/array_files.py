"""Arrays in npz files, whoever made them: nothing is unpickled, and no claim of a header is believed.

What the arrays of an embeddings pair mean is `embeddings_pair.py`.
"""

import errno
import os
import struct
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.lib import format as npy

from reid_assets.reid.core.outside_files import MAX_ARRAYS, MEGABYTE, file_problem

# Vectors hardly shrink: what claims to grow more than this when unpacked is no file of vectors.
_MOST_GROWTH = 100
# Of the header before each part of a zip: its length, and where the lengths of what follows it are.
_LOCAL_HEADER, _NAME_LENGTH_AT = 30, 26


def read_arrays(path: Path, names: Collection[str] | None = None) -> dict[str, np.ndarray]:
    """The arrays of a file by name: all, or those of some names that it has.

    Raises:
        ValueError: it is no npz, or an array cannot be read; the message does not name the file.
        OSError: it is not there, or may not be read.
    """
    if problem := file_problem(path, MAX_ARRAYS):
        if not os.path.lexists(path):
            raise FileNotFoundError(errno.ENOENT, problem, str(path))
        raise ValueError(problem)
    try:
        _check_claims(path)
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files if names is None or name in names}
    except (OSError, MemoryError):
        raise
    except Exception as error:
        # Of its parts zip, zlib and NumPy each have errors of their own.
        raise ValueError(" ".join(str(error).split()) or type(error).__name__) from error


def map_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an uncompressed file of ours by name, mapped: what is not looked at is not read.

    What is written to them stays in memory. Only the headers are checked, not the content.

    Raises:
        ValueError: it is no npz, or compressed, or shorter than it says.
        OSError: it is not there, or may not be read.
    """
    _check_claims(path)
    arrays = {}
    with zipfile.ZipFile(path) as parts, path.open("rb") as stream:
        for part in parts.infolist():
            if part.compress_type != zipfile.ZIP_STORED:
                raise ValueError(f"{part.filename} is compressed")
            stream.seek(part.header_offset + _NAME_LENGTH_AT)
            name, extra = struct.unpack("<HH", stream.read(4))
            stream.seek(part.header_offset + _LOCAL_HEADER + name + extra)
            version = npy.read_magic(stream)
            read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, fortran, dtype = read(stream)
            order: Literal["F", "C"] = "F" if fortran else "C"
            empty = 0 in shape or not shape
            arrays[part.filename.removesuffix(".npy")] = (
                np.fromfile(stream, dtype, 1 if not shape else 0).reshape(shape)
                if empty
                else np.memmap(path, dtype, "c", stream.tell(), shape, order)
            )
    return arrays


def _check_claims(path: Path) -> None:
    """Refuse a file whose parts say that they hold more than they can."""
    room = _MOST_GROWTH * path.stat().st_size + MEGABYTE
    with zipfile.ZipFile(path) as parts:
        for part in parts.infolist():
            if part.file_size > room:
                raise ValueError(f"{part.filename} claims {part.file_size} bytes")
            with parts.open(part) as stream:
                version = npy.read_magic(stream)
                read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
                shape, _, dtype = read(stream)
            if dtype.hasobject:
                raise ValueError(f"{part.filename} holds objects")
            claimed = dtype.itemsize
            for side in shape:
                claimed *= side
            if claimed > part.file_size:
                raise ValueError(f"{part.filename} claims {claimed} bytes and holds {part.file_size}")
