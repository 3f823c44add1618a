"""Simulated detector and tracker of the demo, with typical errors.

Boxes jitter, detections are missed, classes flicker, the first detections of a track are untracked, and a
background object is detected for a while. The true identities are kept separately, for truth.csv.
"""

from dataclasses import dataclass, field

import numpy as np

from reid_assets.demo.cameras import FPS, HEIGHT, WIDTH
from reid_assets.demo.dogs import DOGS
from reid_assets.demo.render import Sighting
from reid_assets.demo.visits import Visit

HEADER = "frame,time_s,track_id,class_id,class_name,x1,y1,x2,y2,cx,cy,conf,speed_kmh,speed_kmh_ema"
_CLASSES = {"person": 0, "dog": 16, "suitcase": 28, "cat": 15, "potted plant": 58}
_MISSED, _FLICKER, _UNTRACKED_AT_FIRST = 0.04, 0.03, 2
_MIN_INSIDE, _MIN_VISIBLE = 0.45, 0.3


@dataclass
class SimulatedTracker:
    """Turns the sightings of one video into rows of tracks.csv, and records the true identities.

    Attributes:
        visits: of the camera; `Sighting.visit` is an index into them.
        rng: source of the errors.
        rows: lines of tracks.csv, without header.
        identity_of: track_id -> true identity; tracks of background objects are not in it.
        classes: track_id -> true class_id.
    """

    visits: list[Visit]
    rng: np.random.Generator
    rows: list[str] = field(default_factory=list)
    identity_of: dict[int, str] = field(default_factory=dict)
    classes: dict[int, int] = field(default_factory=dict)
    _track_of: dict[int, int] = field(default_factory=dict)
    _sightings: dict[int, int] = field(default_factory=dict)
    _next: int = 0

    def observe(self, frame: int, sightings: list[Sighting]) -> None:
        """Append the rows of one frame."""
        for one in sightings:
            if one.inside < _MIN_INSIDE or one.visible < _MIN_VISIBLE or self.rng.random() < _MISSED:
                continue
            identity = self.visits[one.visit].identity
            self._sightings[one.visit] = self._sightings.get(one.visit, 0) + 1
            track = -1 if self._sightings[one.visit] <= _UNTRACKED_AT_FIRST else self._track(one.visit)
            confidence = float(np.clip(self.rng.normal(0.5 + 0.4 * one.visible, 0.05), 0.3, 0.98))
            name = "dog" if identity in DOGS else "person"
            if self.rng.random() < _FLICKER:
                name, confidence = ("cat" if name == "dog" else "suitcase"), 0.35
            self._append_row(frame, track, name, self._jitter(one.box), confidence)
        self._add_background_object(frame)

    def _track(self, visit: int) -> int:
        if visit not in self._track_of:
            self._track_of[visit] = self._next
            identity = self.visits[visit].identity
            self.identity_of[self._next] = identity
            self.classes[self._next] = _CLASSES["dog" if identity in DOGS else "person"]
            self._next += 1
        return self._track_of[visit]

    def _add_background_object(self, frame: int) -> None:
        """Add a plant: occasional untracked rows, and one short track without a true identity."""
        box = (100.0, 130.0, 160.0, 215.0)
        if frame == 60:
            self.classes[self._next] = _CLASSES["potted plant"]
            self._track_of[-1] = self._next
            self._next += 1
        if 60 <= frame < 72:
            self._append_row(frame, self._track_of[-1], "potted plant", self._jitter(box), 0.36)
        elif self.rng.random() < 0.02:
            self._append_row(frame, -1, "potted plant", self._jitter(box), 0.31)

    def _jitter(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        width, height = box[2] - box[0], box[3] - box[1]
        shift = self.rng.normal(0.0, 0.012, 4) * (width, height, width, height)
        x1, y1, x2, y2 = np.clip(np.asarray(box) + shift, -2, (WIDTH + 2, HEIGHT + 2) * 2)
        return float(x1), float(y1), float(x2), float(y2)

    def _append_row(
        self, frame: int, track: int, name: str, box: tuple[float, float, float, float], confidence: float
    ) -> None:
        cells = [f"{frame}", f"{frame / FPS:.2f}", f"{track}", f"{_CLASSES[name]}", name]
        cells += [f"{edge:.2f}" for edge in box]
        cells += [f"{(box[0] + box[2]) / 2:.2f}", f"{(box[1] + box[3]) / 2:.2f}", f"{confidence:.4f}", "", ""]
        self.rows.append(",".join(cells))
