"""README.md and docs/ as tests read them: tables, blocks of code, links."""

import re
from pathlib import Path

from tests.support.processes import ROOT

README, CLIENT, ENGINE, DEPLOY, DEVELOP, DEPENDENCIES = DOCUMENTS = (
    ROOT / "README.md",
    *(ROOT / "docs" / f"{name}.md" for name in ("client", "engine", "deploy", "develop", "dependencies")),
)


def table_below(document: Path, heading: str) -> list[list[str]]:
    """The rows, as lists of cells, of the one table between a heading of the second level and the next."""
    section = document.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    assert rows, f"{document.name} has no table below {heading}"
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def code_blocks(document: Path, language: str) -> list[str]:
    """The blocks of code in a language, without their fences."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def marked_block(document: Path, mark: str) -> str:
    """The one block of code below a comment such as `<!-- run -->`."""
    blocks = re.findall(
        rf"^<!-- {mark} -->\n```\w+\n(.*?)^```$", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(blocks) == 1, f"{document.name} has {len(blocks)} blocks with the mark {mark}"
    return blocks[0]


def links(document: Path) -> list[str]:
    """The targets of all links and pictures, as they are written."""
    return re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8"))


def anchors(document: Path) -> set[str]:
    """What can follow `#` in a link to the document: its headings, as GitHub writes them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
