"""What a file of this package declares: the tasks that one loaded model can do, and how it is loaded."""

from collections.abc import Callable
from dataclasses import dataclass

from inference_core.engine.contract import Engine, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Tasks of one model.

    Attributes:
        tasks: what a model of the family can do; models.toml says which of them it does.
        load: builds the engine, in the child process. Heavy imports belong here.
        needs: the packages without which it cannot work.
    """

    tasks: tuple[ServedTask, ...]
    load: Callable[[ModelSpec], Engine]
    needs: tuple[Package, ...]
