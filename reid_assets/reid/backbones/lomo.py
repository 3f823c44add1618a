"""The built-in descriptor: colours and textures in horizontal stripes; no weights, no network.

After LOMO: Liao, Hu, Zhu, Li, "Person re-identification by local maximal occurrence
representation and metric learning", CVPR 2015, section 3, with a twenty-fifth of its numbers, so
that the vectors of 100,000 tracks stay handy, and without the metric it learns from labels.
"""

import functools

import numpy as np

from reid_assets.reid.backbones.illumination import without_light
from reid_assets.reid.backbones.lomo_colours import stripe_colours
from reid_assets.reid.backbones.lomo_textures import stripe_textures
from reid_assets.reid.backbones.network import check_images, unit_rows
from reid_assets.reid.backbones.preprocessing import squash
from reid_assets.reid.backbones.synthetic_crops import made_up_crops

_HW = (128, 48)
DIM = 8 * 96 + 4 * 80
# Whatever changes a vector changes this number: vectors of two recipes are never compared.
BUILTIN_LABEL = f"builtin:stripes-2|squash {_HW[0]}x{_HW[1]}|{DIM}"
_CHUNK = 32
_MADE_UP = 192


class StripesBackbone:
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
        """uint8 BGR (h, w, 3) -> uint8 BGR (128, 48, 3), squashed."""
        return squash(crop, self.input_hw)

    def embed(self, images: np.ndarray) -> np.ndarray:
        """uint8 BGR (N, 128, 48, 3) -> float32 (N, dim), unit rows.

        Raises:
            ValueError: the images have another size or type than `prepare` gives.
        """
        check_images(images, self.input_hw)
        if len(images) == 0:
            return np.zeros((0, self.dim), dtype=np.float32)
        return unit_rows(_described(images) - _common_part())


def _described(images: np.ndarray) -> np.ndarray:
    """float32 (N, DIM), no negative entries; colours and textures weigh the same."""
    return np.concatenate([_chunk(images[i : i + _CHUNK]) for i in range(0, len(images), _CHUNK)])


def _chunk(images: np.ndarray) -> np.ndarray:
    # Square roots turn the cosine of histograms into their Hellinger affinity, in which a large
    # plain surface does not drown everything else.
    colours = unit_rows(np.sqrt(stripe_colours(without_light(images))))
    textures = unit_rows(np.sqrt(stripe_textures(images)))
    return np.concatenate([colours, textures], axis=1)


@functools.cache
def _common_part() -> np.ndarray:
    """What people in any clothes have in common, float32 (DIM,)."""
    return _described(made_up_crops(_MADE_UP, _HW)).mean(axis=0)
