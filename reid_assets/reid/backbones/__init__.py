"""Appearance networks and the runtimes they run on.

OpenVINO reports its use to its maker through a package of its own as soon as it is imported, and takes a
stub where that cannot be imported. Nothing that this product does is reported to anybody, so it must not be.
"""

import sys

sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
