"""How every pretrained model is loaded: never with code from elsewhere, never from pickled weights."""

from pathlib import Path
from typing import Any

from inference_core.engine.contract import Place
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.work.stopping import stop_if_unwanted


def pretrained(spec: ModelSpec) -> dict[str, Any]:
    """The options of a `from_pretrained` for weights."""
    return {
        **place(spec),
        # Unset, transformers loads .bin files, which are pickled.
        "use_safetensors": True,
        "dtype": _dtype(spec),
    }


def place(spec: ModelSpec) -> dict[str, Any]:
    """The options of a `from_pretrained` for tokenizers and the like."""
    # Unset, it would ask on standard input whether it may run a model's own code.
    return {"revision": spec.revision, "trust_remote_code": False}


def pipeline(task: str, spec: ModelSpec) -> Any:
    """transformers' pipeline for the task, with the model."""
    import transformers

    options = {**place(spec), "dtype": _dtype(spec), "model_kwargs": {"use_safetensors": True}}
    return transformers.pipeline(task, model=spec.source, device=device(spec), **options)


def model(kind: Any, spec: ModelSpec) -> Any:
    """The model, of one of transformers' classes, on its device and ready to answer."""
    return kind.from_pretrained(spec.source, **pretrained(spec)).to(device(spec)).eval()


def device(spec: ModelSpec) -> str:
    """The device that a model runs on: the one named, else a GPU if there is one."""
    import torch

    if spec.device != "auto":
        return spec.device
    return "cuda:0" if torch.cuda.is_available() else "cpu"


def where(model: Any) -> Place:
    """The device that the model is on, and the numbers that it computes with."""
    return Place(str(model.device), str(model.dtype).removeprefix("torch."))


def end_when_unwanted(model: Any) -> None:
    """Before each of its passes, the model asks whether anybody still waits for what it computes."""
    model.register_forward_pre_hook(lambda *_: stop_if_unwanted())


def _dtype(spec: ModelSpec) -> Any:
    import torch

    if spec.dtype != "auto":
        return getattr(torch, spec.dtype)
    # Half precision is slow on most processors, and on some wrong.
    return "auto" if device(spec) != "cpu" else torch.float32


def name(spec: ModelSpec, model: Any) -> str:
    """What the engine says computes the answers: no folder of the operator's."""
    source = spec.id if Path(spec.source).is_absolute() else spec.source
    placed = where(model)
    return f"{source} ({type(model).__name__}, {placed.dtype}, {placed.device})"
