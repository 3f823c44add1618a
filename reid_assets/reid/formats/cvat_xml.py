"""Reads the XML of CVAT element by element with the line of each, without entities and document types.

Only what tracks need is kept. What it means is `cvat.py`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from reid_assets.reid.core.errors import InputError
from reid_assets.reid.core.outside_files import MAX_TABLE, read_bytes

_SHAPES = {"polygon", "polyline", "points", "cuboid", "skeleton", "mask", "ellipse"}
_DEEPEST = 64


@dataclass
class Box:
    """A `box` element: its XML attributes, and the values of the `attribute` elements in it."""

    line: int
    attributes: Mapping[str, str]
    values: dict[str, str] = field(default_factory=dict)


@dataclass
class Track:
    """A `track` element: its XML attributes and its boxes."""

    line: int
    attributes: Mapping[str, str]
    boxes: list[Box] = field(default_factory=list)


@dataclass
class Document:
    """A CVAT file.

    Attributes:
        root: name of the outermost element.
        tasks: of each task (or job) in `meta`, path of a text below it -> texts, such as
            `original_size/width`.
        source: file name of the video, where it stands beside the task.
        tracks: in order.
        images: number of `image` elements: a file of images, not of a video.
        shapes: kind of a shape that is no box -> how many there are.
    """

    root: str = ""
    tasks: list[dict[str, list[str]]] = field(default_factory=list)
    source: str = ""
    tracks: list[Track] = field(default_factory=list)
    images: int = 0
    shapes: Counter[str] = field(default_factory=Counter)


def read_document(path: Path) -> Document:
    """The content of a CVAT file.

    Raises:
        InputError: it is no well-formed XML, with its line; or declares a document type.
    """
    content = read_bytes(path, MAX_TABLE)
    reader = _Reader(path)
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise InputError(
            f"{path}: line {error.lineno}: no well-formed XML ({error}). Export it again."
        ) from error
    except (UnicodeError, ValueError, LookupError) as error:
        raise InputError(f"{path}: no readable XML ({error}). Export it again.") from error
    return reader.document


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path, self.document = path, Document()
        self.parser: Any = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        self._stack: list[str] = []
        self._texts: list[str] = []
        self._named = ""
        self._track: Track | None = None
        self._task_depth: int | None = None

    def _refuse(self, *_: object) -> None:
        raise InputError(f"{self.path}: it declares a document type, which no file of CVAT does.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._stack) >= _DEEPEST:
            raise InputError(f"{self.path}: it is nested more than {_DEEPEST} levels deep.")
        line, document = self.parser.CurrentLineNumber, self.document
        document.root = document.root or name
        in_meta = "meta" in self._stack[:2]
        if name == "track" and not in_meta:
            self._track = Track(line, attributes)
            document.tracks.append(self._track)
        elif name == "box" and self._track is not None:
            self._track.boxes.append(Box(line, attributes))
        elif name == "attribute" and self._stack[-1:] == ["box"]:
            self._named = attributes.get("name", "")
        elif name in _SHAPES and not in_meta:
            document.shapes[name] += 1
        elif name == "image" and not in_meta:
            document.images += 1
        elif name in ("task", "job") and in_meta and self._task_depth is None:
            document.tasks.append({})
            self._task_depth = len(self._stack) + 1
        self._stack.append(name)
        self._texts = []

    def _text(self, text: str) -> None:
        self._texts.append(text)

    def _end(self, name: str) -> None:
        if self._task_depth is not None and len(self._stack) > self._task_depth:
            key = "/".join(self._stack[self._task_depth :])
            self.document.tasks[-1].setdefault(key, []).append("".join(self._texts).strip())
        if self._task_depth is None and self._stack[-2:] == ["meta", "source"]:
            self.document.source = "".join(self._texts).strip()
        self._stack.pop()
        if name == "attribute" and self._stack[-1:] == ["box"] and self._track is not None:
            self._track.boxes[-1].values[self._named] = "".join(self._texts).strip()
        self._texts = []
        if name == "track":
            self._track = None
        if self._task_depth is not None and len(self._stack) < self._task_depth:
            self._task_depth = None
