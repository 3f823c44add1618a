"""What the review page shows of one root: questions, identities, tracks, crops and whole frames."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from reid_assets.reid.core.corrections import Correction, Corrections, TrackRef
from reid_assets.reid.core.errors import ReidError
from reid_assets.reid.core.tables import GLOBAL_ID_MAP, IDENTITY_EVIDENCE
from reid_assets.reid.review.open_questions import still_open
from reid_assets.reid.review.queue_table import REVIEW_QUEUE
from reid_assets.reid.search.look_alikes_table import LOOK_ALIKES
from reid_assets.review.whole_frames import whole_frame
from reid_assets.state.corrected import known_tracks
from reid_assets.state.correcting import add_correction, take_back
from reid_assets.state.project import Project
from reid_assets.storage.artifact_files import load_if_there, read_table
from reid_assets.storage.corrections_file import read_corrections
from reid_assets.storage.crop_files import CropLibrary, kept_crops

AT_ONCE = 30  # questions that the page holds
MOST_CROPS = 12  # of one track, played one after the other


class Desk:
    """One root under review. What was computed is read by `reload`, corrections each time."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.reload()

    def reload(self) -> None:
        """Read the tables that a run has made.

        Raises:
            ReidError: there is no queue yet.
        """
        self._project = project = self._project.reopened()
        layout = project.layout
        if not layout.path("review_queue").is_file():
            raise ReidError(f"{layout.root}: there is no review queue yet. Make it with `reid-assets run`.")
        self._queue = read_table(REVIEW_QUEUE, layout.path("review_queue"))
        self._map = read_table(GLOBAL_ID_MAP, layout.path("global_id_map"))
        self._evidence = read_table(IDENTITY_EVIDENCE, layout.path("identity_evidence"))
        self._meta = known_tracks(project)
        self._crops = CropLibrary(kept_crops(layout), layout)
        self._clocks = project.clocks()
        by_quality = self._crops.table.sort_values(["quality", "frame"], ascending=[False, True])
        self._frames = {
            TrackRef(str(video), int(track)): sorted(own["frame"].head(MOST_CROPS).tolist())
            for (video, track), own in by_quality.groupby(["video", "track_id"])
        }
        columns = ["video", "track_id", "global_id", "class_name", "f_min", "f_max"]
        rows = self._map[columns].itertuples(index=False, name=None)
        self._rows = {TrackRef(str(video), int(track)): tuple(rest) for video, track, *rest in rows}
        surest = self._evidence.sort_values(
            ["confidence", "video", "track_id"], ascending=[False, True, True]
        )
        self._own = {int(str(number)): own for number, own in surest.groupby("global_id")}
        found = load_if_there(layout, "look_alikes")
        self._alike = LOOK_ALIKES.empty() if found is None else found
        self._named: dict[int, str] = {}
        self._id_of = {ref: int(row[0]) for ref, row in self._rows.items()}

    def _names(self) -> dict[int, str]:
        """The last name that was given to each identity."""
        given = {self._id_of.get(one.a): one.value for one in self.corrections.of("name")}
        return {number: name for number, name in given.items() if number is not None}

    @property
    def corrections(self) -> Corrections:
        """What has been said so far."""
        return read_corrections(self._project.corrections_file)

    def questions(self) -> dict[str, Any]:
        """The open questions, best first, and how far the review is: for JSON."""
        said, self._named = self.corrections, self._names()
        left = still_open(self._queue, said)
        answered = self._queue.drop(index=left.index)
        return {
            "questions": [self._question(row) for row in left.head(AT_ONCE).to_dict("records")],
            "left": len(left),
            "answered": len(answered),
            "gain": float(answered["gain"].sum()),
            "gain_left": float(left["gain"].sum()),
        }

    def _question(self, row: Mapping[str, Any]) -> dict[str, Any]:
        ends = (TrackRef(row["video_a"], int(row["track_a"])), TrackRef(row["video_b"], int(row["track_b"])))
        told = {name: row[name] for name in ("rank", "kind", "probability", "gain", "why")}
        return told | {name: self.track(end) for name, end in zip("ab", ends, strict=True)}

    def track(self, ref: TrackRef) -> dict[str, Any]:
        """What is shown of one track."""
        clock = self._clocks.videos.get(ref.video)
        number = self._id_of.get(ref)
        _, class_name, first, last = self._rows.get(ref, (None, "", 0, 0))
        seen = (
            clock.start + pd.Timedelta(seconds=int(first) / clock.fps)
            if clock and clock.start and clock.fps
            else None
        )
        return {
            "ref": str(ref),
            "video": ref.video,
            "track": ref.track_id,
            "identity": number,
            "name": None if number is None else self._named.get(number),
            "class": str(class_name),
            "camera": clock.camera if clock and clock.camera_source != "video" else None,
            "seen": seen.strftime("%Y-%m-%d %H:%M:%S") if seen is not None else None,
            "frames": [int(first), int(last)],
            "crops": self._frames.get(ref, []),
        }

    def identities(self) -> list[dict[str, Any]]:
        """Every identity: its number, name, size and the track that stands for it; the largest first."""
        names = self._named = self._names()
        size = self._map.groupby("global_id").agg(tracks=("track_id", "size"), videos=("video", "nunique"))
        ordered = size.sort_values("tracks", ascending=False, kind="stable")
        return [
            {
                "id": int(number),
                "name": names.get(int(number)),
                "tracks": int(one.tracks),
                "videos": int(one.videos),
            }
            | {"stands": self.track(self._stands_for(int(number)))}
            for number, one in zip(ordered.index, ordered.itertuples(), strict=True)
        ]

    def identity(self, number: int) -> dict[str, Any]:
        """One identity with all its tracks, the most certain first, and who looks like it.

        Raises:
            ReidError: there is none of this number.
        """
        if number not in self._own:
            raise ReidError(f"There is no identity {number}.")
        tracks = [
            self.track(TrackRef(str(row.video), int(row.track_id)))
            | {"confidence": round(float(row.confidence), 3)}
            for row in self._own[number].itertuples()
        ]
        alike = self._alike[self._alike["global_id"] == number]
        others = [{"id": int(row.other_id), "score": float(row.score)} for row in alike.itertuples()]
        return {"id": number, "name": self._names().get(number), "tracks": tracks, "alike": others}

    def _stands_for(self, number: int, without: frozenset[TrackRef] = frozenset()) -> TrackRef:
        """The surest track of an identity that is not left out."""
        own = self._own.get(number, self._evidence.iloc[:0])
        refs = [TrackRef(str(row.video), int(row.track_id)) for row in own.itertuples()]
        left = [ref for ref in refs if ref not in without]
        if not left:
            raise ReidError(f"Identity {number} has no other track to compare with.")
        return next((ref for ref in left if ref in self._frames), left[0])

    def add(self, one: Correction) -> None:
        """Write a correction at once.

        Raises:
            ReidError: it cannot hold.
        """
        add_correction(self._project, one, self._meta)

    def take_back(self, one: Correction) -> bool:
        """Delete a correction; whether there was one."""
        return take_back(self._project, one)

    def split_off(
        self, tracks: list[TrackRef], target: int | None = None
    ) -> list[tuple[str, TrackRef, TrackRef]]:
        """What to say so that tracks leave their identity, and join another if one is named.

        Raises:
            ReidError: nothing would be left, or a track is unknown.
        """
        wrong = frozenset(tracks)
        said = []
        for ref in tracks:
            if ref not in self._id_of:
                raise ReidError(f"{ref}: there is no such track in the map.")
            if self._id_of[ref] == target:
                continue
            said.append(("different", ref, self._stands_for(self._id_of[ref], wrong)))
            if target is not None:
                said.append(("same", ref, self._stands_for(target)))
        return said

    def merge(self, one: int, other: int) -> list[tuple[str, TrackRef, TrackRef]]:
        """What to say so that two identities become one."""
        return [("same", self._stands_for(one), self._stands_for(other))]

    def crop(self, ref: TrackRef, frame: int) -> bytes:
        """JPEG of a kept crop.

        Raises:
            ReidError: it is not kept.
        """
        if frame not in self._frames.get(ref, []):
            raise ReidError(f"{ref}: there is no crop of frame {frame}.")
        return self._crops.jpeg(ref.video, ref.track_id, frame)

    def frame(self, ref: TrackRef, frame: int) -> bytes:
        """JPEG of the whole frame with the box of the track.

        Raises:
            ReidError: the video is not there, or cannot be read.
        """
        self.crop(ref, frame)
        return whole_frame(self._project, ref, frame)
