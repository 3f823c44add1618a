"""State dicts from local files, read without running any code that the file holds.

A `.pth` is a pickle, and a pickle may run code when it is opened. torch's own unpickler is used, which knows
tensors and numbers only.
"""

import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.outside_files import file_problem

if TYPE_CHECKING:
    import torch

_SAVE = "Save it with torch.save(model.state_dict(), file)."
_PREFIXES = ("module.", "model.", "encoder.")


def read_state_dict(file: Path) -> dict[str, "torch.Tensor"]:
    """The tensors of a `.pt`, `.pth` or `.safetensors` file by name, wrappers' prefixes removed.

    A training checkpoint that holds them under `state_dict` serves as well.

    Raises:
        BackboneError: the file is no state dict, or holds more than tensors, numbers and text.
    """
    if problem := file_problem(file):
        raise BackboneError(f"{file}: not a readable state dict ({problem}). {_SAVE}")
    try:
        content = _read(file)
    except pickle.UnpicklingError as error:
        raise BackboneError(
            f"{file}: not a readable state dict (it holds more than tensors and numbers; opening that may "
            f"run code). {_SAVE}"
        ) from error
    except Exception as error:
        # torch reads bytes of any kind as if they were its own, and stumbles in many ways.
        raise BackboneError(f"{file}: not a readable state dict ({first_line(error)}). {_SAVE}") from error
    state = content.get("state_dict", content) if isinstance(content, dict) else content
    if not isinstance(state, dict):
        raise BackboneError(f"{file}: contains a {type(state).__name__}, not a state dict. {_SAVE}")
    return {_without_prefix(str(key)): value for key, value in state.items() if hasattr(value, "shape")}


def first_line(error: BaseException) -> str:
    """The first line of an error's message, or its type where it has none."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _read(file: Path) -> Any:  # noqa: ANN401
    if file.suffix == ".safetensors":
        from safetensors.torch import load_file

        return load_file(file)
    import torch

    scalar: Any = getattr(np, "_core").multiarray.scalar  # noqa: B009
    numbers: list[Any] = [scalar, (scalar, "numpy.core.multiarray.scalar"), np.dtype]
    numbers += [type(np.dtype(kind)) for kind in ("float32", "float64", "int32", "int64")]
    with torch.serialization.safe_globals(numbers):
        try:
            return torch.load(file, map_location="cpu", weights_only=True)
        except UnicodeDecodeError:  # written by Python 2, as some of the older ReID checkpoints are
            return torch.load(file, map_location="cpu", weights_only=True, encoding="latin1")


def _without_prefix(key: str) -> str:
    for prefix in _PREFIXES:
        key = key.removeprefix(prefix)
    return key
