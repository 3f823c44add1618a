"""The guessed cameras as the text of a cameras.yaml, for a person to correct.

The keys are `reid_assets.reid.core.cameras`; reading the file is `reid_assets.config`.
"""

import json
import re

import pandas as pd
import yaml

from reid_assets.reid.core.cameras import CameraSettings

_HEAD = """\
# Which camera each video is of, as `reid-assets cameras --write` found it. Correct what is wrong and delete
# what you do not know. What stands here is believed: unlike a guess, it counts for flows and clocks too.
# cameras.example.yaml shows what else can be said.

"""
_GUESSED = ("name", "background")


def cameras_yaml(table: pd.DataFrame, settings: CameraSettings) -> str:
    """A cameras.yaml with an entry for every guessed video, its reason as a comment.

    Videos that count as a camera of their own are commented out; those that summary.json names are left out.

    Args:
        table: rows of `cameras.CAMERAS`.
        settings: what cameras.yaml says so far; it is kept, and its entries come first.
    """
    said = settings.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"videos"})
    head = yaml.safe_dump(said, sort_keys=False, allow_unicode=True) + "\n" if said else ""
    lines = ["videos:"]
    for entry in settings.videos:
        values = entry.model_dump(mode="json", by_alias=True, exclude_unset=True)
        lines += _item(values)
    for camera, rows in table[table["source"].isin(_GUESSED)].groupby("camera", sort=True):
        for row in rows.itertuples():
            lines += [f"  # {row.source}, confidence {row.confidence:.2f}: {_one_line(row.reason)}"]
            lines += _item({"match": _literal(row.video), "camera": _plain(str(camera))})
    for row in table[table["source"] == "own"].itertuples():
        lines += [f"  # a camera of its own, {row.confidence:.2f}: {_one_line(row.reason)}"]
        alone = _item({"match": _literal(row.video), "camera": _plain(row.video)})
        lines += [f"  #{line.removeprefix('  ')}" for line in alone]
    if all(line.lstrip().startswith("#") for line in lines[1:]):
        lines[0] = "videos: []"
    return _HEAD + head + "\n".join(lines) + "\n"


def _item(values: dict[str, object]) -> list[str]:
    """An item of the list `videos`; JSON texts are YAML texts, whatever letters they hold."""
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return [f"  - {lines[0]}", *(f"    {line}" for line in lines[1:])]


def _literal(name: str) -> str:
    """A glob that matches this name alone."""
    return re.sub(r"([*?\[])", r"[\1]", name)


def _plain(camera: str) -> str:
    """A camera's name without braces, in which a number would stand for a wildcard."""
    return camera.replace("{", "(").replace("}", ")")


def _one_line(text: str) -> str:
    return " ".join(text.split())
