"""Reads the items beside this module, and finds the files of installed packages that they name."""

import tomllib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "items"


def items(name: str) -> dict[str, Any]:
    """The content of `items/<name>.toml`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def package_file(item: Mapping[str, Any]) -> Path | None:
    """The file that an item names by `package` and `path`; None if that package is not installed."""
    spec = find_spec(item["package"])
    places = (spec.submodule_search_locations or []) if spec else []
    found = (Path(place) / item["path"] for place in places)
    return next((path for path in found if path.exists()), None)


def installed(listed: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Path]]:
    """The items whose file is there, with the file."""
    return [(item, path) for item in listed if (path := package_file(item)) is not None]
