"""The artifacts of this product, in the order of the lineage.

To add an artifact: declare it in `reid_assets.declarations`, write its computation in `reid_assets.reid` and
its asset in `reid_assets.defs.assets`. What each attribute means is `reid_assets.artifact_spec`; the columns
of tables are `reid_assets.reid`.
"""

from reid_assets.artifact_spec import ExternalInput, Registry
from reid_assets.declarations.embedding import EMBEDDING
from reid_assets.declarations.identity import IDENTITY
from reid_assets.declarations.movement import MOVEMENT
from reid_assets.declarations.presentation import PRESENTATION

_EXTERNAL = (
    ExternalInput("tracks.csv", "tracks", per_video=True),
    ExternalInput("video file", "tracks", per_video=True),
    ExternalInput("summary.json", "tracks", per_video=True),
    # What may forbid links: cameras and explicit clocks. `clocks` has the guessed ones besides.
    ExternalInput("explicit clocks", "cameras_and_clocks", per_video=False),
    ExternalInput("clocks", "cameras_and_clocks", per_video=False),
    # What people say of the map: `corrections` changes it, `names` does not.
    ExternalInput("corrections", "corrections", per_video=False),
    ExternalInput("names", "corrections", per_video=False),
    # Tracks that nothing is made of any more.
    ExternalInput("forgotten tracks", "forgotten", per_video=True),
)

ARTIFACTS = Registry(_EXTERNAL, (*EMBEDDING, *IDENTITY, *MOVEMENT, *PRESENTATION))
