"""The skills of this package, one model id each; found by scanning, loaded on first use."""

import importlib
import logging
import pkgutil
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from inference_core.engine.builtin import models as skills
from inference_core.engine.contract import Engine, Skill
from inference_core.private_log import where_raised

_log = logging.getLogger(__name__)

OWNER = "local"


@dataclass(slots=True)
class Model:
    """A skill under its model id, with its engine once somebody has used it."""

    skill: Skill
    _engine: Engine | None = None
    _loading: threading.Lock = field(default_factory=threading.Lock)

    @property
    def id(self) -> str:
        return f"{OWNER}/{self.skill.task}"

    @property
    def chats(self) -> bool:
        """Whether the skill takes a list of messages, as chat completions do."""
        return "messages" in self.skill.body.__struct_fields__

    @property
    def loaded_engine(self) -> Engine | None:
        """The engine if it is loaded already."""
        return self._engine

    def engine(self) -> Engine:
        """The engine; the first call loads it, which takes its time: make it in a worker thread."""
        if self._engine is None:
            with self._loading:
                self._engine = self._engine or self.skill.load()
        return self._engine


def load(models: Iterable[Model]) -> None:
    """Load the engines of `models`, one after the other; one that cannot be loaded will say so when it is used."""
    for model in models:
        try:
            model.engine()
        except Exception as error:
            _log.warning("%s cannot be loaded: %s", model.id, where_raised(error))


@cache
def all_models() -> dict[str, Model]:
    """Every model of the local engine by id, in the order of their ids."""
    modules = sorted(module.name for module in pkgutil.iter_modules(skills.__path__))
    found = [importlib.import_module(f"{skills.__name__}.{name}").SKILL for name in modules]
    models = [Model(skill) for skill in found]
    return {model.id: model for model in models}
