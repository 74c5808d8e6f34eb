"""Refuses a request that is larger than its model's sizes before the runner gets it, on every route alike."""

import re
from collections.abc import AsyncGenerator
from typing import Any

from inference_core.engine.contract import CannotAnswer, Finish, InputSizes, Model, Token
from inference_core.engine.runners.contract import Answer, Details, Runner, State

_WORD = re.compile(r"[^\W_]+|[^\s\w]|_")


class WithinSizes:
    """A runner that passes on what is within the sizes of the model; see `Runner` for its methods."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    async def run(self, model: Model, task: str, body: Any) -> Answer:
        require_sizes(model, task, body)
        return await self._runner.run(model, task, body)

    def iterate(self, model: Model, task: str, body: Any) -> AsyncGenerator[list[Token | Finish]]:
        require_sizes(model, task, body)
        return self._runner.iterate(model, task, body)

    def state(self, model: Model) -> State:
        return self._runner.state(model)

    def details(self, model: Model) -> Details:
        return self._runner.details(model)

    def close(self) -> None:
        self._runner.close()


def require_sizes(model: Model, task: str, body: Any) -> None:
    """Raises CannotAnswer if a text of the body has more characters or words than the model reads."""
    served = model.task(task)
    for text in served.texts(body):
        _require_size(text, model.sizes, served.too_long)


def _require_size(text: str, sizes: InputSizes, too_long: str) -> None:
    # Characters first: words are counted only in texts that are short enough for that to be quick.
    if len(text) > sizes.characters:
        raise CannotAnswer(too_long, count=len(text), most=sizes.characters)
    if len(text) > sizes.words and (count := word_count(text)) > sizes.words:
        raise CannotAnswer("too_many_words", count=count, most=sizes.words)


def word_count(text: str) -> int:
    """Runs of letters and digits, and every other visible character."""
    return sum(1 for _ in _WORD.finditer(text))
