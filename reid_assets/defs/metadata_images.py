"""Pictures as the Dagster UI shows them: in their place, not behind a link.

The UI shows markdown of less than a thousand characters where it stands, and a picture as text is longer. So
the picture lies as a file among the logs of the history, which the webserver hands out, and the markdown
names it. There is one file a picture: a new one takes its place, so that none outlives what it shows.
"""

import base64
import hashlib
import os
from pathlib import Path

import dagster as dg
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager

from reid_assets.storage.atomic import write_bytes

_FOLDER = "reid-pictures"


def inline_picture(
    content: bytes, kind: str, meaning: str = "picture", caption: str = ""
) -> dg.MarkdownMetadataValue:
    """The picture as markdown, for the metadata of the asset that is being made.

    Args:
        content: of the file.
        kind: media type, such as `image/png`.
        meaning: what is to be seen; with the asset's name, it names the file.
        caption: said below it.
    """
    address = _file_address(content, kind, meaning)
    if address is None:
        address = f"data:{kind};base64,{base64.b64encode(content).decode()}"
    picture = f"![{meaning}]({address})"
    return dg.MetadataValue.md(f"{picture}\n\n{caption}" if caption else picture)


def _file_address(content: bytes, kind: str, meaning: str) -> str | None:
    """Where the webserver hands the picture out; None where the logs lie in no folder of this machine."""
    try:
        context = dg.AssetExecutionContext.get()
    except dg.DagsterInvariantViolationError:
        return None
    logs = context.instance.compute_log_manager
    if not isinstance(logs, LocalComputeLogManager):
        return None
    # One history may serve several roots.
    root = hashlib.sha256(os.environ.get("REID_ROOT", "").encode()).hexdigest()[:8]
    name = f"{context.op_def.name}-{meaning.replace(' ', '-')}-{root}"
    suffix = kind.partition("/")[2].partition("+")[0]
    write_bytes(Path(logs.get_captured_local_path([_FOLDER, name], suffix)), [content])
    # The number makes a browser fetch a new picture under the old name.
    return f"/logs/{_FOLDER}/{name}/{suffix}?v={hashlib.sha256(content).hexdigest()[:8]}"
