"""Every path under the root, and which folder is a video.

Paths of artifacts derive from their declarations (`reid_assets.artifacts`); inputs, caches and records are
named here. Nothing here opens a file: reading and writing is `reid_assets.storage`.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from reid_assets.artifact_spec import VIDEO
from reid_assets.artifacts import ARTIFACTS
from reid_assets.declarations.columns import EMBEDS, META
from reid_assets.reid.core.outside_files import file_problem, is_file, may_be_file

MAX_NAME_BYTES = 200


def name_problem(name: str) -> str | None:
    """Why a folder's name cannot be a video's, or None where it can."""
    if not name or name in ("reid", "lost+found") or name[0] in "._":
        return "is reserved (reid, lost+found, and names that begin with _ or .)"
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
    """Paths of one root (absolute).

    Attributes:
        root: folder of the analysed videos.
        out: where everything is written; None: under the root too.
        expired: videos whose time is over (`privacy.keep_days`): here they count as not there.
    """

    root: Path
    out: Path | None = None
    expired: frozenset[str] = frozenset()

    @property
    def outputs(self) -> Path:
        """Below it lies everything that this product writes."""
        return self.out or self.root

    def file(self, pattern: str, video: str | None = None) -> Path:
        """The path of a pattern of a declaration; `video` stands for `{video}` in it."""
        return self.outputs / (pattern if video is None else pattern.replace(VIDEO, video))

    def path(self, artifact: str, video: str | None = None) -> Path:
        """The first file or folder of an artifact."""
        return self.files(artifact, video)[0]

    def files(self, artifact: str, video: str | None = None) -> list[Path]:
        """All files and folders that hold an artifact."""
        return [self.file(pattern, video) for pattern in ARTIFACTS[artifact].files]

    def content_files(self, artifact: str, video: str | None = None) -> list[Path]:
        """Those of its files whose digest is its data version."""
        return [self.file(pattern, video) for pattern in ARTIFACTS[artifact].content_files]

    def table_file(self, artifact: str, video: str | None = None) -> Path:
        """The file of an artifact's own table."""
        return self.file(ARTIFACTS[artifact].tables[0].file, video)

    def video_names(self) -> list[str]:
        """Folders that hold a tracks.csv and have a valid name, sorted.

        Of a folder that may not be looked into nobody knows that it holds none: it counts, and fails by name.
        """
        return [name for name in self.all_videos() if name not in self.expired]

    def all_videos(self) -> list[str]:
        """The same, with those whose time is over."""
        return [name for name in self._folders() if may_be_file(self.tracks(name)) and not name_problem(name)]

    def refused_folders(self) -> dict[str, str]:
        """Folders that look like videos but are not, with the reason."""
        refused = {}
        for name in self._folders():
            if name in ("reid", "lost+found") or name[0] in "._" or self.root / name == self.outputs:
                continue
            problem = name_problem(name)
            if problem:
                refused[name] = f"its name {problem}"
            elif not may_be_file(self.tracks(name)):
                why = file_problem(self.tracks(name)) or ""
                is_there = os.path.lexists(self.tracks(name))
                refused[name] = (
                    f"its tracks.csv cannot be used: {why}" if is_there else "it has no tracks.csv"
                )
        return refused

    def embedded_names(self) -> list[str]:
        """Videos of which an embeddings pair is on disk, whoever made it, sorted."""
        if not self.embeddings.is_dir():
            return []
        names = (path.name.removesuffix(META) for path in self.embeddings.glob(f"*{META}"))
        usable = (name for name in names if not name_problem(name) and is_file(self.track_embeds(name)))
        return sorted(name for name in usable if name not in self.expired)

    def _folders(self) -> list[str]:
        if not self.root.is_dir():
            return []
        with os.scandir(self.root) as entries:
            return sorted(entry.name for entry in entries if os.path.isdir(entry.path))  # noqa: PTH112

    # Inputs.

    def video(self, name: str) -> Path:
        """The folder of a video."""
        return self.root / name

    def tracks(self, name: str) -> Path:
        """What the tracker saw."""
        return self.root / name / "tracks.csv"

    def analysis(self, name: str) -> Path:
        """The analysed video."""
        return self.root / name / "analysis.mp4"

    def summary(self, name: str) -> Path:
        """Frames, fps and more."""
        return self.root / name / "summary.json"

    @property
    def batch_summary(self) -> Path:
        """Which original file each video was made from; optional."""
        return self.root / "_batch_summary.json"

    # Artifacts that code asks for by name.

    @property
    def reid(self) -> Path:
        """Everything that concerns more than one video."""
        return self.outputs / "reid"

    @property
    def embeddings(self) -> Path:
        """Folder of the embeddings pairs."""
        return self.path("track_embeddings", "x").parent

    def track_meta(self, name: str) -> Path:
        """The table of an embeddings pair."""
        return self.embeddings / f"{name}{META}"

    def track_embeds(self, name: str) -> Path:
        """The vectors of an embeddings pair."""
        return self.embeddings / f"{name}{EMBEDS}"

    def crops(self, name: str) -> Path:
        """Folder of a video's kept crops."""
        return self.path("track_crops", name)

    def crop_index(self, name: str) -> Path:
        """Table of a video's kept crops."""
        return self.table_file("track_crops", name)

    def background(self, name: str) -> Path:
        """Picture of what a video's camera sees where nothing moves."""
        return self.path("background", name)

    @property
    def global_id_map(self) -> Path:
        """The identity of each track."""
        return self.path("global_id_map")

    @property
    def identity_state(self) -> Path:
        """Highest identity ever given."""
        return self.file(ARTIFACTS["global_id_map"].tables[1].file)

    @property
    def former_ids(self) -> Path:
        """Ids of tracks, for those that are removed and return; nothing readable."""
        return self.reid / "former_ids.npz"

    @property
    def forgotten(self) -> Path:
        """Tombstones: tracks that were forgotten and do not come back."""
        return self.reid / "forgotten.csv"

    @property
    def forgotten_traces(self) -> Path:
        """Salted hashes by which leftovers of forgotten tracks are recognised; nothing readable."""
        return self.reid / "forgotten.npz"

    @property
    def forgotten_done(self) -> Path:
        """Which tombstones have been followed everywhere."""
        return self.made / "forgotten.json"

    @property
    def full_pass(self) -> Path:
        """What the last full pass chose and compared, for additions to the map; vectors, nothing readable."""
        return self.reid / "incremental" / "full_pass.npz"

    @property
    def additions(self) -> Path:
        """What came since, and for which map."""
        return self.reid / "incremental" / "additions.npz"

    @property
    def galleries(self) -> Path:
        """Folder of the identities' galleries."""
        return self.path("galleries")

    @property
    def gallery_index(self) -> Path:
        """Table of all thumbnails."""
        return self.table_file("galleries")

    def gallery(self, global_id: int) -> Path:
        """Thumbnails of one identity."""
        return self.galleries / f"global_{global_id:06d}"

    @property
    def clips(self) -> Path:
        """Folder of the rendered videos."""
        return self.path("annotated_video", "x").parent

    @property
    def clip_index(self) -> Path:
        """Which clips there are, as a script for the report's pages."""
        return self.reid / "clips.js"

    @property
    def identity_clips(self) -> Path:
        """Folder of the identities' compilations."""
        return self.clips / "identities"

    def identity_clip(self, global_id: int) -> Path:
        """The compilation of one identity."""
        return self.identity_clips / f"global_{global_id:06d}.mp4"

    @property
    def report(self) -> Path:
        """Folder for a browser, complete in itself."""
        return self.path("report")

    @property
    def report_page(self) -> Path:
        """Where to begin reading it."""
        return self.report / "index.html"

    # What is kept beside the artifacts: the database, records, caches.

    @property
    def database(self) -> Path:
        """All tables, for SQL."""
        return self.reid / "reid.duckdb"

    @property
    def backbone_choice(self) -> Path:
        """What `auto` selected on this root, and why."""
        return self.reid / "backbone.json"

    @property
    def root_config(self) -> Path:
        """Which configuration this root is made with."""
        return self.made / "config.json"

    @property
    def made(self) -> Path:
        """From what each artifact was made: the records behind "out of date"."""
        return self.reid / ".made"

    @property
    def failures(self) -> Path:
        """What could not be made, and why."""
        return self.made / "failed"

    @property
    def errors(self) -> Path:
        """Tracebacks of mistakes of this product's own."""
        return self.reid / "errors"

    @property
    def removed_videos(self) -> Path:
        """Videos that were removed and are not yet forgotten everywhere."""
        return self.made / "removed.json"

    @property
    def quarantine(self) -> Path:
        """Which map breaks an identity rule."""
        return self.made / "quarantine.json"

    @property
    def probe_cache(self) -> Path:
        """What the headers of video files say."""
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
    def dagster_home(self) -> Path:
        """The history of this root, unless DAGSTER_HOME names another."""
        return self.outputs / ".dagster_home"
