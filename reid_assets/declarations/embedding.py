"""What is made of the videos themselves: vectors, crops, backgrounds."""

from reid_assets.artifact_spec import ArtifactSpec, TableFile
from reid_assets.declarations.columns import BOXES, EMBEDS, META_FILE, TRACK
from reid_assets.reid.cameras.background import BACKGROUND
from reid_assets.reid.core import tables

_BACKGROUND_FACTS = "reid/backgrounds/{video}.csv"
_CROP_INDEX = "reid/crops/{video}/crops.csv"

EMBEDDING = (
    ArtifactSpec(
        "track_embeddings",
        group="embedding",
        description="One appearance vector a track, and one a crop: "
        "`reid/embeddings/<video>_track_meta.csv` and `_track_embeds.npz`.",
        files=(f"reid/embeddings/{{video}}{EMBEDS}", META_FILE),
        external=("tracks.csv", "video file", "forgotten tracks"),
        settings=("embed", "backbone"),
        tables=(TableFile(tables.TRACK_META, META_FILE),),
        storage="embeddings_pair",
        kinds=frozenset({"pytorch", "numpy", "duckdb"}),
        column_sources={
            **TRACK,
            **dict.fromkeys(("n_samples", "f_min", "f_max"), ("tracks.frame",)),
        },
    ),
    ArtifactSpec(
        "track_crops",
        group="embedding",
        description="The best crops of each track, kept by the same pass: `reid/crops/<video>/`.",
        files=("reid/crops/{video}",),
        content=(_CROP_INDEX,),
        tables=(TableFile(tables.TRACK_CROPS, _CROP_INDEX),),
        storage="crops",
        made_with="track_embeddings",
        kinds=frozenset({"python", "duckdb"}),
        column_sources={
            "track_id": ("tracks.track_id",),
            "frame": ("tracks.frame",),
            "quality": ("tracks.conf", *BOXES),
            "file": ("tracks.track_id", "tracks.frame"),
        },
    ),
    ArtifactSpec(
        "text_embeddings",
        group="embedding",
        description="Kept crops as a model that knows words sees them; made by a search by words, and by "
        "every run where `search.text_backbone` is set: `reid/text_embeddings/<video>.npz`.",
        files=("reid/text_embeddings/{video}.npz",),
        inputs=("track_crops",),
        settings=("search",),
        storage="text_embeddings",
        optional=True,
        on_demand=True,
        asked_by="search.text_backbone",
        kinds=frozenset({"pytorch", "numpy"}),
    ),
    ArtifactSpec(
        "background",
        group="embedding",
        description="What each camera sees where nothing moves, kept by the same pass: "
        "`reid/backgrounds/<video>.png`, `.csv`.",
        files=("reid/backgrounds/{video}.png", _BACKGROUND_FACTS),
        tables=(TableFile(BACKGROUND, _BACKGROUND_FACTS),),
        storage="backgrounds",
        made_with="track_embeddings",
        # Videos that were embedded before there were backgrounds, or elsewhere, have none.
        optional=True,
        kinds=frozenset({"python", "duckdb"}),
        column_sources={"frames": ("tracks.frame",), "known": BOXES, "tiles": BOXES},
    ),
)
