"""Makes `import torchvision` work with a CPU build of torch.

PyPI's torchvision is built for CUDA; with a CPU build of torch its compiled extension does not load, and
the import fails on two operators that are never called here. Declaring their schemas is enough, and is
done only if the extension did not load.
"""

import functools

_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_libraries: list[object] = []


@functools.cache
def make_torchvision_importable() -> None:
    """Declare `torchvision::nms` and `torchvision::qnms` if torchvision's own extension does not load.

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
        # Garbage collection of the library would remove its operators.
        _libraries.append(library)
        _import_again()


def _import_again() -> None:
    import sys

    for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[name]
    import torchvision  # noqa: F401
