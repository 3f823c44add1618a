"""The backgrounds of videos: a small picture each, transparent where nothing is known, and facts of it."""

import pandas as pd

from reid_assets.artifact_spec import ArtifactSpec
from reid_assets.layout import Layout
from reid_assets.reid.cameras.background import BACKGROUND, Background
from reid_assets.reid.cameras.background_agreement import Signature
from reid_assets.storage.artifact_files import Log, write_content
from reid_assets.storage.atomic import write_bytes


class BackgroundFiles:
    """`reid/backgrounds/<video>.png` and `<video>.csv`."""

    def store(self, layout: Layout, spec: ArtifactSpec, video: str | None, value: Background) -> int:
        """Write both files of a video, the picture last."""
        assert video is not None
        tiles, known = Signature.of(value).tiles, round(float(value.known.mean()), 4)
        facts = pd.DataFrame([(video, value.frames, known, tiles)], columns=list(BACKGROUND.header))
        size = write_content(layout.table_file(spec.name, video), facts, BACKGROUND)
        return size + write_bytes(layout.background(video), [value.png()])

    def load(self, layout: Layout, spec: ArtifactSpec, log: Log) -> dict[str, Background]:
        """Those of the videos that have vectors, as far as there are any.

        One that cannot be read is left out, and the log is told why.
        """
        found = {}
        for video in layout.embedded_names():
            path = layout.background(video)
            try:
                found[video] = Background.from_png(path.read_bytes())
            except FileNotFoundError:
                continue
            except ValueError as error:
                log(f"{path}: {error}. Embed the video again: `reid-assets run --video {video} --force`.")
        return found
