"""`NetworkBackbone`: a network in any runtime as a backbone, from uint8 crops to unit vectors.

It checks shapes, halves batches that exceed the device's memory, normalises the vectors, and returns to
float32 if a smaller number type does not agree with it. The runtimes are in the `*_runner.py` files, the
choice of a runtime in `execution.py`.
"""

import logging
from collections.abc import Callable
from typing import Protocol

import numpy as np

from reid_assets.reid.backbones.dtype_agreement import COMPARED_CROPS, MIN_AGREEMENT, measure_agreement
from reid_assets.reid.backbones.execution import NumberType
from reid_assets.reid.backbones.preprocessing import resize_to_input
from reid_assets.reid.core.embeddings import normalize_rows

_LOG = logging.getLogger(__name__)


class InferenceRunner(Protocol):
    """A network loaded into a runtime.

    Attributes:
        dim: length of an output row.
        facts: metadata: runtime, dtype and device.
    """

    dim: int
    facts: dict[str, object]

    def run(self, images: np.ndarray) -> np.ndarray:
        """uint8 BGR (N, H, W, 3), N >= 1 -> float32 (N, dim), not normalised.

        Raises:
            MemoryError: the batch does not fit into the device's memory.
        """


class NetworkBackbone:
    """A `Backbone` over any runner; see `backbone.Backbone`.

    In a number type other than float32, up to `dtype_agreement.COMPARED_CROPS` crops of the first batch
    are computed in float32 too. `facts` states the agreement; below `dtype_agreement.MIN_AGREEMENT` all
    vectors, including those of the first batch, come from float32.
    """

    def __init__(
        self,
        label: str,
        input_hw: tuple[int, int],
        make_runner: Callable[[NumberType], InferenceRunner],
        dtype: NumberType,
        warnings: tuple[str, ...] = (),
    ) -> None:
        """Create the backbone and its runner.

        Args:
            label: see `Backbone.label`.
            input_hw: height and width of the input, pixels.
            make_runner: creates a runner that computes in the given number type.
            dtype: number type to use.
            warnings: messages for `facts`.
        """
        self.label = label
        self.input_hw = input_hw
        self._runner = make_runner(dtype)
        # Only until the first batch has been compared.
        self._make_exact: Callable[[NumberType], InferenceRunner] | None = None
        if self._runner.facts["dtype"] != "float32":
            self._make_exact = make_runner
        self._largest_batch: int | None = None
        self.dim = self._runner.dim
        self.facts: dict[str, object] = {**self._runner.facts, "agreement": None, "warnings": list(warnings)}

    def prepare(self, crop: np.ndarray) -> np.ndarray:
        """uint8 BGR (h, w, 3) -> uint8 BGR of `input_hw`, aspect ratio not kept."""
        return resize_to_input(crop, self.input_hw)

    def embed(self, images: np.ndarray) -> np.ndarray:
        """uint8 BGR (N, H, W, 3) -> float32 (N, dim), unit rows.

        Raises:
            ValueError: the images have another size or type than `prepare` returns.
            MemoryError: not even a single crop fits into the device's memory.
            FloatingPointError: the network returns NaN or infinity in float32.
        """
        check_images(images, self.input_hw)
        if len(images) == 0:
            return np.zeros((0, self.dim), dtype=np.float32)
        rows = self._run(images)
        if self._make_exact is not None and self._disagrees(images, rows):
            rows = self._run(images)
        return unit_rows(rows)

    def _disagrees(self, images: np.ndarray, rows: np.ndarray) -> bool:
        """Compare the first batch with float32; True if the runner was replaced by the float32 one."""
        assert self._make_exact is not None
        exact, self._make_exact = self._make_exact("float32"), None
        # Spread over the batch, since its first crops may all show one person.
        chosen = np.unique(np.linspace(0, len(images) - 1, COMPARED_CROPS).round().astype(int))
        reference = np.concatenate([exact.run(images[i : i + 1]) for i in chosen])
        with np.errstate(all="ignore"):
            agreement = measure_agreement(normalize_rows(rows[chosen]), unit_rows(reference))
        self.facts["agreement"] = agreement.as_facts()
        if agreement.good:
            return False
        message = (
            f"{self.facts['dtype']} disagrees with float32 (cosine {agreement.cosine:.4f}, centred "
            f"{agreement.centred}; at least {MIN_AGREEMENT} is required): float32 is used, which is slower"
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
                _LOG.warning(
                    "backbone: a batch of %d exceeds the memory; using %d", len(batch), self._largest_batch
                )
                continue
            start += len(batch)
        return rows[0] if len(rows) == 1 else np.concatenate(rows)


def check_images(images: np.ndarray, input_hw: tuple[int, int]) -> None:
    """Raise ValueError unless the images are uint8 (N, H, W, 3) of the backbone's size."""
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1:] != (*input_hw, 3):
        expected = f"uint8 (N, {input_hw[0]}, {input_hw[1]}, 3)"
        raise ValueError(
            f"images must be {expected}, as prepare() returns them, not {images.dtype} {images.shape}"
        )


def unit_rows(rows: np.ndarray) -> np.ndarray:
    """Normalise rows to unit length: float (N, D) -> float32 (N, D); a row of zeros stays zero.

    Raises:
        FloatingPointError: a row contains NaN or infinity, which would corrupt every comparison.
    """
    if not np.isfinite(rows).all():
        raise FloatingPointError(
            "the network returned NaN or infinity. Check its weights and its input normalization."
        )
    return normalize_rows(rows)


def infer_in_batches(
    infer: Callable[[np.ndarray], np.ndarray], inputs: np.ndarray, batch: int | None
) -> np.ndarray:
    """Run a network that accepts only one batch size, padding the last batch.

    Args:
        infer: (batch, ...) -> (batch, dim).
        inputs: (N, ...), N >= 1.
        batch: the batch size; None: any, so that all inputs are run at once.

    Returns:
        (N, dim).
    """
    if batch is None:
        return infer(inputs)
    outputs = []
    for start in range(0, len(inputs), batch):
        part = inputs[start : start + batch]
        padding = np.repeat(part[:1], batch - len(part), axis=0)
        outputs.append(infer(np.concatenate([part, padding]))[: len(part)])
    return np.concatenate(outputs)


def _list(value: object) -> list[str]:
    return list(value) if isinstance(value, list) else []
