"""Every path under `reid/`, the folder of all that concerns more than one video.

A half of `layout.Layout`, which everybody uses. Nothing here opens a file.
"""

from dataclasses import dataclass
from pathlib import Path

META = "_track_meta.csv"
EMBEDS = "_track_embeds.npz"


@dataclass(frozen=True)
class ReidFolder:
    """Paths under one root (absolute) that begin with `reid/`."""

    root: Path

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
        return self.embeddings / f"{name}{META}"

    def track_embeds(self, name: str) -> Path:
        """Second half of an embeddings pair."""
        return self.embeddings / f"{name}{EMBEDS}"

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
