"""How the crops of a track become the vector that is compared: centring, then what self-training learned.

A full pass fits these steps on all tracks of a class group. They are kept, so that tracks that are added
later get vectors of the same kind (`incremental/`).
"""

from dataclasses import dataclass

import numpy as np

from reid_assets.reid.association.centring import CameraMeans
from reid_assets.reid.core.embeddings import unit_rows


@dataclass(frozen=True)
class VectorSteps:
    """The fitted steps.

    Attributes:
        means: what crops lose.
        whitening: float32 (D, D) each, of the rounds of self-training, in their order.
    """

    means: CameraMeans
    whitening: tuple[np.ndarray, ...] = ()

    def then(self, matrix: np.ndarray) -> "VectorSteps":
        """The same steps and one more round."""
        return VectorSteps(self.means, (*self.whitening, matrix))

    def vectors(self, crops: np.ndarray, owner: np.ndarray, camera: np.ndarray, tracks: int) -> np.ndarray:
        """Float32 (tracks, D), unit rows; arguments as of `CameraMeans.pooled`."""
        vectors = self.means.pooled(crops, owner, camera, tracks)
        for matrix in self.whitening:
            vectors = unit_rows(vectors @ matrix)
        return vectors

    def of_cameras(self, cameras: int) -> "VectorSteps":
        """The same for more cameras: crops of those that were not fitted lose the common mean."""
        means = self.means
        more = np.tile(means.common, (max(0, cameras - len(means.offset)), 1))
        return VectorSteps(CameraMeans(means.common, np.vstack([means.offset, more])), self.whitening)
