"""torchvision can be imported beside whatever torch is installed."""

import subprocess
import sys


def test_a_resnet_can_be_built_in_a_fresh_process() -> None:
    code = (
        "from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable as make\n"
        "make(); make()\n"
        "from torchvision.models import resnet18\n"
        "assert resnet18(weights=None).fc.out_features == 1000"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
