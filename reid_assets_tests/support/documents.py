"""The README and the pages of the documentation, and what tests look for in them."""

import re
from pathlib import Path

TOP = Path(__file__).parents[2]
README = TOP / "README.md"
PAGES = sorted((TOP / "docs").rglob("*.md"))
DOCUMENTS = [README, *PAGES]


def text(path: Path) -> str:
    """The whole document."""
    return path.read_text(encoding="utf-8")


def page(name: str) -> str:
    """A page of docs/ by its path below that folder."""
    return text(TOP / "docs" / name)


def shell_commands(path: Path) -> list[str]:
    """Lines of the document's `sh` blocks, without comments, in order."""
    blocks = re.findall(r"```sh\n(.*?)```", text(path), re.DOTALL)
    lines = (line.split("#")[0].strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


def inline_code(path: Path) -> list[str]:
    """What the document sets in single backticks, outside blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text(path), flags=re.DOTALL))


def table_rows(content: str) -> list[list[str]]:
    """Cells of the rows of all tables in a piece of text, headers and rules left out."""
    bodies = re.findall(r"^\|[-|]+\|\n((?:\|.*\n)*)", content, re.MULTILINE)
    return [
        [cell.strip() for cell in row.strip("|").split("|")] for body in bodies for row in body.splitlines()
    ]


def section(content: str, heading: str) -> str:
    """From a heading of the second level to the next."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", content, re.DOTALL | re.MULTILINE)
    assert found, heading
    return found[1]
