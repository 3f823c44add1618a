"""Compares the outputs of two roots: every file byte for byte, every DuckDB table row for row.

For changes that must not change a result: run both states of the code on copies of one input, then compare.
Left out is what tells of the run and not of the result: the history, locks, records, compiled networks.
"""

import argparse
import filecmp
import sys
from pathlib import Path

import duckdb

_LEFT_OUT = {".dagster_home", ".made", ".lock", ".lock.json"}
_DATABASE = "reid.duckdb"


def files_of(root: Path) -> set[Path]:
    """Paths of all results below a root, relative to it."""
    paths = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return {path for path in paths if not _LEFT_OUT & set(path.parts) and path.name != _DATABASE}


def tables_of(database: Path) -> dict[str, list[tuple]]:
    """Rows of each table, sorted; tables whose names begin with an underscore are bookkeeping."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = [name for (name,) in connection.execute("SHOW TABLES").fetchall() if name[0] != "_"]
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names
        }


def differences(one: Path, other: Path) -> list[str]:
    """What differs, a line each."""
    here, there = files_of(one), files_of(other)
    found = [f"only in {one}: {path}" for path in sorted(here - there)]
    found += [f"only in {other}: {path}" for path in sorted(there - here)]
    found += [f"differs: {p}" for p in sorted(here & there) if not filecmp.cmp(one / p, other / p, False)]
    ours, theirs = (tables_of(root / "reid" / _DATABASE) for root in (one, other))
    names = sorted({*ours, *theirs})
    return found + [f"table differs: {name}" for name in names if ours.get(name) != theirs.get(name)]


def main() -> int:
    """0 where nothing differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path)
    roots = parser.parse_args()
    found = differences(roots.one, roots.other)
    files, tables = len(files_of(roots.one)), len(tables_of(roots.one / "reid" / _DATABASE))
    sys.stdout.write("\n".join([*found, f"{len(found)} differences in {files} files and {tables} tables\n"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
