"""CVAT for video 1.1 (https://docs.cvat.ai/docs/manual/advanced/xml_format/): one XML a video.

A `<track>` is one identity with one label: where a class label flickers, an identity has a track for each
label. Every box is a keyframe, and a box with `outside="1"` ends each run of frames, so that CVAT
interpolates nothing that nobody saw. CVAT numbers tracks anew when it imports them: the identity is an
attribute as well.
"""

import re
from collections.abc import Iterator
from itertools import count
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

from reid_assets.reid.exports.boxes import VideoBoxes, drawable

_ATTRIBUTES = (("global_id", "false"), ("track_id", "true"), ("confidence", "true"))
_UNPRINTABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COLUMNS = ["frame", "x1", "y1", "x2", "y2", "track_id", "conf"]


def cvat_files(boxes: VideoBoxes) -> tuple[VideoBoxes, list[tuple[str, bytes]]]:
    """The boxes that are written, and `<video>.xml`; frames from 0.

    Tracks without an identity, where there are any, are tracks without the attribute `global_id`, and an
    untracked detection is a track of one frame; these are numbered after the last identity.
    """
    kept = drawable(boxes)
    parts = [_head(kept), *_tracks(kept), "</annotations>\n"]
    return kept, [(f"{kept.video}.xml", "".join(parts).encode())]


def _head(boxes: VideoBoxes) -> str:
    facts, names = boxes.facts, sorted(boxes.rows["class_name"].unique())
    size = ""
    if facts.width and facts.height:
        size = f"<original_size><width>{facts.width}</width><height>{facts.height}</height></original_size>\n"
    attributes = "".join(
        f"<attribute><name>{name}</name><mutable>{mutable.title()}</mutable><input_type>text</input_type>"
        "<default_value></default_value><values></values></attribute>"
        for name, mutable in _ATTRIBUTES
    )
    labels = "".join(
        f"<label><name>{_text(name)}</name><type>rectangle</type><attributes>{attributes}</attributes></label>\n"
        for name in names
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n<meta>\n<task>\n'
        f"<name>{_text(boxes.video)}</name>\n<size>{facts.frames}</size>\n<mode>interpolation</mode>\n"
        "<overlap>0</overlap>\n<start_frame>0</start_frame>\n"
        f"<stop_frame>{max(facts.frames - 1, 0)}</stop_frame>\n"
        f"<labels>\n{labels}</labels>\n{size}</task>\n</meta>\n"
    )


def _tracks(boxes: VideoBoxes) -> Iterator[str]:
    rows = boxes.rows.sort_values("frame", kind="stable")
    has_id = rows["global_id"].notna()
    for (number, name), own in rows[has_id].groupby(["global_id", "class_name"]):
        yield _track(int(number), str(name), own, boxes.facts.frames, known=True)
    spare = count(int(rows["global_id"].max()) + 1 if has_id.any() else 0)
    loose = rows[~has_id]
    tracked = loose["track_id"] >= 0
    for (_, name), own in loose[tracked].groupby(["track_id", "class_name"]):
        yield _track(next(spare), str(name), own, boxes.facts.frames, known=False)
    for place in range(int((~tracked).sum())):
        one = loose[~tracked].iloc[place : place + 1]
        yield _track(next(spare), str(one["class_name"].iloc[0]), one, boxes.facts.frames, known=False)


def _track(number: int, name: str, rows: pd.DataFrame, frames: int, known: bool) -> str:
    cells = list(rows[_COLUMNS].itertuples(index=False, name=None))
    identity = f'<attribute name="global_id">{number}</attribute>' if known else ""
    lines = [f'<track id="{number}" label={_quoted(name)} source="auto">\n']
    for (frame, *place, track, conf), after in zip(cells, [*(c[0] for c in cells[1:]), None], strict=True):
        details = identity + f'<attribute name="track_id">{track}</attribute>'
        if not pd.isna(conf):
            details += f'<attribute name="confidence">{conf!r}</attribute>'
        lines.append(_box(frame, place, 0, details))
        if after != frame + 1 and frame + 1 < frames:
            lines.append(_box(frame + 1, place, 1, details))
    return "".join([*lines, "</track>\n"])


def _box(frame: int, place: list[Any], outside: int, details: str) -> str:
    x1, y1, x2, y2 = place
    return (
        f'<box frame="{frame}" outside="{outside}" occluded="0" keyframe="1" xtl="{x1!r}" ytl="{y1!r}" '
        f'xbr="{x2!r}" ybr="{y2!r}" z_order="0">{details}</box>\n'
    )


def _quoted(text: str) -> str:
    return quoteattr(_printable(text))


def _text(text: str) -> str:
    return escape(_printable(text))


def _printable(text: str) -> str:
    """XML 1.0 cannot hold control characters, half letters, U+FFFE and U+FFFF: each becomes U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text)
