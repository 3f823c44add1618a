"""The report as files: pages from templates, data as scripts.

A page that is opened from disk cannot fetch, so data are scripts that call `REID.take(name, value)`, those
of single identities in shards that are loaded on demand. Names are untrusted text: templates escape, and a
script holds nothing but ASCII without angle brackets. Which pictures lie where is said here, drawn elsewhere.
"""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jinja2
import pandas as pd

from reid_assets.reid.report.contents import Contents
from reid_assets.reid.report.occupancy import occupancy_charts

PICTURE_SIDE = 160
SHARD = 100  # ids a script: identity n stands in data/identities/<n // 100>.js

_PAGES = ("index.html", "identity.html")
_PLAIN = ("report.css", "report.js", "charts.js", "index.js", "identity.js")


def picture_name(global_id: int, rank: int) -> str:
    """Where in the report's folder a picture lies; pages build the same name."""
    return f"pictures/{global_id}/{rank}.jpg"


def report_files(contents: Contents) -> Iterator[tuple[str, bytes]]:
    """(name in the report's folder, content) of every file but the pictures."""
    from plotly.offline import get_plotlyjs

    source = files(__package__) / "templates"
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    for name in _PAGES:
        page = environment.from_string((source / name).read_text(encoding="utf-8"))
        yield name, page.render(told=contents.analytics, shard=SHARD).encode()
    for name in _PLAIN:
        yield name, (source / name).read_bytes()
    yield "plotly.js", get_plotlyjs().encode()
    yield "data/identities.js", script("identities", _rows(contents))
    yield "data/charts.js", script("charts", _charts(contents))
    for number, identities in _shards(contents):
        yield f"data/identities/{number}.js", script(f"shard {number}", identities)


def script(name: str, value: Any) -> bytes:
    """A script that hands the value to the page.

    ASCII without `<`, `>` and `&`: whatever stands in a name, nobody takes it for markup.
    """
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return f'REID.take("{name}",{text});\n'.encode("ascii")


def _rows(contents: Contents) -> dict[str, Any]:
    """Column by column; names of places and classes once each."""
    table, times = contents.table, contents.times
    places = sorted({*contents.tracks["video"]})
    number = {name: index for index, name in enumerate(places)}
    seen = contents.tracks.groupby("global_id")["video"].agg(lambda names: sorted({number[n] for n in names}))
    rounded = {name: _plain(table[name].round(3)) for name in ("dwell_s", "confidence")}
    whole = {
        name: table[name].tolist() for name in ("global_id", "class_name", "tracks", "visits", "pictures")
    }
    return {
        **whole,
        **rounded,
        "first_s": _plain(times["first_s"]),
        "last_s": _plain(times["last_s"]),
        "places": places,
        "seen": seen.reindex(table["global_id"]).tolist(),
    }


def _charts(contents: Contents) -> dict[str, Any]:
    return {
        "moves": contents.moves[["from", "to", "count"]].to_dict("split")["data"],
        "occupancy": occupancy_charts(contents.busy),
        "note": contents.analytics["flows"]["assumption"],
    }


def _shards(contents: Contents) -> Iterator[tuple[int, dict[int, Any]]]:
    parts = {
        name: dict(list(frame.groupby(frame["global_id"] // SHARD)))
        for name, frame in (
            ("tracks", contents.tracks),
            ("visits", contents.visits),
            ("pictures", contents.pictures),
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
                    "confidence": None if pd.isna(row.confidence) else round(float(row.confidence), 3),
                    **{name: own[name].get(row.global_id, []) for name in own},
                }
                for row in rows.itertuples()
            },
        )


_SHOWN = {
    "tracks": "video track_id class_name f_min f_max witness_video witness_track_id similarity margin "
    "confidence",
    "visits": "video camera enter_s leave_s dwell_s from_s to_s re_entry timed",
    "pictures": "rank video track_id frame confidence",
}


def _records(frame: pd.DataFrame, shown: str) -> list[dict[str, Any]]:
    columns = shown.split()
    cells = [_plain(frame[name]) for name in columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)]


def _plain(column: pd.Series) -> list[Any]:
    """Cells as JSON knows them, to the millisecond; None where empty."""
    if column.dtype.kind == "f":
        column = column.round(3)
    return [None if pd.isna(cell) else cell for cell in column.tolist()]
