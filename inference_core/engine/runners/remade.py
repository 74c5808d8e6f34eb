"""A model made again in another process, from what the engine's process says of it."""

import importlib

from inference_core.engine.contract import Model


def remade(module: str, made_from: str, id: str) -> Model:
    """The model of a `Lane`: a variable of its module or, if it is `made_from` something, what `made` makes of that.

    Raises LookupError if the module has no model with this id.
    """
    found = importlib.import_module(module)
    if made_from:
        made: Model = found.made(made_from)
        return made
    for value in vars(found).values():
        if isinstance(value, Model) and value.id == id:
            return value
    raise LookupError(f"{module} has no model {id}")
