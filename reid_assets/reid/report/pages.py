"""Files of the report: HTML pages from templates, data as scripts.

A page opened from disk cannot fetch data, so the data are scripts that call `REID.take(name, value)`; those
of single identities are in shards that are loaded on demand. Names are untrusted text: templates escape
them, and a script is ASCII without angle brackets. Images are only named here and drawn elsewhere.
"""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pandas as pd

from reid_assets.reid.core.tables import DOUBTFUL_BELOW
from reid_assets.reid.presentation.identity_colours import hex_colour, identity_colour
from reid_assets.reid.report.contents import Contents
from reid_assets.reid.report.occupancy import occupancy_charts

PICTURE_SIDE = 160
SHARD = 100  # ids per script: identity n is in data/identities/<n // 100>.js

_PAGES = ("index.html", "identity.html", "compare.html")
_STATIC = (
    *("report.css", "report.js", "charts.js", "index.js", "identity.js", "compare.js"),
    *("lightbox.js", "corrections.js", "player.js"),
)


def frame_name(file: str) -> str:
    """Path of a whole frame within the report's folder; the pages build the same path."""
    return f"frames/{file}"


def picture_name(global_id: int, rank: int) -> str:
    """Path of a thumbnail within the report's folder; the pages build the same path."""
    return f"pictures/{global_id}/{rank}.jpg"


def report_files(contents: Contents) -> Iterator[tuple[str, bytes]]:
    """Yield (path within the report's folder, content) of every file except the thumbnails."""
    from plotly.offline import get_plotlyjs

    source = files(__package__) / "templates"
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    for name in _PAGES:
        page = environment.from_string((source / name).read_text(encoding="utf-8"))
        yield (
            name,
            page.render(
                analytics=contents.analytics,
                heading=contents.heading,
                shard=SHARD,
                doubtful=DOUBTFUL_BELOW,
                frames=contents.frames.limit,
                changes=contents.changes,
            ).encode(),
        )
    for name in _STATIC:
        yield name, (source / name).read_bytes()
    yield "plotly.js", get_plotlyjs().encode()
    yield "data/identities.js", data_script("identities", _rows(contents))
    yield "data/charts.js", data_script("charts", _charts(contents))
    for number, identities in _shards(contents):
        yield f"data/identities/{number}.js", data_script(f"shard {number}", identities)


def data_script(name: str, value: Any) -> bytes:
    """A script that passes a JSON value to the page.

    ASCII without `<`, `>` and `&`, so that no name can be interpreted as markup.

    Raises:
        ValueError: the value contains NaN or infinity.
    """
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return f'REID.take("{name}",{text});\n'.encode("ascii")


def _rows(contents: Contents) -> dict[str, Any]:
    """The table of identities by column, with each place name stored once."""
    table, times = contents.table, contents.times
    places = sorted({*contents.tracks["video"]})
    number = {name: index for index, name in enumerate(places)}
    seen = contents.tracks.groupby("global_id")["video"].agg(lambda names: sorted({number[n] for n in names}))
    rounded = {name: _cells(table[name].round(3)) for name in ("dwell_s", "confidence")}
    plain = {
        name: table[name].tolist()
        for name in ("global_id", "class_name", "tracks", "visits", "pictures", "doubtful")
    }
    named = table["name"].notna().any()
    return {
        **plain,
        **rounded,
        **({"name": _cells(table["name"])} if named else {}),
        "first_s": _cells(times["first_s"]),
        "last_s": _cells(times["last_s"]),
        "places": places,
        "seen": seen.reindex(table["global_id"]).tolist(),
    }


def _charts(contents: Contents) -> dict[str, Any]:
    return {
        "moves": contents.moves[["from", "to", "count"]].to_dict("split")["data"],
        "occupancy": occupancy_charts(contents.occupancy),
        "note": contents.analytics["flows"]["assumption"],
    }


def _shards(contents: Contents) -> Iterator[tuple[int, dict[int, Any]]]:
    parts = {
        name: dict(list(frame.groupby(frame["global_id"] // SHARD)))
        for name, frame in (
            ("tracks", contents.tracks),
            ("visits", contents.visits),
            ("pictures", contents.pictures),
            ("alike", contents.alike),
        )
    }
    for number, rows in contents.table.groupby(contents.table["global_id"] // SHARD):
        own: dict[str, dict[int, list]] = {}
        for name, part in parts.items():
            frame = part.get(number)
            groups = {} if frame is None else dict(list(frame.groupby("global_id")))
            own[name] = {int(key): _records(group, _SHOWN[name]) for key, group in groups.items()}
        yield (
            int(number),
            {
                row.global_id: {
                    "class_name": row.class_name,
                    "colour": hex_colour(identity_colour(int(row.global_id))),
                    "name": None if pd.isna(row.name) else row.name,
                    "confidence": None if pd.isna(row.confidence) else round(float(row.confidence), 3),
                    **{name: own[name].get(row.global_id, []) for name in own},
                }
                for row in rows.itertuples()
            },
        )


_SHOWN = {
    "tracks": "video track_id class_name f_min f_max witness_video witness_track_id similarity margin "
    "confidence",
    "visits": "video camera f_enter f_leave enter_s leave_s dwell_s from_s to_s re_entry timed",
    "pictures": "rank video track_id frame confidence scene x y w h lacking",
    "alike": "other_id other_name score own_rank other_rank",
}


def _records(frame: pd.DataFrame, shown: str) -> list[dict[str, Any]]:
    columns = shown.split()
    cells = [_cells(frame[name]) for name in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)]


def _cells(column: pd.Series) -> list[Any]:
    """JSON values of a column, floats rounded to three decimals; None if empty."""
    if column.dtype.kind == "f":
        column = column.round(3)
    return [None if pd.isna(cell) else cell for cell in column.tolist()]
