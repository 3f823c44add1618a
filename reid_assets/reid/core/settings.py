"""The configuration as frozen models: every key, its type, its range and its one default.

Reading the YAML and explaining its errors is `reid_assets.config`; what a key does is told where
it is used. The defaults here are the contract of a file that does not name a key; the shipped
`configs/cv/reid.yaml` may choose better ones.
"""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _device(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _triple(value: object) -> object:
    return tuple(float(v) if type(v) is int else v for v in value) if isinstance(value, list) else value


Triple = Annotated[tuple[float, float, float] | None, BeforeValidator(_triple)]


class Section(BaseModel):
    """A part of the configuration: immutable, no unknown keys, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class BackboneSettings(Section):
    """Which network turns a crop into a vector, and how it runs."""

    name: str = "auto"
    device: Annotated[str | None, BeforeValidator(_device)] = None
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "float32"
    image_size: int = Field(default=224, ge=32, le=1024)
    runtime: Literal["auto", "torch", "openvino", "onnxruntime"] = "auto"
    # Matrix products in eight bits: OpenVINO on the processor, checked against float32.
    int8: bool = False
    # For local files (`onnx:`, checkpoints behind an @), where the file itself does not say; the
    # order for `onnx:` alone. None: ImageNet's, or what the model's published weights were made with.
    channel_order: Literal["rgb", "bgr"] = "rgb"
    mean: Triple = None
    std: Triple = None


class EmbedSettings(Section):
    """Which crops of a track are looked at."""

    batch_size: int = Field(default=64, ge=1)
    frame_stride: int = Field(default=5, ge=1)
    per_track_max_samples: int = Field(default=12, ge=1)
    min_box_size: int = Field(default=16, ge=1)
    class_filter: list[int] | None = None
    # Prefer frames that are cheap to decode: keyframes, and what follows them closely.
    keyframes: bool = True
    # Embed a few samples of each track first, and the others only where those disagree.
    adaptive: bool = True
    # Pixels left out on each side of a box where crops come from analysis.mp4, which may have it drawn in.
    inset: int = Field(default=4, ge=0, le=64)
    # Best crops of a track that are kept as pictures.
    crops_per_track: int = Field(default=8, ge=1)


class AssociateSettings(Section):
    """When two tracks are one identity."""

    method: Literal["threshold", "auto"] = "threshold"
    min_sim: float = Field(default=0.45, ge=-1.0, le=1.0)
    same_class_only: bool = True
    max_same_video_time_overlap: int = Field(default=0, ge=0)
    allow_merge_same_video: bool = False
    class_groups: list[list[str]] = []
    # How sure method `auto` must be to call two tracks one: 0 rather joins, 1 rather keeps apart.
    caution: float = Field(default=0.5, ge=0.0, le=1.0)
    # Steps of method `auto`; what each is worth is in docs/accuracy.md.
    camera_centring: bool = True
    camera_pairs: bool = True
    self_training: int = Field(default=2, ge=0, le=5)
    # How the most alike tracks are searched for; `auto` takes what is fastest at the size at hand.
    # `sketch` is the older name of `pca`.
    index: Literal["auto", "exact", "pca", "sketch", "ivf", "ivfpq", "hnsw"] = "auto"


class GallerySettings(Section):
    """How an identity is shown."""

    per_id: int = Field(default=8, ge=1)
    thumb: int = Field(default=224, ge=16, le=2048)


class FlowSettings(Section):
    """How moves are counted."""

    # Where a video has no clock: as if all had started together, or without a direction.
    without_clock: Literal["common_start", "undirected"] = "common_start"
    # Seconds an identity may be out of sight within one visit.
    visit_gap_s: float = Field(default=5.0, ge=0.0)


class RemovalSettings(Section):
    """When vanished videos are believed to be gone."""

    max_share: float = Field(default=0.2, ge=0.0, le=1.0)


def _cron(value: object) -> object:
    number = r"\d{1,2}"
    field = rf"(\*|{number}(-{number})?)(/{number})?"
    if isinstance(value, str) and not re.fullmatch(rf"({field}(,{field})*)( {field}(,{field})*){{4}}", value):
        raise ValueError("not five fields of a cron line in numbers, such as '0 2 * * *'")
    return value


class ArrivalSettings(Section):
    """How new videos are noticed, and what failed is tried again (sensors and schedule)."""

    # A folder counts once nothing in it has changed for so long.
    settle_seconds: float = Field(default=10.0, ge=0.0, le=86400.0)
    # The longest that association waits for videos that are still arriving or being embedded.
    wait_minutes: float = Field(default=30.0, ge=0.0)
    # What failed is tried again after so long, so often, until its files or the configuration change.
    retry_minutes: float = Field(default=30.0, ge=0.0)
    retries: int = Field(default=3, ge=0)
    # When the schedule catches up: minute, hour, day of month, month, day of week.
    nightly: Annotated[str, BeforeValidator(_cron)] = "0 2 * * *"


class Settings(Section):
    """The whole of `configs/cv/reid.yaml`."""

    backbone: BackboneSettings = BackboneSettings()
    embed: EmbedSettings = EmbedSettings()
    associate: AssociateSettings = AssociateSettings()
    galleries: GallerySettings = GallerySettings()
    flows: FlowSettings = FlowSettings()
    removals: RemovalSettings = RemovalSettings()
    arrival: ArrivalSettings = ArrivalSettings()
