"""Which file feeds which table, and keeping the database level with the files.

`database.py` knows how one part is loaded; here is the list of all parts of a root.
"""

from collections.abc import Iterator

from reid_assets.layout import MOVEMENT, PER_VIDEO, Layout
from reid_assets.layout import WHOLE as ALL_TOGETHER
from reid_assets.reid.accuracy.calibration_tables import EXPECTED_ACCURACY, SIMILARITY_CALIBRATION
from reid_assets.reid.core import tables
from reid_assets.reid.movement.movement_tables import MOVEMENT_TABLES
from reid_assets.reid.report.contents import REPORT
from reid_assets.storage.database import WHOLE, Database, Part
from reid_assets.storage.digests import ABSENT, Digests


class Mirror:
    """All tables of one root."""

    def __init__(self, layout: Layout, database: Database, digests: Digests) -> None:
        self.layout = layout
        self.database = database
        self.digests = digests

    def part(self, artifact: str, video: str | None = None) -> Part:
        """The file of an artifact and the table it feeds."""
        at = self.layout
        if video is not None:
            table, path = {
                "track_embeddings": (tables.TRACK_META, at.track_meta(video)),
                "track_crops": (tables.TRACK_CROPS, at.crop_index(video)),
                "tracks_global": (tables.TRACKS_GLOBAL, at.tracks_global(video)),
                "summary_global": (tables.SUMMARY_GLOBAL, at.summary_global(video)),
            }[artifact]
            return Part(table, video, path)
        if artifact in MOVEMENT:
            return Part(MOVEMENT_TABLES[artifact], WHOLE, at.movement(artifact))
        table, path = {
            "global_id_map": (tables.GLOBAL_ID_MAP, at.global_id_map),
            "similarity_calibration": (SIMILARITY_CALIBRATION, at.similarity_calibration),
            "galleries": (tables.GALLERIES, at.gallery_index),
            "flows": (tables.FLOWS, at.flows_csv),
            "merged_analytics": (tables.MERGED_ANALYTICS, at.merged_analytics),
            "report": (REPORT, at.report_table),
        }[artifact]
        return Part(table, WHOLE, path)

    def parts(self) -> Iterator[Part]:
        """Every part whose file is there."""
        videos = sorted({*self.layout.video_names(), *self.layout.embedded_names()})
        wanted = [(artifact, video) for artifact in PER_VIDEO for video in videos]
        for artifact, video in [*wanted, *((name, None) for name in ALL_TOGETHER)]:
            part = self.part(artifact, video)
            if part.path.is_file():
                yield part

    def load(self, artifact: str, video: str | None = None) -> int:
        """Load one artifact's file into its table; return its rows.

        Raises:
            DatabaseBusyError: the database stays open elsewhere.
        """
        part = self.part(artifact, video)
        for companion in self._companions(artifact):
            self._load(companion)
        return self._load(part)

    def _load(self, part: Part) -> int:
        return self.database.load(part, self.digests.of(part.path))

    def _companions(self, artifact: str) -> list[Part]:
        """What lies beside an artifact and goes with it: the evidence for a map, say."""
        at = self.layout
        beside = {
            "global_id_map": [
                (tables.IDENTITY_EVIDENCE, at.identity_evidence),
                (tables.IDENTITY_STATE, at.identity_state),
                (tables.ASSOCIATION, at.association_report),
            ],
            "similarity_calibration": [(EXPECTED_ACCURACY, at.expected_accuracy)],
        }
        return [Part(table, WHOLE, path) for table, path in beside.get(artifact, []) if path.is_file()]

    def level(self) -> list[str]:
        """Load what changed since it was loaded last, drop what is gone; say what was done.

        Raises:
            DatabaseBusyError: the database stays open elsewhere.
        """
        done, loaded = [], self.database.parts()
        # The state stays in the database even if its file is lost: no id is ever given twice.
        keep: dict[str, set[str]] = {tables.IDENTITY_STATE.name: {WHOLE}}
        companions = [part for artifact in ALL_TOGETHER for part in self._companions(artifact)]
        for part in [*self.parts(), *companions]:
            keep.setdefault(part.table.name, set()).add(part.part)
            digest = self.digests.of(part.path)
            if loaded.get((part.table.name, part.part)) != digest:
                self.database.load(part, digest)
                done.append(f"loaded {part.table.name} {part.part}".rstrip())
        return done + [f"dropped {name} {part}".rstrip() for name, part in self.database.drop_parts(keep)]

    def disagreements(self, artifact: str) -> list[str]:
        """How the files of an artifact and their rows differ, in words."""
        name = self.part(artifact, "x" if artifact in PER_VIDEO else None).table.name
        loaded = self.database.parts()
        found, alike = [], []
        there = [part for part in self.parts() if part.table.name == name]
        for part in there:
            digest = loaded.pop((name, part.part), ABSENT)
            if digest != self.digests.of(part.path):
                found.append(f"{part.path.name}: the database holds another state of the file")
            else:
                alike.append(part)
        found += self.database.differences(alike) if alike else []
        return found + [f"{part}: rows without a file" for table, part in loaded if table == name]
