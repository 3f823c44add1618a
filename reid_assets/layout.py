"""Every path under the root, and which folder is a video.

The only place that spells a file name of the contract. Nothing here opens a file: reading and
writing is `reid_assets.io`.
"""

from dataclasses import dataclass
from pathlib import Path

_META = "_track_meta.csv"
_EMBEDS = "_track_embeds.npz"
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
class Layout:
    """Paths under one root (absolute)."""

    root: Path

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
        names = (path.name.removesuffix(_META) for path in self.embeddings.glob(f"*{_META}"))
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
    def reid(self) -> Path:
        """Everything that concerns more than one video."""
        return self.root / "reid"

    @property
    def embeddings(self) -> Path:
        """Folder of the embeddings pairs."""
        return self.reid / "embeddings"

    def track_meta(self, name: str) -> Path:
        """First half of an embeddings pair."""
        return self.embeddings / f"{name}{_META}"

    def track_embeds(self, name: str) -> Path:
        """Second half of an embeddings pair."""
        return self.embeddings / f"{name}{_EMBEDS}"

    def crops(self, name: str) -> Path:
        """Folder of a video's kept crops."""
        return self.reid / "crops" / name

    def crop_index(self, name: str) -> Path:
        """Table of a video's kept crops."""
        return self.crops(name) / "crops.csv"

    @property
    def global_id_map(self) -> Path:
        """The identity of each track."""
        return self.reid / "global_id_map.csv"

    @property
    def identity_state(self) -> Path:
        """Highest identity ever given."""
        return self.reid / "identity_state.json"

    @property
    def identity_evidence(self) -> Path:
        """Why each track is who it is."""
        return self.reid / "identity_evidence.csv"

    @property
    def association_report(self) -> Path:
        """What the association measured, chose and changed."""
        return self.reid / "association.json"

    @property
    def similarity_calibration(self) -> Path:
        """Histograms of similarity and the probability of being the same."""
        return self.reid / "similarity_calibration.csv"

    @property
    def calibration_picture(self) -> Path:
        """The same as a picture."""
        return self.reid / "similarity_calibration.png"

    @property
    def expected_accuracy(self) -> Path:
        """How right the map is likely to be, a line a class group."""
        return self.reid / "expected_accuracy.csv"

    @property
    def calibration_files(self) -> list[Path]:
        """All that the calibration leaves."""
        return [self.similarity_calibration, self.expected_accuracy, self.calibration_picture]

    @property
    def merged_analytics(self) -> Path:
        """Counts over all videos."""
        return self.reid / "merged_analytics.json"

    @property
    def galleries(self) -> Path:
        """Folder of the identities' galleries."""
        return self.reid / "galleries"

    @property
    def gallery_index(self) -> Path:
        """Table of all thumbnails."""
        return self.galleries / "galleries.csv"

    def gallery(self, global_id: int) -> Path:
        """Thumbnails of one identity."""
        return self.galleries / f"global_{global_id:06d}"

    @property
    def flows_csv(self) -> Path:
        """Moves between videos."""
        return self.reid / "flows.csv"

    @property
    def flows_json(self) -> Path:
        """The same for charting tools."""
        return self.reid / "flows.json"

    def movement(self, name: str) -> Path:
        """One of the tables of `MOVEMENT`."""
        return self.reid / f"{name}.csv"

    @property
    def flows_picture(self) -> Path:
        """The moves between cameras as a Sankey."""
        return self.reid / "flows.svg"

    @property
    def report(self) -> Path:
        """Folder for a browser, whole in itself."""
        return self.reid / "report"

    @property
    def report_page(self) -> Path:
        """Where to begin reading it."""
        return self.report / "index.html"

    @property
    def report_table(self) -> Path:
        """Its table of identities."""
        return self.report / "identities.csv"

    @property
    def database(self) -> Path:
        """All tables, for SQL."""
        return self.reid / "reid.duckdb"

    @property
    def backbone_choice(self) -> Path:
        """What `auto` took on this root, and why."""
        return self.reid / "backbone.json"

    @property
    def made(self) -> Path:
        """Of what each artifact was made: the records behind "out of date"."""
        return self.reid / ".made"

    @property
    def failures(self) -> Path:
        """What could not be made, and why."""
        return self.made / "failed"

    @property
    def file_facts(self) -> Path:
        """What video files say of themselves, as far as it was read."""
        return self.made / "file_facts.json"

    @property
    def embedding_rate(self) -> Path:
        """How fast the last embedding pass was."""
        return self.made / "rate.json"

    @property
    def lock(self) -> Path:
        """Held by whoever writes under this root."""
        return self.reid / ".lock"

    @property
    def compiled(self) -> Path:
        """Compiled networks."""
        return self.reid / ".compiled"

    @property
    def dagster_home(self) -> Path:
        """The history of this root, unless DAGSTER_HOME names another."""
        return self.root / ".dagster_home"
