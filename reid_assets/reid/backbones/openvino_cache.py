"""Disk cache of networks converted to OpenVINO, so that a second run neither converts nor imports torch.

Three files per backbone and OpenVINO version, in the user's cache (`user_cache.py`). The float32 network is
stored; OpenVINO applies a smaller number type when it loads the network.
"""

import contextlib
import hashlib
import logging
import os
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from reid_assets.reid.backbones.execution import openvino_version
from reid_assets.reid.backbones.user_cache import keep_within

if TYPE_CHECKING:
    import openvino

_LOG = logging.getLogger(__name__)


def network_file(folder: Path, label: str) -> Path:
    """Path of the converted network of a backbone, whether or not it exists.

    Args:
        folder: of the cache.
        label: of the backbone.
    """
    name = hashlib.sha256(f"{label}|{openvino_version()}".encode()).hexdigest()[:20]
    return folder / f"network-{name}.xml"


def read_network(file: Path) -> "openvino.Model | None":
    """The cached network; None if there is none, or it is not what was written."""
    import openvino

    weights, noted = file.with_suffix(".bin"), file.with_suffix(".crc")
    try:
        if noted.read_text(encoding="ascii") != _checksum(file, weights):
            _LOG.warning("%s: damaged; it is made again", file)
            return None
        model = openvino.Core().read_model(file)
    except FileNotFoundError:
        return None
    except (RuntimeError, OSError, UnicodeDecodeError) as error:
        _LOG.warning("%s: cannot be read (%s); it is made again", file, str(error).strip().splitlines()[-1])
        return None
    for path in (file, weights, noted):
        with contextlib.suppress(OSError):
            os.utime(path)  # used last
    return model


def write_network(model: "openvino.Model", file: Path) -> None:
    """Store a network; its checksum comes last, without which `read_network` takes nothing.

    Where the folder cannot be written to, the network is converted again by the next run.
    """
    import openvino

    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".network-") as folder:
            made = Path(folder) / file.name
            openvino.save_model(model, made, compress_to_fp16=False)
            checksum = made.with_suffix(".crc")
            checksum.write_text(_checksum(made, made.with_suffix(".bin")), encoding="ascii")
            file.with_suffix(".crc").unlink(missing_ok=True)
            for suffix in (".bin", ".xml", ".crc"):
                made.with_suffix(suffix).replace(file.with_suffix(suffix))
        keep_within(file.parent)
    except (OSError, RuntimeError) as error:
        _LOG.warning("%s: the converted network cannot be kept (%s)", file.parent, error)


def _checksum(*paths: Path) -> str:
    """CRC-32 of files: against damage, not against attacks."""
    found = 0
    for path in paths:
        with path.open("rb") as stream:
            while block := stream.read(1 << 22):
                found = zlib.crc32(block, found)
    return f"{found:08x}"
