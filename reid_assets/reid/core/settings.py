"""The configuration as frozen models: every key with its type, range and default.

`reid_assets.config` reads the YAML and explains its errors. The defaults here apply to keys that a
file leaves out and are part of the contract; the shipped `configs/cv/reid.yaml` may choose better ones.
"""

import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


def _device(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _days(value: object) -> object:
    return float(value) if type(value) is int else value


def _triple(value: object) -> object:
    return tuple(float(v) if type(v) is int else v for v in value) if isinstance(value, list) else value


Triple = Annotated[tuple[float, float, float] | None, BeforeValidator(_triple)]


class Section(BaseModel):
    """Base of a configuration section: immutable, no unknown keys, no silent type conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class BackboneSettings(Section):
    """Section `backbone`: the network that embeds a crop, and how it runs."""

    name: str = "auto"
    # Networks of their own for some classes, e.g. {person: "reid:…", "*": "open-clip:…"}; "person" stands
    # for any name of a person, "*" for all other classes. What is not listed is embedded by `name`.
    by_class: dict[str, str] = {}
    device: Annotated[str | None, BeforeValidator(_device)] = None
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "float32"
    image_size: int = Field(default=224, ge=32, le=1024)
    runtime: Literal["auto", "torch", "openvino", "onnxruntime"] = "auto"
    # Matrix products in int8: OpenVINO on the CPU only, checked against float32.
    int8: bool = False
    # Weights trained on pictures that were given away for research. Does not change any vector.
    allow_research_weights: bool = True
    # For local files (`onnx:`, a checkpoint after @) that do not state them; the channel order applies
    # to `onnx:` only. None: ImageNet's, or what the model's published weights were trained with.
    channel_order: Literal["rgb", "bgr"] = "rgb"
    mean: Triple = None
    std: Triple = None


class EmbedSettings(Section):
    """Section `embed`: which crops of a track are embedded."""

    batch_size: int = Field(default=64, ge=1)
    frame_stride: int = Field(default=5, ge=1)
    per_track_max_samples: int = Field(default=12, ge=1)
    min_box_size: int = Field(default=16, ge=1)
    class_filter: list[int] | None = None
    # Prefer frames that are cheap to decode: keyframes and the frames just after them.
    keyframes: bool = True
    # Embed a few samples of each track first, and the others only if those disagree.
    adaptive: bool = True
    # Pixels trimmed from each side of a box in analysis.mp4, which may have the box drawn in.
    inset: int = Field(default=4, ge=0, le=64)
    # Number of best crops of each track that are stored as JPEG.
    crops_per_track: int = Field(default=8, ge=1)


class CameraGuessSettings(Section):
    """Section `cameras`: what is done about videos whose camera nobody has named."""

    # Ask names and still backgrounds which videos are of one camera; otherwise each is a camera of its own.
    guess: bool = True


class AssociateSettings(Section):
    """Section `associate`: when two tracks get the same identity."""

    method: Literal["threshold", "auto"] = "threshold"
    min_sim: float = Field(default=0.45, ge=-1.0, le=1.0)
    same_class_only: bool = True
    max_same_video_time_overlap: int = Field(default=0, ge=0)
    allow_merge_same_video: bool = False
    class_groups: list[list[str]] = []
    # Bias of method `auto`: 0 favours merging, 1 favours splitting.
    caution: float = Field(default=0.5, ge=0.0, le=1.0)
    # Steps of method `auto`; docs/accuracy.md gives the effect of each.
    camera_centring: bool = True
    camera_pairs: bool = True
    self_training: int = Field(default=2, ge=0, le=5)
    # How the most alike tracks are searched for; `auto` takes what is fastest at the size at hand.
    # `sketch` is the older name of `pca`.
    index: Literal["auto", "exact", "pca", "sketch", "ivf", "ivfpq", "hnsw"] = "auto"
    # Whether new videos are added to the map that there is, so that only what they touch is clustered again.
    # `auto`: in large archives (50,000 tracks and more), until a quarter has come or gone.
    incremental: Literal["auto", "always", "never"] = "auto"


class SearchSettings(Section):
    """Section `search`: how people are found by words."""

    # An `open-clip:` model, for roots whose own backbone knows no words. None: no search by words there.
    text_backbone: str | None = None


class GallerySettings(Section):
    """Section `galleries`: how an identity is shown."""

    per_id: int = Field(default=8, ge=1)
    thumb: int = Field(default=224, ge=16, le=2048)


class ReportSettings(Section):
    """Section `report`: the report for people."""

    # Whole video frames behind the pictures, of the least certain tracks first; 0: none.
    frames: int = Field(default=240, ge=0, le=5000)


class FlowSettings(Section):
    """Section `flows`: how moves between videos are counted."""

    # Videos without a clock: assume that all started together, or count moves without direction.
    without_clock: Literal["common_start", "undirected"] = "common_start"
    # Seconds an identity may be out of sight within one visit.
    visit_gap_s: float = Field(default=5.0, ge=0.0)


class OutputSettings(Section):
    """Section `outputs`: where results are written."""

    # A folder of its own, for videos that lie where nobody may write; None: under the root.
    root: str | None = None


class PrivacySettings(Section):
    """Section `privacy`: who may read what is written, what it shows, and how long it is kept."""

    # private: the owner alone (files 0600, folders 0700) | shared: as the umask says.
    mode: Literal["private", "shared"] = "private"
    # Days after the start of a video, by its own clock, after which its results are removed; None: never.
    keep_days: Annotated[float | None, BeforeValidator(_days)] = Field(default=None, gt=0.0)
    # Pixelate everybody in galleries, contact sheets and the report.
    blur: bool = False


class RemovalSettings(Section):
    """Section `removals`: when results of vanished videos are removed."""

    max_share: float = Field(default=0.2, ge=0.0, le=1.0)


def _cron(value: object) -> object:
    number = r"\d{1,2}"
    field = rf"(\*|{number}(-{number})?)(/{number})?"
    if isinstance(value, str) and not re.fullmatch(rf"({field}(,{field})*)( {field}(,{field})*){{4}}", value):
        raise ValueError("not a cron expression of five numeric fields, such as '0 2 * * *'")
    return value


def _check_zone(value: str | None) -> str | None:
    try:
        return value if value is None or ZoneInfo(value) else value
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone such as Europe/Berlin or UTC") from None


ZoneName = Annotated[str | None, AfterValidator(_check_zone)]


class ArrivalSettings(Section):
    """Section `arrival`: how sensors and the schedule pick up new videos and retry failures."""

    # A folder is processed once nothing in it has changed for this long.
    settle_seconds: float = Field(default=10.0, ge=0.0, le=86400.0)
    # Longest time that association waits for videos that are still arriving or being embedded.
    wait_minutes: float = Field(default=30.0, ge=0.0)
    # Delay before a retry, and number of retries until the files or the configuration change.
    retry_minutes: float = Field(default=30.0, ge=0.0)
    retries: int = Field(default=3, ge=0)
    # Cron expression of the catch-up schedule: minute, hour, day of month, month, day of week.
    nightly: Annotated[str, BeforeValidator(_cron)] = "0 2 * * *"
    # In which zone (IANA name); None: that of cameras.yaml, else UTC.
    time_zone: ZoneName = None


class Settings(Section):
    """The contents of `configs/cv/reid.yaml`."""

    backbone: BackboneSettings = BackboneSettings()
    embed: EmbedSettings = EmbedSettings()
    cameras: CameraGuessSettings = CameraGuessSettings()
    associate: AssociateSettings = AssociateSettings()
    search: SearchSettings = SearchSettings()
    galleries: GallerySettings = GallerySettings()
    report: ReportSettings = ReportSettings()
    flows: FlowSettings = FlowSettings()
    outputs: OutputSettings = OutputSettings()
    privacy: PrivacySettings = PrivacySettings()
    removals: RemovalSettings = RemovalSettings()
    arrival: ArrivalSettings = ArrivalSettings()
