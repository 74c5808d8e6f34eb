"""Asks a real engine on the loopback interface, one question after the other."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inference_core.engine.catalog import Catalogue, builtin_models
from inference_core.engine.contract import Model
from tests.support.models import path_to

_TIMEOUT = 300
_REFUSED = 422
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Answer:
    """`content` is the decoded JSON, or the bytes of a file; None if the model refused, saying `refusal`."""

    content: Any
    seconds: float
    refusal: str = ""


@dataclass(slots=True)
class Engine:
    """A running engine at `url`, and the models that are installed, by task, the recommended one first."""

    url: str
    models: dict[str, list[Model]] = field(default_factory=lambda: present_models())
    _answers: dict[tuple[str, str, str], Answer] = field(default_factory=dict)
    _warm: set[tuple[str, str]] = field(default_factory=set)

    def ask(self, model: str, task: str, body: Mapping[str, Any]) -> Answer:
        """The model's answer. The same question is asked once, and the time to load a model does not count.

        Raises:
            RuntimeError: the engine failed, or had no time or place; that is no answer.
        """
        text = json.dumps(body)
        if (model, task) not in self._warm:
            self._post(model, task, text)
            self._warm.add((model, task))
        if (model, task, text) not in self._answers:
            self._answers[model, task, text] = self._post(model, task, text)
        return self._answers[model, task, text]

    def recommended(self, task: str) -> str:
        """The id of the model that answers if nobody names one."""
        return self.models[task][0].id

    def _post(self, model: str, task: str, text: str) -> Answer:
        request = urllib.request.Request(self.url + path_to(model, task), text.encode(), _JSON)  # noqa: S310
        begun = time.perf_counter()
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310
                content, kind = response.read(), response.headers.get_content_type()
        except urllib.error.HTTPError as error:
            with error:
                said = error.read().decode()
            if error.code != _REFUSED:
                raise RuntimeError(f"{model}, {task}: {error.code} {said[:300]}") from None
            return Answer(None, time.perf_counter() - begun, said)
        seconds = time.perf_counter() - begun
        return Answer(json.loads(content) if kind == "application/json" else content, seconds)


def present_models() -> dict[str, list[Model]]:
    """The built-in models of every task whose packages are installed, the recommended one first."""
    by_task = Catalogue(builtin_models()).by_task()
    return {task: [model for model in models if model.missing() is None] for task, models in by_task.items()}
