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
        weights: the names of files with weights that it reads, as patterns. A model that has none of them is not
            loaded, and nothing else of weights is downloaded. None of these formats may run code when it is read.
    """

    tasks: tuple[ServedTask, ...]
    load: Callable[[ModelSpec], Engine]
    needs: tuple[Package, ...] = ()
    weights: tuple[str, ...] = ("*.safetensors",)
