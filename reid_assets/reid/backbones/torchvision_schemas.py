"""Makes `import torchvision` possible beside a CPU build of torch.

From PyPI, torchvision is built for CUDA; beside a CPU build of torch its compiled part does not
load, and the import fails on two operators that nothing here ever calls. Declaring their schemas
is enough, and is done only where the compiled part did not load.
"""

import functools

_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_libraries: list[object] = []


@functools.cache
def make_torchvision_importable() -> None:
    """Declare `torchvision::nms` and `torchvision::qnms` where torchvision's own library does not load.

    Raises:
        ImportError: torchvision is not installed, or fails for another reason.
    """
    import torch

    try:
        import torchvision  # noqa: F401
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        library = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            library.define(f"{name}{_SCHEMA}")
        # A library that is collected takes its operators with it.
        _libraries.append(library)
        _import_again()


def _import_again() -> None:
    import sys

    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    import torchvision  # noqa: F401
