"""The files of a model: a folder of the operator's, or a snapshot of the Hub in its cache, without anything pickled."""

from collections.abc import Iterable
from pathlib import Path

from inference_core.engine.contract import CannotLoad
from inference_core.engine.models_file import ModelSpec

_WEIGHTS = ("*.safetensors", "*.skops")
_WANTED = (*_WEIGHTS, "*.json", "*.txt", "*.model", "*.jinja")


def folder_of(spec: ModelSpec) -> Path:
    """Where the model's files are; those of the Hub are downloaded first.

    Raises:
        CannotLoad: they are not there and the Hub cannot be reached, or there are no weights that are safe to read.
    """
    source = Path(spec.source)
    if source.is_file():
        return source
    folder = source if source.is_absolute() else _snapshot(spec)
    if not any(True for pattern in _WEIGHTS for _ in folder.rglob(pattern)):
        raise CannotLoad("model_without_safe_weights", model=spec.id)
    return folder


def require_safe_parts(spec: ModelSpec, parts: Iterable[str]) -> None:
    """Raises CannotLoad if one of these folders inside the model's has weights, but none that are safe to read."""
    for part in parts:
        pickled = {file.parent for file in (Path(spec.source) / part).glob("**/*model*.bin")}
        if any(not any(folder.glob("*.safetensors")) for folder in pickled):
            raise CannotLoad("model_without_safe_weights", model=spec.id)


def _snapshot(spec: ModelSpec) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(spec.source, revision=spec.revision, allow_patterns=list(_WANTED)))
    except LocalEntryNotFoundError:
        raise CannotLoad("model_not_at_hand", model=spec.source) from None
    except (HfHubHTTPError, HFValidationError):
        raise CannotLoad("model_not_at_the_hub", model=spec.source) from None
