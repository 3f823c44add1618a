"""The four cameras of the demo: recording times, colour bias and perspective.

Each recording starts at its own time, so that frame numbers of two videos do not tell who came first. The
backgrounds are painted in `scenes.py`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WIDTH, HEIGHT = 640, 360
FPS = 12.5
WORLD_START = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Camera:
    """One camera and its recording.

    Attributes:
        name: of the camera and of its video.
        start, seconds: start since `WORLD_START` and duration of the recording, seconds.
        gain: factors of blue, green and red; 1 is neutral.
        far, near: y of the feet of the farthest and the nearest walker, pixels.
        tall: height of an adult on the nearest lane, pixels.
    """

    name: str
    start: float
    seconds: float
    gain: tuple[float, float, float]
    far: int
    near: int
    tall: int

    @property
    def frames(self) -> int:
        """Number of frames in the recording."""
        return round(self.seconds * FPS)

    @property
    def start_time(self) -> str:
        """Start of the recording, ISO 8601, as in summary.json."""
        return (WORLD_START + timedelta(seconds=self.start)).isoformat()

    def height_at(self, feet_y: float) -> float:
        """Height in pixels of an adult whose feet are at this y; linear in y, as on flat ground."""
        horizon = self.far - 0.62 * (self.near - self.far)
        return self.tall * (feet_y - horizon) / (self.near - horizon)


CAMERAS = (
    Camera("entrance", 0.0, 36.0, (1.04, 1.0, 0.96), 232, 336, 196),
    Camera("hall", 11.0, 40.0, (0.93, 0.98, 1.04), 226, 342, 208),
    Camera("shop", 27.0, 38.0, (0.96, 1.02, 1.0), 238, 340, 190),
    Camera("exit", 44.0, 36.0, (0.90, 0.92, 0.94), 228, 334, 200),
)
