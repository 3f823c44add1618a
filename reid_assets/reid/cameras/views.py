"""The views of many videos: which of the cameras found so far a background belongs to.

Agreement of two backgrounds is `background_agreement.py`; that takes a third of a millisecond, so that among
thousands of videos only the few most alike at a glance are compared.
"""

from collections.abc import Callable, Iterable, Mapping

import cv2
import numpy as np

from reid_assets.reid.cameras.background import Background
from reid_assets.reid.cameras.background_agreement import Signature, agreement

# Agreement from which two videos show one view, and below which they show two. Chosen on halves of real
# videos with noise, compression, brightness, shadows and overlays (nine in ten agree by 0.84 and more, all by
# 0.62; with another video by 0.1 at most), and on painted corridors of one shape (0.71 at most).
SAME_VIEW, OTHER_VIEW = 0.8, 0.45
# By how much a view must agree more than the next one.
_AHEAD = 0.15
_LOOKED_AT, _PER_CAMERA = 8, 3
_SMALL = (32, 12)


class Views:
    """The backgrounds of some videos, and the cameras they have been assigned to."""

    def __init__(self, backgrounds: Mapping[str, Background]) -> None:
        signatures = {video: Signature.of(background) for video, background in backgrounds.items()}
        self._signatures = {video: one for video, one in signatures.items() if one.comparable}
        # Of each camera a few videos stand for all.
        self._examples: dict[str, list[str]] = {}
        self._glances = np.zeros((len(self._signatures), _SMALL[0] * _SMALL[1]), np.float32)
        self._glance_of: list[str] = []

    def __contains__(self, video: object) -> bool:
        """Whether enough is known of a video's background to compare it."""
        return video in self._signatures

    def assign(self, video: str, camera: str) -> None:
        """Note that a video is of a camera."""
        examples = self._examples.setdefault(camera, [])
        if video in self._signatures and len(examples) < _PER_CAMERA:
            examples.append(video)
            self._glances[len(self._glance_of)] = _glance(self._signatures[video])
            self._glance_of.append(camera)

    def agreement(self, video: str, others: Iterable[str]) -> float | None:
        """Mean agreement of a video with those of the others that can be compared; None where none can."""
        if video not in self._signatures:
            return None
        own = self._signatures[video]
        known = [self._signatures[other] for other in others if other in self._signatures and other != video]
        values = [value for one in known if (value := agreement(own, one)) is not None]
        return float(np.mean(values)) if values else None

    def best(
        self, video: str, allowed: Callable[[str], bool], certain: Callable[[str], bool]
    ) -> tuple[str | None, float]:
        """The camera whose view a video shows, and their agreement.

        No camera where none shows the same view, or two do that are certainly two; the agreement is then that
        with the most alike, 0 where nothing could be compared.

        Args:
            allowed: whether a camera may be taken.
            certain: whether a camera rests on more than backgrounds. Others may be one by mistake taken for
                two, and either is right.
        """
        if video not in self._signatures or not self._glance_of:
            return None, 0.0
        alike = self._glances[: len(self._glance_of)] @ _glance(self._signatures[video])
        candidates = dict.fromkeys(self._glance_of[row] for row in np.argsort(-alike, kind="stable"))
        scores = [
            (self.agreement(video, self._examples[camera]) or 0.0, camera)
            for camera in list(candidates)[:_LOOKED_AT]
            if allowed(camera)
        ]
        ranked = sorted(scores, key=lambda one: (-one[0], one[1]))
        if not ranked:
            return None, 0.0
        (score, camera), *rivals = ranked
        rival = next((other for other, name in rivals if certain(name)), 0.0) if certain(camera) else 0.0
        clear = score >= SAME_VIEW and score - rival >= _AHEAD
        return (camera if clear else None), score


def _glance(signature: Signature) -> np.ndarray:
    """Float32 (384,) of unit length: the contrast, so coarse that a nudge of the camera hardly matters."""
    blurred = cv2.GaussianBlur(signature.contrast, (0, 0), 2.0)
    small = cv2.resize(blurred, _SMALL, interpolation=cv2.INTER_AREA)
    return small.ravel() / max(float(np.linalg.norm(small)), 1e-6)
