"""The walks of the demo: which identity crosses the view of which camera, and when.

A visit is one walk of one identity across the view of one camera. Everybody walks from the entrance to the
exit, some skip a camera; a pair walks side by side, one person returns to the hall, two walk a dog.
"""

from dataclasses import dataclass, replace

import numpy as np

from reid_assets.demo.cameras import CAMERAS, FPS, WIDTH, Camera
from reid_assets.demo.dogs import DOGS
from reid_assets.demo.looks import ROSTER

_MARGIN = 70  # pixels beyond the image border where a walk starts and ends
_MIN_GAP = 1.0  # least seconds between two walks of one identity
_SIDE_BY_SIDE = ("ben", "cleo")
_RETURNS = "emi"
_OWNER_OF = {"rex": "ada", "luna": "pax"}


@dataclass(frozen=True)
class Visit:
    """One walk across one camera's view.

    Attributes:
        identity: key of `looks.ROSTER` or `dogs.DOGS`.
        camera: the camera.
        start: time at which the walk starts, out of view, in seconds since `cameras.WORLD_START`.
        speed: pixels per second to the right (negative: to the left).
        feet: y of the feet at the left and at the right edge of the image, pixels.
        phase: of the first step, radians.
    """

    identity: str
    camera: Camera
    start: float
    speed: float
    feet: tuple[float, float]
    phase: float

    def feet_at(self, frame: int) -> tuple[float, float] | None:
        """Position x, y of the feet in a frame of the recording, pixels; None before and after the walk."""
        seconds = self.camera.start + frame / FPS - self.start
        distance = abs(self.speed) * seconds
        if not 0 <= distance <= WIDTH + 2 * _MARGIN:
            return None
        x = distance - _MARGIN if self.speed > 0 else WIDTH + _MARGIN - distance
        share = (x + _MARGIN) / (WIDTH + 2 * _MARGIN)
        return x, self.feet[0] + share * (self.feet[1] - self.feet[0])


def plan_visits(seed: int) -> list[Visit]:
    """All visits of all identities; the same for the same seed."""
    rng = np.random.default_rng(seed)
    visits: list[Visit] = []
    for number, name in enumerate(ROSTER):
        partner = _SIDE_BY_SIDE[0] if name == _SIDE_BY_SIDE[1] else None
        if partner:
            visits += [_beside(visit, name) for visit in visits if visit.identity == partner]
            continue
        skipped = int(rng.integers(1, 3)) if number % 4 == 3 else None
        arrival = 0.5 + 1.75 * number + rng.uniform(0, 0.5)
        for position, camera in enumerate(CAMERAS):
            if position != skipped:
                visits.append(_walk(rng, name, camera, camera.start + 1.0 + arrival))
            arrival += rng.uniform(-0.8, 0.8)
    hall = CAMERAS[1]
    first = next(v for v in visits if v.identity == _RETURNS and v.camera == hall)
    visits.append(_walk(rng, _RETURNS, hall, first.start + 14.0))
    visits = _without_overlaps(visits)
    for dog, owner in _OWNER_OF.items():
        own = [visit for visit in visits if visit.identity == owner]
        visits += [_beside(visit, dog, ahead=0.55 if visit.speed > 0 else 0.5) for visit in own]
    return visits


def _without_overlaps(visits: list[Visit]) -> list[Visit]:
    """The visits, delayed where an identity would otherwise be in two places at the same time."""
    free_from: dict[str, float] = {}
    delayed = list(visits)
    for number in sorted(range(len(visits)), key=lambda number: visits[number].start):
        visit = visits[number]
        start = max(visit.start, free_from.get(visit.identity, 0.0) + _MIN_GAP)
        free_from[visit.identity] = start + (WIDTH + 2 * _MARGIN) / abs(visit.speed)
        delayed[number] = replace(visit, start=start)
    return delayed


def _walk(rng: np.random.Generator, name: str, camera: Camera, start: float) -> Visit:
    right = bool(rng.integers(2))
    feet = np.sort(rng.uniform(camera.far, camera.near, 2))
    feet = feet if rng.integers(2) else feet[::-1]
    middle = feet.mean()
    feet = middle + (feet - middle) * 0.5
    speed = rng.uniform(96, 124) * (1 if right else -1) * camera.height_at(float(middle)) / 160
    return Visit(
        name, camera, start, float(speed), (float(feet[0]), float(feet[1])), float(rng.uniform(0, 6))
    )


def _beside(visit: Visit, name: str, ahead: float = 0.4) -> Visit:
    """The same walk by another identity, slightly nearer to the camera and `ahead` seconds later."""
    nearer = 10.0 if name in DOGS else 13.0
    feet = (visit.feet[0] + nearer, visit.feet[1] + nearer)
    return Visit(name, visit.camera, visit.start + ahead, visit.speed, feet, visit.phase + 1.1)
