"""Pictures in the form that the Dagster UI shows: inside the metadata itself.

The UI loads no files, so a picture travels as text; it lies in the event history of every
materialization and has to be small.
"""

import base64

import dagster as dg


def inline_picture(
    content: bytes, kind: str, meaning: str = "picture", caption: str = ""
) -> dg.MarkdownMetadataValue:
    """The picture as markdown; `kind` is its media type, such as `image/png`.

    The UI shows what is shorter than a thousand characters in its place, the rest in a dialog.
    """
    picture = f"![{meaning}](data:{kind};base64,{base64.b64encode(content).decode()})"
    return dg.MetadataValue.md(f"{picture}\n\n{caption}" if caption else picture)
