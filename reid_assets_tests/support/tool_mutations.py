"""Damage to files of trackers and annotation tools: a value of JSON, an attribute of XML, a cell, the bytes.

As `mutations.py`, for shapes of files that this product does not write itself.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from reid_assets_tests.support.mutations import _CELLS, _VALUES, mutate_bytes, mutate_csv

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
_BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


def mutate_tool_file(path: Path, draw: random.Random) -> bytes:
    """The content of a damaged copy of a file, by its ending."""
    content = path.read_bytes()
    if path.suffix == ".parquet":
        return mutate_bytes(content, draw)
    text = content.decode()
    if path.suffix == ".json":
        return _json(text, draw)
    if path.suffix == ".jsonl":
        return _lines(text, draw)
    if path.suffix == ".xml":
        return _xml(text, draw)
    if " " in text.split("\n")[0] and "," not in text.split("\n")[0]:
        return mutate_csv(text.replace(" ", ","), draw).replace(b",", b" ")
    return mutate_csv(text, draw)


def numbers_in(path: Path) -> set[Decimal]:
    """Every number that is written in a file, exactly as it is written."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        cells = (str(cell) for row in pq.read_table(path).to_pylist() for cell in row.values())
        return {number for cell in cells for number in _decimals(cell)}
    return set(_decimals(path.read_bytes().decode("utf-8-sig", "replace")))


def _decimals(text: str) -> Iterator[Decimal]:
    for word in _NUMBER.findall(text):
        try:
            yield Decimal(word)
        except InvalidOperation:
            continue


def _places(content: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths to everything in a nested value."""
    inside = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in inside:
        yield (*place, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*place, key))


def _changed(content: Any, draw: random.Random) -> Any:
    """A nested value with one thing in it replaced, removed or doubled."""
    copy = json.loads(json.dumps(content))
    *way, last = draw.choice(list(_places(copy)))
    holder = copy
    for key in way:
        holder = holder[key]
    damage = draw.randrange(4)
    if damage == 0:
        del holder[last]
    elif damage == 1 and isinstance(holder, list):
        holder.append(holder[last])
    else:
        holder[last] = draw.choice((*_VALUES, *_CELLS))
    return copy


def _json(text: str, draw: random.Random) -> bytes:
    content = json.loads(text)
    damages: list[Callable[[], bytes]] = [
        *[lambda: json.dumps(_changed(content, draw)).encode("utf-8", "surrogatepass")] * 12,
        lambda: text.encode()[: draw.randrange(len(text))],
        lambda: b"[" * 100_000,
        lambda: json.dumps([content]).encode(),
        lambda: text.encode("utf-16"),
        lambda: b"\xef\xbb\xbf" + text.encode(),
        lambda: b"",
        lambda: b"{}",
        lambda: text.encode() + b"\xff",
    ]
    return draw.choice(damages)()


def _lines(text: str, draw: random.Random) -> bytes:
    lines = text.rstrip("\n").split("\n")
    at = draw.randrange(len(lines))
    if draw.random() < 0.6:
        lines[at] = json.dumps(_changed(json.loads(lines[at]), draw))
        return "\n".join(lines).encode("utf-8", "surrogatepass")
    return draw.choice((lambda: mutate_bytes(text.encode(), draw), lambda: _json(json.dumps(lines), draw)))()


def _xml(text: str, draw: random.Random) -> bytes:
    attributes = list(re.finditer(r'="([^"]*)"', text))

    def attribute() -> bytes:
        match = draw.choice(attributes)
        cell = draw.choice(_CELLS).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        return f'{text[: match.start()]}="{cell}"{text[match.end() :]}'.encode()

    def element() -> bytes:
        lines = text.split("\n")
        at = draw.randrange(len(lines))
        return "\n".join(
            lines[:at] + lines[at + 1 :] if draw.random() < 0.5 else [*lines[:at], *lines[at:], lines[at]]
        ).encode()

    damages: list[Callable[[], bytes]] = [
        *[attribute] * 8,
        *[element] * 4,
        lambda: text.encode()[: draw.randrange(len(text))],
        lambda: text.replace("<annotations>", _BOMB.decode() + "<annotations>").encode(),
        lambda: text.replace("<annotations>", "<annotations>" + "<a>" * 1000).encode(),
        lambda: text.replace("utf-8", "utf-16").encode(),
        lambda: text.replace("utf-8", "klingon").encode(),
        lambda: text.replace("track", "image").encode(),
        lambda: b"",
        lambda: mutate_bytes(text.encode(), draw),
    ]
    return draw.choice(damages)()
