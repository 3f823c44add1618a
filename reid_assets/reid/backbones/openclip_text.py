"""OpenCLIP text towers: words as vectors that can be compared with those of crops.

Radford et al., "Learning transferable visual models from natural language supervision", ICML 2021.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from reid_assets.reid.backbones.backbone_spec import BackboneSpec
from reid_assets.reid.backbones.openclip import load_model, native_image_size
from reid_assets.reid.core.embeddings import unit_rows
from reid_assets.reid.core.errors import BackboneError


class TextEncoder:
    """The text tower of a model with its tokenizer."""

    def __init__(self, spec: BackboneSpec) -> None:
        """Load it.

        Raises:
            BackboneError: weights or tokenizer are not at hand.
        """
        model, _ = load_model(spec, native_image_size(spec.model))
        import open_clip

        self._model: Any = model.eval()
        try:
            self._tokenizer: Any = open_clip.get_tokenizer(spec.model)
        except (OSError, ValueError, ImportError) as error:
            raise BackboneError(
                f"open-clip:{spec.model}: its tokenizer is not in the local cache and cannot be fetched "
                f"({str(error).splitlines()[0]}). Choose a model with open_clip's own tokenizer: ViT-B-32."
            ) from error

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Float32 (n, D): unit vectors of n texts; what goes beyond the model's context is cut off."""
        import torch

        with torch.inference_mode():
            vectors = self._model.encode_text(self._tokenizer(list(texts)))
        return unit_rows(vectors.float().numpy())
