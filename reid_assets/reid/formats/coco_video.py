"""COCO for videos: one JSON with `videos`, `images` and `annotations` (as of TAO, CocoVID and CVAT's COCO).

An image names its video and frame, an annotation its image, box (left, top, width, height) and track:
`track_id` (TAO), `instance_id` (CocoVID), or `track_id` in its `attributes` (CVAT).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import MAX_TABLE, is_file, read_json
from reid_assets.reid.formats.coco_facts import VideoRecord, image_of, video_of
from reid_assets.reid.formats.imported_video import ImportedVideo, ImportOptions
from reid_assets.reid.formats.media import find_media
from reid_assets.reid.formats.records import first_letter
from reid_assets.reid.formats.table_video import frames_told
from reid_assets.reid.formats.track_rows import TrackRows
from reid_assets.reid.formats.values import shown, whole

TOOL = "COCO"
_PARTS = ("videos", "images", "annotations")


@dataclass
class _Video:
    """A video while it is read: frame of each image id, its image files, its rows."""

    record: VideoRecord
    rows: TrackRows
    files: dict[int, str] = field(default_factory=dict)


def recognise(path: Path) -> str | None:
    """What it is, in words; None if it is no COCO file of videos."""
    if not is_file(path) or path.suffix.lower() != ".json" or first_letter(path) != b"{":
        return None
    try:
        content = read_json(path, MAX_TABLE)
    except InputError:
        return None
    found = isinstance(content, dict) and all(isinstance(content.get(part), list) for part in _PARTS)
    return "a COCO file of videos" if found else None


def read(path: Path, options: ImportOptions) -> Iterator[ImportedVideo]:
    """The videos of a file.

    Raises:
        InputError: a record is not what it should be, with its number.
    """
    content = read_json(path, MAX_TABLE)
    if not isinstance(content, dict) or not all(isinstance(content.get(part), list) for part in _PARTS):
        raise InputError(
            f"{path}: expected an object with the lists {', '.join(_PARTS)}. Export it as COCO video."
        )
    videos = _videos(path, content["videos"], options)
    if options.name and len(videos) > 1:
        raise InputError(f"{path}: it holds {len(videos)} videos. Leave out --video.")
    places = _images(path, content["images"], videos)
    names = _categories(path, content.get("categories"))
    for number, annotation in enumerate(content["annotations"]):
        _add(path, f"annotation {number}", annotation, places, names)
    for video in videos.values():
        yield _made(path, video, options)


def _videos(path: Path, records: list[Any], options: ImportOptions) -> dict[int, _Video]:
    videos: dict[int, _Video] = {}
    for number, record in enumerate(records):
        said = video_of(path, f"video {number}", record)
        if said.number in videos:
            raise InputError(f"{path}: video {number}: id {said.number} is there twice. Export it again.")
        videos[said.number] = _Video(said, TrackRows(path, options.first_frame or 0))
    return videos


def _images(path: Path, records: list[Any], videos: Mapping[int, _Video]) -> dict[int, tuple[_Video, int]]:
    """Image id -> its video and frame number."""
    places: dict[int, tuple[_Video, int]] = {}
    for number, record in enumerate(records):
        place = f"image {number}"
        said = image_of(path, place, record)
        video = videos.get(said.video)
        if video is None:
            raise InputError(f"{path}: {place}: there is no video {said.video}. Export it again.")
        if said.number in places or said.frame in video.files:
            what = f"id {said.number}" if said.number in places else f"frame {said.frame} of its video"
            raise InputError(f"{path}: {place}: {what} is there twice. Export it again.")
        places[said.number] = (video, said.frame)
        video.files[said.frame] = said.file_name
    return places


def _categories(path: Path, records: Any) -> dict[int, str]:
    names: dict[int, str] = {}
    for number, record in enumerate(records if isinstance(records, list) else []):
        key = whole(record.get("id")) if isinstance(record, dict) else None
        name = record.get("name") if isinstance(record, dict) else None
        if key is None or not isinstance(name, str) or not name or key in names:
            raise InputError(f"{path}: category {number}: expected an id of its own and a name. Fix it.")
        names[key] = name
    return names


def _add(
    path: Path, place: str, record: Any, places: Mapping[int, tuple[_Video, int]], names: Mapping[int, str]
) -> None:
    if not isinstance(record, dict):
        raise InputError(f"{path}: {place} is {type(record).__name__}, not an object. Fix or delete it.")
    image = whole(record.get("image_id"))
    if image is None or image not in places:
        raise InputError(
            f"{path}: {place}: there is no image {shown(record.get('image_id'))}. Fix or delete it."
        )
    video, frame = places[image]
    box = record.get("bbox")
    if not isinstance(box, list):
        raise InputError(f"{path}: {place}: bbox is {shown(box)}, not four numbers. Fix or delete it.")
    kind = whole(record.get("category_id"))
    name = names.get(kind) if kind is not None else None
    conf = record.get("score", record.get("confidence"))
    video.rows.add(place, frame, _track(record), box, "xywh", record.get("category_id"), name, conf)


def _track(record: Mapping[str, Any]) -> Any:
    attributes = record.get("attributes")
    inner = attributes.get("track_id") if isinstance(attributes, dict) else None
    return next(
        (one for one in (record.get("track_id"), record.get("instance_id"), inner) if one is not None), None
    )


def _made(path: Path, video: _Video, options: ImportOptions) -> ImportedVideo:
    said = video.record
    name = options.name or said.name
    tracks, classes_from = video.rows.table(options)
    first = video.rows.first_frame
    frames = sorted(video.files)
    files = [path.parent / video.files[frame] for frame in frames]
    complete = frames == list(range(first, first + len(frames)))
    images = tuple(files) if complete and files and all(is_file(file) for file in files) else ()
    media, media_from = find_media([path.parent, path.parent.parent], name, options, said.file_names)
    origins = {"frames": frames_told(first), "classes": classes_from} | said.origins
    origins |= {"video": media_from} if media else {}
    return ImportedVideo(
        name=name,
        source=path,
        tracks=tracks,
        media=media,
        images=images,
        frames=said.frames,
        fps=said.fps,
        size=said.size,
        start_time=said.start_time,
        camera=said.camera,
        origins=origins,
    )
