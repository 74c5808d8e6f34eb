"""Gradio's Blocks, with checks of what callers send, and errors that quote none of it.

Gradio prints the traceback of every error but a `gr.Error`, and pydantic's errors quote the payload that they refuse.
So whatever goes wrong in a call leaves here as a `gr.Error` with words of ours, and only its place is logged.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.data_classes import BlocksConfigDict
from gradio.exceptions import InvalidPathError
from gradio.state_holder import SessionState
from starlette.routing import BaseRoute
from starlette.types import Scope

from inference_core import words
from inference_core.errors import CodedError
from inference_core.private_log import where_raised
from tasks.gallery.error_text import ShownError, shown_error
from tasks.gallery.limits import check_values
from tasks.gallery.spoken import language_of

_log = logging.getLogger(__name__)


def _is_skip(value: object) -> bool:
    return isinstance(value, dict) and value == gr.skip()


class GalleryBlocks(gr.Blocks):
    """A page whose errors are sentences, for visitors, callers of the API and agents alike."""

    routes: Sequence[BaseRoute] = ()
    """What is served beside the page for it."""

    tools: Mapping[str, Mapping[str, Any]] = {}
    """The JSON Schema of what an agent sends to each endpoint that is a tool, by its name."""

    offers_sign_in: bool = False
    """Whether visitors can sign in with Hugging Face."""

    dressed: Callable[[bytes, Scope], bytes] = staticmethod(lambda page, _: page)
    """Makes of Gradio's page the one that is served to who asks with this scope."""

    @property
    def expects_oauth(self) -> bool:
        return self.offers_sign_in or bool(super().expects_oauth)

    async def preprocess_data(
        self,
        block_fn: BlockFunction,
        inputs: list[Any],
        state: SessionState | None,
        explicit_call: bool = False,
    ) -> list[Any]:
        try:
            if len(inputs) != len(block_fn.inputs):
                raise CodedError("wrong_number_of_values", given=len(inputs), expected=len(block_fn.inputs))
            check_values(block_fn.inputs, inputs)
            values: list[Any] = await super().preprocess_data(block_fn, inputs, state, explicit_call)
            return values
        except CodedError as error:
            raise shown_error(error.explain()) from None
        except ShownError:
            raise
        except (InvalidPathError, FileNotFoundError):
            raise shown_error(CodedError("file_not_here").explain()) from None
        except Exception as error:
            _log.info("%s: %s", block_fn.api_name, where_raised(error))
            raise shown_error(CodedError("not_what_the_task_takes").explain()) from None

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: Any, state: SessionState | None
    ) -> list[Any]:
        """The values for the browser. Gradio would make a component anew for each update that says to skip it."""
        outputs = block_fn.outputs
        if len(outputs) < 2 or not isinstance(predictions, list | tuple) or len(predictions) != len(outputs):
            return await self._postprocess_all(block_fn, predictions, state)
        told = [place for place, value in enumerate(predictions) if not _is_skip(value)]
        if not told:
            return [gr.skip() for _ in outputs]
        part = copy(block_fn)
        part.outputs = [outputs[place] for place in told]
        values = [predictions[place] for place in told]
        # Gradio takes what comes for a single output as the value itself.
        new = await self._postprocess_all(part, values[0] if len(told) == 1 else values, state)
        given = dict(zip(told, new, strict=True))
        return [given.get(place, gr.skip()) for place in range(len(outputs))]

    async def _postprocess_all(
        self, block_fn: BlockFunction, predictions: Any, state: SessionState | None
    ) -> list[Any]:
        values: list[Any] = await super().postprocess_data(block_fn, predictions, state)
        return values

    @property
    def config(self) -> BlocksConfigDict:
        """What a browser or a program gets that opens the page, in the present language."""
        return self._configs[words.language()]

    @config.setter
    def config(self, _: BlocksConfigDict) -> None:
        # Gradio makes it again whenever something has changed, in one language.
        self._configs = {}
        for language in words.LANGUAGES:
            with words.in_language(language):
                self._configs[language] = self.get_config_file()

    def get_api_info(self, *arguments: Any, **options: Any) -> Any:
        with words.in_language(words.ENGLISH):  # what a program reads, Gradio keeps for everybody
            return super().get_api_info(*arguments, **options)

    async def process_api(self, block_fn: BlockFunction | int, *arguments: Any, **options: Any) -> dict[str, Any]:
        request = options.get("request")
        # A run in the queue is none of the request that asked for it.
        with words.in_language(language_of(request.headers) if request else words.language()):
            return await self._answered(block_fn, *arguments, **options)

    async def _answered(self, block_fn: BlockFunction | int, *arguments: Any, **options: Any) -> dict[str, Any]:
        try:
            return await super().process_api(block_fn, *arguments, **options)
        except ShownError:
            raise
        except Exception as error:
            _log.error("%s: %s", getattr(block_fn, "api_name", block_fn), where_raised(error))
            raise shown_error(CodedError("app_failed").explain()) from None
