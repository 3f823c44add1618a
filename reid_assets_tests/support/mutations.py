"""Structured damage to the files that people and other programs provide, drawn at random from a seed.

A mutation takes the content of a sound file and returns that of a damaged (or only odd) one.
"""

import json
import random
from collections.abc import Callable
from typing import Any

_CELLS = (
    *("", " ", "nan", "NaN", "inf", "-inf", "null", "None", "0", "-1", "-0.0", "1e308", "1e-320", "1e999"),
    *("4.5", "3.0", "+7", "0x10", "1_000", "１２", "9007199254740993", "9223372036854775807"),
    *("9223372036854775808", "-9223372036854775808", "1e18", "person", "=1+1", "<b>x</b>", "'; DROP TABLE x"),
    *('"', '"a\nb"', "\x00", "\ufeff", "\u202e", "😀", "ä" * 300, "x" * 140_000, ",", ",,", "\r", "\t"),
)
_VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        -1,
        0,
        1e-300,
        1e300,
        float("inf"),
        float("nan"),
        2**53 + 1,
        2**63,
        -(2**63),
        "",
        "x" * 5000,
    ),
    *(
        "\ud800",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "2026-02-30T00:00:00Z",
        "now",
        "/dev/zero",
    ),
    *("/etc/passwd", "..", "../../..", "\x00", [], {}, [[]], {"a": {"b": 1}}, ["x"] * 1000, "25/1", "NaN"),
)


def mutate_csv(text: str, draw: random.Random) -> bytes:
    """One damage to a table: a cell, a line, the header, the encoding, the ends of lines."""
    lines = text.rstrip("\n").split("\n")
    damages: list[Callable[[], bytes]] = [
        *[lambda: _cell(lines, draw)] * 8,
        lambda: _joined([*lines[:1], *draw.sample(lines[1:], len(lines) - 1)]),
        lambda: _joined([lines[0], *(line for line in lines[1:] for _ in range(2))]),
        lambda: _joined(
            [",".join(draw.sample(row.split(","), len(row.split(",")))) for row in lines[:1]] + lines[1:]
        ),
        lambda: _joined(
            [_without(row, draw.randrange(len(row.split(",")))) for row in lines[:1]] + lines[1:]
        ),
        lambda: _joined([lines[0] + ",", *lines[1:]]),
        lambda: _joined([lines[0] + ",,unnamed_14", *(line + ",1,2" for line in lines[1:])]),
        lambda: _joined(lines[1:]),
        lambda: _joined(lines[:1]),
        lambda: b"",
        lambda: _joined(lines)[: draw.randrange(1, len(text))],
        lambda: "\r".join(lines).encode(),
        lambda: "\r\n".join(lines).encode() + b"\n" + lines[-1].encode() + b"\r",
        lambda: text.replace(",", ";").encode(),
        lambda: text.encode("utf-16"),
        lambda: b"\xef\xbb\xbf" + text.encode(),
        lambda: text.encode() + b"\xff\xfe\n",
        lambda: b"\x00" + text.encode(),
        lambda: b"\n\n\n" + text.encode(),
        lambda: ("# a comment\n" + text).encode(),
    ]
    return draw.choice(damages)()


def mutate_json(text: str, draw: random.Random) -> bytes:
    """One damage to an object: a value, a key, the nesting, the encoding, the end."""
    content = json.loads(text)
    keys = ("frames", "fps", "start_time", "camera", "source", "frame_stride", "other")

    def value() -> bytes:
        changed = content | {draw.choice(keys): draw.choice(_VALUES)}
        return json.dumps(changed).encode("utf-8", "surrogatepass")

    damages: list[Callable[[], bytes]] = [
        *[value] * 9,
        lambda: text.encode()[: draw.randrange(len(text))],
        lambda: b"[" * draw.choice((10, 1000, 100_000)),
        lambda: json.dumps([content]).encode(),
        lambda: text.encode("utf-16"),
        lambda: b"\xef\xbb\xbf" + text.encode(),
        lambda: b"",
        lambda: b"null",
        lambda: text.replace("{", '{"fps": 1, "fps": 1e999,', 1).encode(),
        lambda: b"\xff\xfe\xff",
    ]
    return draw.choice(damages)()


def mutate_bytes(content: bytes, draw: random.Random) -> bytes:
    """One damage to a file of which nobody reads the bytes: flips, a cut, a gap, other content."""
    at = draw.randrange(max(len(content), 1))
    damages: list[Callable[[], bytes]] = [
        *[lambda: _flipped(content, draw)] * 4,
        lambda: content[:at],
        lambda: content[at:],
        lambda: content[:at] + content[at + 100 :],
        lambda: content + content,
        lambda: bytes(len(content)),
        lambda: b"",
        lambda: draw.randbytes(len(content)),
        lambda: b"hello",
    ]
    return draw.choice(damages)()


def mutate_yaml(text: str, draw: random.Random) -> bytes:
    """One damage to a configuration: a value, a key, an indent, a tag, an alias, depth."""
    lines = text.split("\n")
    at = draw.randrange(len(lines))
    values = (
        "[",
        "{",
        "!!python/object/apply:os.system [ls]",
        "&a [*a]",
        "1e999",
        "null",
        "x: y: z",
        "'",
        "-1",
        "~",
    )

    def with_line(line: str) -> bytes:
        return "\n".join([*lines[:at], line, *lines[at + 1 :]]).encode()

    damages: list[Callable[[], bytes]] = [
        *[lambda: with_line(lines[at].partition(":")[0] + ": " + draw.choice(values))] * 4,
        lambda: with_line("  " + lines[at]),
        lambda: with_line("\t" + lines[at]),
        lambda: with_line(lines[at].upper()),
        lambda: with_line(""),
        lambda: ("[" * 5000 + "\n" + text).encode(),
        lambda: text.encode("utf-16"),
        lambda: text.encode() + b"\xff",
        lambda: ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n" + text).encode(),
        lambda: b"",
    ]
    return draw.choice(damages)()


def _cell(lines: list[str], draw: random.Random) -> bytes:
    row, cell = draw.randrange(len(lines)), draw.choice(_CELLS)
    cells = lines[row].split(",")
    cells[draw.randrange(len(cells))] = cell
    changed = [*lines[:row], ",".join(cells), *lines[row + 1 :]]
    return "\n".join(changed).encode("utf-8", "surrogatepass") + b"\n"


def _flipped(content: bytes, draw: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(draw.choice((1, 10, 200))):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _without(row: str, column: int) -> str:
    cells = row.split(",")
    return ",".join(cells[:column] + cells[column + 1 :])


def _joined(lines: list[str]) -> bytes:
    return "\n".join(lines).encode() + b"\n"
