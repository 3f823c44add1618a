"""Words as a query: what they say beyond what every crop of the footage shows anyway.

The cosine of a text and an image means little by itself: texts lie in a region of their own, and "person"
fits every crop. So the query is the difference between the words and a plain description, and it is compared
with what makes each track unlike the others (`gallery.py`). Scores are in standard deviations of the
footage's own tracks.
"""

from collections.abc import Callable, Sequence

import numpy as np

from reid_assets.reid.core.embeddings import unit_rows
from reid_assets.reid.core.network_labels import is_person
from reid_assets.reid.search.gallery import Gallery

# An ensemble of prompts says the words more surely than one (Radford et al. 2021, section 3.1.4).
_PROMPTS = ("{}", "a photo of {}.", "a cropped photo of {}.", "a low resolution photo of {}.")
Encode = Callable[[Sequence[str]], np.ndarray]


def text_query(encode: Encode, words: str, class_name: str) -> np.ndarray:
    """Float32 (D,): unit vector of what the words say beyond their class.

    Args:
        encode: n texts -> float32 (n, D), unit rows.
        words: such as "red jacket, backpack".
        class_name: of the tracks that are searched.
    """
    plain = "a person" if is_person(class_name) else f"a {class_name}"
    said, known = (
        unit_rows(encode([prompt.format(text) for prompt in _PROMPTS]).mean(axis=0)[None])[0]
        for text in (words, plain)
    )
    return unit_rows((said - known)[None])[0]


def text_scores(gallery: Gallery, query: np.ndarray) -> np.ndarray:
    """Float64 (n,): how well each track fits a text query, in standard deviations above the mean track.

    Zeros where all tracks fit alike.
    """
    cosine = gallery.vectors.astype(np.float64) @ query
    spread = float(cosine.std())
    return (cosine - cosine.mean()) / spread if spread > 1e-9 else np.zeros(len(cosine))
