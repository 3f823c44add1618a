"""Nobody is told what runs here."""

import os
import subprocess
import sys
from pathlib import Path

_CODE = """
from reid_assets.reid.backbones import openvino_network
import numpy as np, openvino, sys
from openvino import opset8 as ops
x = ops.parameter([1, 3], np.float32)
openvino.compile_model(openvino.Model([ops.relu(x)], [x]), "CPU")
from openvino.tools.ovc.telemetry_utils import init_ovc_telemetry
init_ovc_telemetry().send_event("x", "y", "z")
print(sys.modules["openvino_telemetry"], init_ovc_telemetry().__class__.__module__)
"""


def test_openvino_reports_nothing_and_leaves_no_id_in_the_home_folder(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "CI"} | {"HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", _CODE], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["None", "openvino.tools.ovc.telemetry_stub"]
    assert not list(tmp_path.rglob("openvino_ga_cid"))
