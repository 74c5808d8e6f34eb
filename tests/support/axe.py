"""axe-core in a page of the browser tests: what it finds there."""

from collections.abc import Mapping
from pathlib import Path

import axe_playwright_python
from playwright.async_api import Page

_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# All rules that are on by default, which are WCAG's and good practices, and one of WCAG 2.2 that is not.
_OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
_LONGEST = 160


_COLOURS = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}


async def faults(page: Page, within: str = "html") -> list[str]:
    """Every fault of the page, or of a part of it, as it is now: the rule, the element and what is wrong with it."""
    return await _found(page, _OPTIONS, within)


async def faults_of_colour(page: Page) -> list[str]:
    """The faults that can differ between light and dark."""
    return await _found(page, _COLOURS, "html")


async def _found(page: Page, options: Mapping[str, object], within: str) -> list[str]:
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_AXE)
    found = await page.evaluate("([within, options]) => axe.run(within, options)", [within, options])
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['html'][:_LONGEST]}: {_reason(node)}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def rules(found: list[str]) -> set[str]:
    """The rules that were broken."""
    return {fault.partition(":")[0] for fault in found}


def _reason(node: dict[str, str]) -> str:
    return " ".join(node["failureSummary"].split())
