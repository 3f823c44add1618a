"""The built-in descriptor: colour and texture histograms of horizontal stripes; no weights, no network.

After LOMO: Liao, Hu, Zhu, Li, "Person re-identification by local maximal occurrence representation and
metric learning", CVPR 2015, section 3. It has a twenty-fifth of LOMO's dimensions, to keep the vectors of
100,000 tracks manageable, and leaves out the metric that is learned from labels.
"""

import functools

import numpy as np

from reid_assets.reid.backbones.illumination import normalize_illumination
from reid_assets.reid.backbones.lomo_colours import colour_histograms
from reid_assets.reid.backbones.lomo_textures import texture_histograms
from reid_assets.reid.backbones.network import check_images, unit_rows
from reid_assets.reid.backbones.preprocessing import resize_to_input
from reid_assets.reid.backbones.synthetic_crops import synthetic_crops

_HW = (128, 48)
DIM = 8 * 96 + 4 * 80
# Raise the version whenever a vector changes, so that different versions are never compared.
BUILTIN_LABEL = f"builtin:stripes-2|squash {_HW[0]}x{_HW[1]}|{DIM}"
_CHUNK = 32
_MEAN_CROPS = 192  # synthetic crops that the mean descriptor is computed from


class LomoBackbone:
    """The built-in descriptor as a `Backbone`."""

    label = BUILTIN_LABEL
    input_hw = _HW
    dim = DIM

    def __init__(self) -> None:
        self.facts: dict[str, object] = {
            "runtime": "numpy",
            "dtype": "float32",
            "device": "cpu",
            "agreement": None,
            "warnings": [],
        }

    def prepare(self, crop: np.ndarray) -> np.ndarray:
        """uint8 BGR (h, w, 3) -> uint8 BGR (128, 48, 3), aspect ratio not kept."""
        return resize_to_input(crop, self.input_hw)

    def embed(self, images: np.ndarray) -> np.ndarray:
        """uint8 BGR (N, 128, 48, 3) -> float32 (N, dim), unit rows.

        Raises:
            ValueError: the images have another size or type than `prepare` gives.
        """
        check_images(images, self.input_hw)
        if len(images) == 0:
            return np.zeros((0, self.dim), dtype=np.float32)
        return unit_rows(_histograms(images) - _mean_histograms())


def _histograms(images: np.ndarray) -> np.ndarray:
    """float32 (N, DIM), not negative; colours and textures have equal weight."""
    return np.concatenate([_chunk(images[i : i + _CHUNK]) for i in range(0, len(images), _CHUNK)])


def _chunk(images: np.ndarray) -> np.ndarray:
    # With square roots, the cosine of histograms is their Hellinger affinity, which a large uniform
    # surface does not dominate.
    colours = unit_rows(np.sqrt(colour_histograms(normalize_illumination(images))))
    textures = unit_rows(np.sqrt(texture_histograms(images)))
    return np.concatenate([colours, textures], axis=1)


@functools.cache
def _mean_histograms() -> np.ndarray:
    """Mean over people in clothes of any colour, float32 (DIM,)."""
    return _histograms(synthetic_crops(_MEAN_CROPS, _HW)).mean(axis=0)
