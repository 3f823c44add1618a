"""Who goes where when: the script of the demo world.

A visit is one walk of one being across the view of one camera. Everybody takes the way from the
entrance to the exit, some leave out a place; a pair goes side by side, one walker comes back into the
hall, two take their dogs along.
"""

from dataclasses import dataclass, replace

import numpy as np

from reid_assets.demo.cameras import CAMERAS, FPS, WIDTH, Camera
from reid_assets.demo.dogs import DOGS
from reid_assets.demo.looks import ROSTER

_MARGIN = 70  # pixels beyond the picture's edge where a walk begins and ends
_ON_THE_WAY = 1.0  # least seconds between two walks of one being
_SIDE_BY_SIDE = ("ben", "cleo")
_COMES_BACK = "emi"
_WITH_DOG = {"rex": "ada", "luna": "pax"}


@dataclass(frozen=True)
class Visit:
    """One walk across one camera's view.

    Attributes:
        being: key of `looks.ROSTER` or `dogs.DOGS`.
        camera: where.
        start: second of the world at which the walk begins, out of sight.
        speed: pixels a second to the right (negative: to the left).
        feet: y of the feet at the left edge and at the right edge of the picture.
        phase: of the first step, radians.
    """

    being: str
    camera: Camera
    start: float
    speed: float
    feet: tuple[float, float]
    phase: float

    def at(self, frame: int) -> tuple[float, float] | None:
        """Where the feet are in a frame of the camera's recording; None before and after the walk."""
        seconds = self.camera.start + frame / FPS - self.start
        way = abs(self.speed) * seconds
        if not 0 <= way <= WIDTH + 2 * _MARGIN:
            return None
        x = way - _MARGIN if self.speed > 0 else WIDTH + _MARGIN - way
        share = (x + _MARGIN) / (WIDTH + 2 * _MARGIN)
        return x, self.feet[0] + share * (self.feet[1] - self.feet[0])


def script(seed: int) -> list[Visit]:
    """All visits of all beings; the same for the same seed."""
    rng = np.random.default_rng(seed)
    visits: list[Visit] = []
    for number, name in enumerate(ROSTER):
        partner = _SIDE_BY_SIDE[0] if name == _SIDE_BY_SIDE[1] else None
        if partner:
            visits += [_beside(visit, name) for visit in visits if visit.being == partner]
            continue
        skipped = int(rng.integers(1, 3)) if number % 4 == 3 else None
        arrival = 0.5 + 1.75 * number + rng.uniform(0, 0.5)
        for place, camera in enumerate(CAMERAS):
            if place != skipped:
                visits.append(_walk(rng, name, camera, camera.start + 1.0 + arrival))
            arrival += rng.uniform(-0.8, 0.8)
    hall = CAMERAS[1]
    first = next(v for v in visits if v.being == _COMES_BACK and v.camera == hall)
    back = _walk(rng, _COMES_BACK, hall, first.start + 14.0)
    visits.append(back)
    visits = _one_place_at_a_time(visits)
    for dog, master in _WITH_DOG.items():
        own = [visit for visit in visits if visit.being == master]
        visits += [_beside(visit, dog, ahead=0.55 if visit.speed > 0 else 0.5) for visit in own]
    return visits


def _one_place_at_a_time(visits: list[Visit]) -> list[Visit]:
    """The same visits; who would be somewhere before having left elsewhere comes later."""
    free: dict[str, float] = {}
    settled = list(visits)
    for number in sorted(range(len(visits)), key=lambda number: visits[number].start):
        visit = visits[number]
        start = max(visit.start, free.get(visit.being, 0.0) + _ON_THE_WAY)
        free[visit.being] = start + (WIDTH + 2 * _MARGIN) / abs(visit.speed)
        settled[number] = replace(visit, start=start)
    return settled


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
    """The same walk by somebody else, a little nearer to the camera and a little behind in time."""
    nearer = 10.0 if name in DOGS else 13.0
    feet = (visit.feet[0] + nearer, visit.feet[1] + nearer)
    return Visit(name, visit.camera, visit.start + ahead, visit.speed, feet, visit.phase + 1.1)
