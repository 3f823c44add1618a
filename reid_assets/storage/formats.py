"""How each kind of artifact is written and read: the values of `ArtifactSpec.storage`."""

from collections.abc import Mapping
from typing import Any, Protocol

from reid_assets.artifact_spec import ArtifactSpec
from reid_assets.layout import Layout
from reid_assets.storage.artifact_files import Log, PlainFiles
from reid_assets.storage.background_files import BackgroundFiles
from reid_assets.storage.clip_files import ClipFiles
from reid_assets.storage.crop_files import CropFiles
from reid_assets.storage.embeddings_pair import EmbeddingsPairs
from reid_assets.storage.gallery_files import GalleryFiles
from reid_assets.storage.id_map_file import IdMapFile
from reid_assets.storage.report_files import ReportFiles
from reid_assets.storage.text_embedding_files import TextEmbeddingFiles


class Format(Protocol):
    """Writes and reads the files of an artifact."""

    def store(self, layout: Layout, spec: ArtifactSpec, video: str | None, value: Any) -> int:
        """Write the files, each whole or not at all; return their bytes."""
        ...

    def load(self, layout: Layout, spec: ArtifactSpec, log: Log) -> Any:
        """Everything of the artifact under the root; `log` is told what is left out."""
        ...


FORMATS: Mapping[str, Format] = {
    "files": PlainFiles(),
    "embeddings_pair": EmbeddingsPairs(),
    "crops": CropFiles(),
    "backgrounds": BackgroundFiles(),
    "global_id_map": IdMapFile(),
    "galleries": GalleryFiles(),
    "report": ReportFiles(),
    "clips": ClipFiles(),
    "text_embeddings": TextEmbeddingFiles(),
}
