"""What the page consists of: kept once for all sessions, what is inside the tabs too, and sent only where it is needed.

Gradio 6.31 copies the whole page for every session and lays out anew, for each, what `gr.render` shows.
"""

import json
from collections import ChainMap
from collections.abc import Iterator, Mapping
from typing import Any, cast

from gradio.block_function import BlockFunction
from gradio.blocks import Block, Blocks, BlocksConfig
from gradio.components.api_component import Api
from gradio.context import LocalContext
from gradio.renderable import Renderable

_Config = dict[str, Any]


class _SessionConfig(BlocksConfig):
    """A session's view of the page: what the session changes, on top of what all share."""

    insides: Mapping[int, str]

    @staticmethod
    def config_for_block(_id: int, rendered_ids: list[int], block: Block, renderable: Any = None) -> _Config:
        # It is asked for in order to store it in the session, where nobody reads it.
        return {}

    def get_config(self, renderable: Any = None) -> _Config:
        config: _Config = json.loads(self.insides[renderable._id])
        return config


class _PageConfig(BlocksConfig):
    """The page as all sessions share it; `insides` has what each renderable shows, as JSON."""

    def __init__(self, root_block: Blocks) -> None:
        super().__init__(root_block)
        self.insides: dict[int, str] = {}

    def __copy__(self) -> BlocksConfig:
        own = _SessionConfig(self.root_block)
        own.insides = self.insides
        own.blocks = cast(Any, ChainMap({}, self.blocks))
        own.fns = cast(Any, ChainMap({}, self.fns))
        own.fn_id = self.fn_id
        own.renderables = list(self.renderables)
        return own

    def get_config(self, renderable: Any = None) -> _Config:
        config: _Config = super().get_config(renderable)
        return config if renderable else self._without_insides(config)

    def _without_insides(self, config: _Config) -> _Config:
        """What everybody gets who opens the page. A browser, which asks for one page of it, needs no endpoint's types:
        it would make a component of each."""
        outside = set(_numbers(config["layout"]))
        types = {number for number, block in self.blocks.items() if isinstance(block, Api)}
        config["components"] = [one for one in config["components"] if one["id"] in outside]
        config["dependencies"] = [one for one in config["dependencies"] if one["rendered_in"] is None]
        kept = {one["id"] for one in config["dependencies"]}
        for page in config["page"].values():
            page["components"] = [one for one in page["components"] if one in outside - types]
            page["dependencies"] = [one for one in page["dependencies"] if one in kept]
            page["layout"]["children"] = [one for one in page["layout"]["children"] if one["id"] not in types]
        return config


def _numbers(layout: _Config) -> Iterator[int]:
    """The blocks of a layout."""
    yield layout["id"]
    for child in layout.get("children", []):
        yield from _numbers(child)


def share_config(page: Blocks) -> None:
    """Let the sessions of `page`, which is still empty, share what they do not change."""
    page.default_config = _PageConfig(page)


def lay_out_insides(page: Blocks) -> None:
    """Make what is inside the tabs of `page`, and inside of that: each visitor who opens it gets a copy."""
    config = cast(_PageConfig, page.default_config)
    opened = LocalContext.blocks_config.set(config)
    while closed := [one for one in config.fns.values() if one.renderable and one.renderable._id not in config.insides]:
        for opening in closed:
            _lay_out(opening, config)
    LocalContext.blocks_config.reset(opened)


def _lay_out(opening: BlockFunction, config: _PageConfig) -> None:
    renderable = cast(Renderable, opening.renderable)
    renderable.apply()  # type: ignore[no-untyped-call]
    opening.fn = _nothing
    config.insides[renderable._id] = json.dumps(config.get_config(renderable))


async def _nothing() -> None:
    """What is inside has been made."""
