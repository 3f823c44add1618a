"""Every path under the root, and which folder is a video.

Here and in `reid_folder.py` alone are file names of the contract spelt. Nothing here opens a file:
files are read and written by `reid_assets.storage` and `reid_assets.io_managers`.
"""

from dataclasses import dataclass
from pathlib import Path

from reid_assets.reid_folder import META, ReidFolder

MAX_NAME_BYTES = 200

PER_VIDEO = ("track_embeddings", "track_crops", "tracks_global", "summary_global")
# Who was where when: tables of one file each, all derived from the map and the clocks.
MOVEMENT = ("visits", "identities", "occupancy", "transitions", "od_matrix", "camera_flows")
WHOLE = (
    "global_id_map",
    "similarity_calibration",
    "galleries",
    "flows",
    *MOVEMENT,
    "merged_analytics",
    "report",
)
ARTIFACTS = (*PER_VIDEO, *WHOLE)


def name_problem(name: str) -> str | None:
    """Why a folder's name cannot be a video's, or None where it can."""
    if not name or name == "reid" or name[0] in "._":
        return "is reserved (reid, and names that begin with _ or .)"
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
        return "holds a control character"
    if "/" in name or "\\" in name:
        return "holds a path separator"
    try:
        size = len(name.encode("utf-8"))
    except UnicodeEncodeError:
        return "is not valid UTF-8"
    return f"is longer than {MAX_NAME_BYTES} bytes" if size > MAX_NAME_BYTES else None


@dataclass(frozen=True)
class Layout(ReidFolder):
    """Paths under one root (absolute)."""

    def video_names(self) -> list[str]:
        """Folders that hold a tracks.csv and have a valid name, sorted."""
        return [name for name in self._folders() if self.tracks(name).is_file() and not name_problem(name)]

    def refused_folders(self) -> dict[str, str]:
        """Folders that look like videos but are not, with the reason."""
        refused = {}
        for name in self._folders():
            if name == "reid" or name[0] in "._":
                continue
            problem = name_problem(name)
            if problem:
                refused[name] = f"its name {problem}"
            elif not self.tracks(name).is_file():
                refused[name] = "it has no tracks.csv"
        return refused

    def embedded_names(self) -> list[str]:
        """Videos of which an embeddings pair lies on disk, whoever made it, sorted."""
        if not self.embeddings.is_dir():
            return []
        names = (path.name.removesuffix(META) for path in self.embeddings.glob(f"*{META}"))
        return sorted(name for name in names if not name_problem(name) and self.track_embeds(name).is_file())

    def _folders(self) -> list[str]:
        if not self.root.is_dir():
            return []
        return sorted(path.name for path in self.root.iterdir() if path.is_dir())

    def video(self, name: str) -> Path:
        """The folder of a video."""
        return self.root / name

    def tracks(self, name: str) -> Path:
        """What the tracker saw (input)."""
        return self.root / name / "tracks.csv"

    def analysis(self, name: str) -> Path:
        """The analysed video (input)."""
        return self.root / name / "analysis.mp4"

    def summary(self, name: str) -> Path:
        """Frames, fps and more (input)."""
        return self.root / name / "summary.json"

    def tracks_global(self, name: str) -> Path:
        """tracks.csv with identities."""
        return self.root / name / "tracks_global.csv"

    def summary_global(self, name: str) -> Path:
        """summary.json with identities."""
        return self.root / name / "summary_global.json"

    @property
    def batch_summary(self) -> Path:
        """Which original file each video was made from (input, optional)."""
        return self.root / "_batch_summary.json"

    @property
    def dagster_home(self) -> Path:
        """The history of this root, unless DAGSTER_HOME names another."""
        return self.root / ".dagster_home"
