"""Disk cache of networks converted to OpenVINO, so that a second run neither converts nor imports torch.

One pair of files per backbone and OpenVINO version, written atomically. The folder may be deleted at any
time. The float32 network is stored; OpenVINO applies a smaller number type when it loads the network.
"""

import hashlib
import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from reid_assets.reid.backbones.execution import openvino_version

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
    """The cached network; None if there is none or it cannot be read."""
    import openvino

    if not file.is_file() or not file.with_suffix(".bin").is_file():
        return None
    try:
        return openvino.Core().read_model(file)
    except RuntimeError as error:
        _LOG.warning("%s: cannot be read (%s); it is rebuilt", file, str(error).strip().splitlines()[-1])
        return None


def write_network(model: "openvino.Model", file: Path) -> None:
    """Store a network; the `.xml` comes last, since `read_network` needs both files."""
    import openvino

    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".network-") as folder:
        temporary = Path(folder) / file.name
        openvino.save_model(model, temporary, compress_to_fp16=False)
        temporary.with_suffix(".bin").replace(file.with_suffix(".bin"))
        temporary.replace(file)
