"""A network bound to a runtime, seen as a backbone: bytes in, unit vectors out.

What a runtime is stands in the `*_runner.py` files; which one is taken, in `plan.py`. This file
checks shapes, halves a batch that does not fit, makes the rows unit vectors, and returns to float32
where a smaller number type does not agree with it.
"""

import logging
from collections.abc import Callable
from typing import Protocol

import numpy as np

from reid_assets.reid.backbones.dtype_agreement import LEAST, SAMPLE, compare
from reid_assets.reid.backbones.execution import NumberType
from reid_assets.reid.backbones.preprocessing import squash

_LOG = logging.getLogger(__name__)


class Runner(Protocol):
    """A network loaded into a runtime.

    Attributes:
        dim: length of one output row.
        facts: runtime, dtype and device, as they are told to a person.
    """

    dim: int
    facts: dict[str, object]

    def run(self, images: np.ndarray) -> np.ndarray:
        """uint8 BGR (N, H, W, 3), N >= 1 -> float32 (N, dim), rows of any length.

        Raises:
            MemoryError: the batch does not fit into the device's memory.
        """


class NetworkBackbone:
    """A `Backbone` over any runner; see `reid_assets.reid.backbones.backbone.Backbone`.

    The first batch is computed in float32 too (at most `agreement.SAMPLE` crops of it) where the
    network runs in another number type; facts tell the agreement, and below `agreement.LEAST` all
    vectors, those of the first batch included, come from float32.
    """

    def __init__(
        self,
        label: str,
        input_hw: tuple[int, int],
        make_runner: Callable[[NumberType], Runner],
        dtype: NumberType,
        warnings: tuple[str, ...] = (),
    ) -> None:
        self.label = label
        self.input_hw = input_hw
        self._runner = make_runner(dtype)
        self._exact: Callable[[NumberType], Runner] | None = None
        if self._runner.facts["dtype"] != "float32":
            self._exact = make_runner
        self._largest_batch: int | None = None
        self.dim = self._runner.dim
        self.facts: dict[str, object] = {**self._runner.facts, "agreement": None, "warnings": list(warnings)}

    def prepare(self, crop: np.ndarray) -> np.ndarray:
        """uint8 BGR (h, w, 3) -> uint8 BGR of `input_hw`, squashed."""
        return squash(crop, self.input_hw)

    def embed(self, images: np.ndarray) -> np.ndarray:
        """uint8 BGR (N, H, W, 3) -> float32 (N, dim), unit rows.

        Raises:
            ValueError: the images have another size or type than `prepare` gives.
            MemoryError: not even a single crop fits into the device's memory.
            FloatingPointError: float32 gives NaN or infinity.
        """
        check_images(images, self.input_hw)
        if len(images) == 0:
            return np.zeros((0, self.dim), dtype=np.float32)
        rows = self._run(images)
        if self._exact is not None and self._disagrees(images, rows):
            rows = self._run(images)
        return unit_rows(rows)

    def _disagrees(self, images: np.ndarray, rows: np.ndarray) -> bool:
        """Compare the first batch with float32; True where float32 has taken over."""
        assert self._exact is not None
        exact, self._exact = self._exact("float32"), None
        # Spread over the batch: its first crops may all be of one person.
        chosen = np.unique(np.linspace(0, len(images) - 1, SAMPLE).round().astype(int))
        reference = np.concatenate([exact.run(images[i : i + 1]) for i in chosen])
        with np.errstate(all="ignore"):
            agreement = compare(_scaled(rows[chosen]), unit_rows(reference))
        self.facts["agreement"] = agreement.told()
        if agreement.good:
            return False
        message = (
            f"{self.facts['dtype']} disagrees with float32 (cosine {agreement.cosine:.4f}, centred "
            f"{agreement.centred}; at least {LEAST} is wanted): float32 is used, which is slower"
        )
        _LOG.warning("backbone %s: %s", self.label, message)
        self._runner = exact
        self.facts |= exact.facts
        self.facts["warnings"] = [*_list(self.facts["warnings"]), message]
        return True

    def _run(self, images: np.ndarray) -> np.ndarray:
        rows = []
        start = 0
        while start < len(images):
            batch = images[start : start + (self._largest_batch or len(images))]
            try:
                rows.append(self._runner.run(batch))
            except MemoryError:
                if len(batch) == 1:
                    raise
                self._largest_batch = self.facts["largest_batch"] = (len(batch) + 1) // 2
                _LOG.warning("backbone: %d crops do not fit; %d at a time", len(batch), self._largest_batch)
                continue
            start += len(batch)
        return rows[0] if len(rows) == 1 else np.concatenate(rows)


def check_images(images: np.ndarray, input_hw: tuple[int, int]) -> None:
    """Raise ValueError unless the images are uint8 (N, H, W, 3) of the backbone's size."""
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != (*input_hw, 3):
        wanted = f"uint8 (N, {input_hw[0]}, {input_hw[1]}, 3)"
        raise ValueError(
            f"images must be {wanted}, as prepare() gives them, not {images.dtype} {images.shape}"
        )


def unit_rows(rows: np.ndarray) -> np.ndarray:
    """float (N, D) -> float32 (N, D), each row of length 1; a row of zeros stays one.

    Raises:
        FloatingPointError: a row holds NaN or infinity; such a vector would poison every comparison.
    """
    if not np.isfinite(rows).all():
        raise FloatingPointError("the network gave NaN or infinity. Check its weights and its input scaling.")
    return _scaled(rows)


def _scaled(rows: np.ndarray) -> np.ndarray:
    rows = np.asarray(rows, dtype=np.float32)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-12))


def _list(value: object) -> list[str]:
    return list(value) if isinstance(value, list) else []
