"""What the page consists of: kept once for all sessions, what is inside the tabs too, and sent only where it is needed.

Gradio 6.31 copies the whole page for every session and lays out anew, for each, what `gr.render` shows. Words in
several languages it sends all, for the browser to choose from. Here the page is laid out once in each language, with
the same numbers of its blocks and events, so that the first one answers for all.
"""

import json
from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Any, cast

import gradio as gr
from gradio.blocks import Block, Blocks, BlocksConfig
from gradio.components.api_component import Api
from gradio.context import Context, LocalContext
from gradio.renderable import Renderable

from inference_core import words

_Config = dict[str, Any]
_Insides = dict[int, str]
"""What each renderable shows, as JSON, by its number."""


class _SessionConfig(BlocksConfig):
    """A session's view of the page: what the session changes, on top of what all share."""

    insides: Mapping[str, _Insides]

    @staticmethod
    def config_for_block(_id: int, rendered_ids: list[int], block: Block, renderable: Any = None) -> _Config:
        # It is asked for in order to store it in the session, where nobody reads it.
        return {}

    def get_config(self, renderable: Any = None) -> _Config:
        config: _Config = json.loads(self.insides[words.language()][renderable._id])
        return config


class _PageConfig(BlocksConfig):
    """The page as all sessions share it; `insides` and `translated`, what is around them, are by language."""

    def __init__(self, root_block: Blocks) -> None:
        super().__init__(root_block)
        self.insides: dict[str, _Insides] = {}
        self.translated: dict[str, _Config] = {}

    @staticmethod
    def config_for_block(_id: int, rendered_ids: list[int], block: Block, renderable: Any = None) -> _Config:
        """What a browser gets of a block: nothing of those inside of a tab, unless it is that tab's turn."""
        if _id not in rendered_ids:
            return {}
        config: _Config = BlocksConfig.config_for_block(_id, rendered_ids, block, renderable)
        return config

    def __copy__(self) -> BlocksConfig:
        own = _SessionConfig(self.root_block)
        own.insides = self.insides
        own.blocks = cast(Any, ChainMap({}, self.blocks))
        own.fns = cast(Any, ChainMap({}, self.fns))
        own.fn_id = self.fn_id
        own.renderables = list(self.renderables)
        return own

    def get_config(self, renderable: Any = None) -> _Config:
        if not renderable and (translated := self.translated.get(words.language())):
            return translated
        config: _Config = super().get_config(renderable)
        return config if renderable else self._without_insides(config)

    def _without_insides(self, config: _Config) -> _Config:
        """What everybody gets who opens the page. A browser, which asks for one page of it, needs no endpoint's types:
        it would make a component of each."""
        types = {number for number, block in self.blocks.items() if isinstance(block, Api)}
        config["dependencies"] = [one for one in config["dependencies"] if one["rendered_in"] is None]
        kept = {one["id"] for one in config["dependencies"]}
        for page in config["page"].values():
            page["components"] = [one for one in page["components"] if one not in types]
            page["dependencies"] = [one for one in page["dependencies"] if one in kept]
            page["layout"]["children"] = [one for one in page["layout"]["children"] if one["id"] not in types]
        return config


def lay_out(page: Blocks, build: Callable[[Blocks], None]) -> None:
    """Have `build` lay out `page`, which is still empty, in every language; sessions share what they do not change.

    `build` must make the same blocks and events in the same order each time.
    """
    config = page.default_config = _PageConfig(page)
    build(page)
    config.insides[words.ENGLISH] = _lay_out_insides(config)
    last = Context.id
    for language in words.LANGUAGES[1:]:
        Context.id = page._id
        other = gr.Blocks(analytics_enabled=False)
        own = other.default_config = _PageConfig(other)
        with words.in_language(language):
            build(other)
            config.insides[language] = _lay_out_insides(own)
            config.translated[language] = own.get_config()
        if Context.id != last or own.fns.keys() != config.fns.keys():
            raise RuntimeError(f"In {language} the page has other parts than in {words.ENGLISH}.")


def _lay_out_insides(config: _PageConfig) -> _Insides:
    """What is inside of the tabs, and inside of that: each visitor who opens it gets a copy."""
    insides: _Insides = {}
    opened = LocalContext.blocks_config.set(config)
    while closed := [one for one in config.fns.values() if one.renderable and one.renderable._id not in insides]:
        for opening in closed:
            renderable = cast(Renderable, opening.renderable)
            renderable.apply()  # type: ignore[no-untyped-call]
            opening.fn = _nothing
            # A `gr.State` has functions among its properties, which no browser needs.
            insides[renderable._id] = json.dumps(config.get_config(renderable), default=lambda _: None)
    LocalContext.blocks_config.reset(opened)
    return insides


async def _nothing() -> None:
    """What is inside has been made."""
