"""Converted networks on disk, so that a second run neither converts nor imports torch.

One pair of files a backbone and OpenVINO version; whole or not at all. The folder may be deleted at
any time. What is stored is the float32 network: number types are OpenVINO's to choose at load time.
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
    """Where the converted network of a backbone lies, or would lie."""
    name = hashlib.sha256(f"{label}|{openvino_version()}".encode()).hexdigest()[:20]
    return folder / f"network-{name}.xml"


def read_network(file: Path) -> "openvino.Model | None":
    """The stored network; None where there is none, or none that can be read."""
    import openvino

    if not file.is_file() or not file.with_suffix(".bin").is_file():
        return None
    try:
        return openvino.Core().read_model(file)
    except RuntimeError as error:
        _LOG.warning("%s: cannot be read (%s); it is made again", file, str(error).strip().splitlines()[-1])
        return None


def write_network(model: "openvino.Model", file: Path) -> None:
    """Store a network; the `.xml`, which makes it count, comes last."""
    import openvino

    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".network-") as folder:
        made = Path(folder) / file.name
        openvino.save_model(model, made, compress_to_fp16=False)
        made.with_suffix(".bin").replace(file.with_suffix(".bin"))
        made.replace(file)
