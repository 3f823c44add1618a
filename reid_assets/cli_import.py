"""The command `reid-assets import`. What it does is `reid_assets.commands.import_tracks`."""

import re
from typing import Any

import click

from reid_assets.cli_options import root_and_config

_FORMATS = ("auto", "mot", "ultralytics", "supervision", "trackflow", "coco-video", "cvat")


class _Size(click.ParamType):
    """Width and height such as `1920x1080`."""

    name = "WxH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Two whole numbers.

        Raises:
            BadParameter: it is something else.
        """
        match = re.fullmatch(r"(\d{1,6})x(\d{1,6})", str(value), re.ASCII)
        if match is None or "0" in match.groups():
            self.fail(f"{value!r} is no size such as 1920x1080", param, ctx)
        return int(match[1]), int(match[2])


@click.command(name="import")
@root_and_config
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option("--from", "form", type=click.Choice(_FORMATS), default="auto", help="Format (default: auto).")
@click.option("--video", help="Name of the video, of a source that holds one.")
@click.option("--media", type=click.Path(), help="Video file, or folder of files named as the videos.")
@click.option("--classes", help="Names: coco, a file, or person,bicycle,... from class 0 on.")
@click.option("--class-name", default="person", show_default=True, help="Where the source states no class.")
@click.option(
    "--fps",
    type=click.FloatRange(0.01, 1000),
    help="Frames a second (default: as the source says).",
)
@click.option("--size", type=_Size(), help="Of the frames in pixels, where no video file says it.")
@click.option("--first-frame", type=click.IntRange(0, 1), help="Number of the source's first frame.")
@click.option(
    "--frame-stride", default=1, type=click.IntRange(1, 10**6), help="The tool took every n-th frame."
)
@click.option("--make-video", is_flag=True, help="Make analysis.mp4 of image sequences.")
@click.option("--force", is_flag=True, help="Replace a tracks.csv or video that is there already.")
def import_(root: str | None, config: str | None, **said: Any) -> int:
    """Make video folders out of what trackers and annotation tools wrote.

    PATH is a file or a folder: MOTChallenge, Ultralytics, supervision, Trackflow, COCO video, CVAT. Which it
    is, is recognised and told. Videos are linked, not copied.
    """
    from reid_assets.commands.import_request import request_of
    from reid_assets.commands.import_tracks import import_command

    return import_command(root, config, request_of(**said))
