"""A network bound to a runtime, seen as a backbone: bytes in, unit vectors out.

What a runtime is stands in the `*_runner.py` files; which one is taken, in `plan.py`. This file
knows neither: it checks shapes, halves a batch that does not fit and makes the rows unit vectors.
"""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from reid_assets.reid.backbones.squash import PixelScale, squash


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


@dataclass(frozen=True)
class InputSpec:
    """What a network wants to see: height and width in pixels, and how bytes are scaled."""

    hw: tuple[int, int]
    scale: PixelScale


@dataclass
class NetworkBackbone:
    """A `Backbone` over any runner; see `reid_assets.reid.backbone.Backbone`."""

    label: str
    input_hw: tuple[int, int]
    runner: Runner
    facts: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dim = self.runner.dim
        self.facts = {**self.runner.facts, **self.facts}

    def prepare(self, crop: np.ndarray) -> np.ndarray:
        """uint8 BGR (h, w, 3) -> uint8 BGR of `input_hw`, squashed."""
        return squash(crop, self.input_hw)

    def embed(self, images: np.ndarray) -> np.ndarray:
        """uint8 BGR (N, H, W, 3) -> float32 (N, dim), unit rows.

        Raises:
            ValueError: the images have another size or type than `prepare` gives.
            MemoryError: not even a single crop fits into the device's memory.
        """
        check_images(images, self.input_hw)
        if len(images) == 0:
            return np.zeros((0, self.dim), dtype=np.float32)
        return unit_rows(self._run(images))

    def _run(self, images: np.ndarray) -> np.ndarray:
        limit = int(str(self.facts.get("largest_batch", len(images))))
        rows = []
        start = 0
        while start < len(images):
            batch = images[start : start + limit]
            try:
                rows.append(self.runner.run(batch))
            except MemoryError:
                if len(batch) == 1:
                    raise
                limit = self.facts["largest_batch"] = (len(batch) + 1) // 2
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
    rows = np.asarray(rows, dtype=np.float32)
    if not np.isfinite(rows).all():
        raise FloatingPointError("the network gave NaN or infinity; run it with backbone.dtype: float32")
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(norms, np.float32(1e-12))
