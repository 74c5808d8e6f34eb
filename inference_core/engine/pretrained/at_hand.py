"""The files of a model: a folder of the operator's, or a snapshot of the Hub in its cache, without anything pickled."""

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


def weights_of(spec: ModelSpec) -> int:
    """The bytes of the model's files of weights, 0 for one that is not there yet. Nothing is downloaded."""
    source = Path(spec.source)
    if source.is_file():
        return source.stat().st_size
    folder = source if source.is_absolute() else _cached(spec)
    return sum(file.stat().st_size for pattern in _WEIGHTS for file in folder.rglob(pattern)) if folder else 0


def _cached(spec: ModelSpec) -> Path | None:
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        return None
    try:
        return Path(snapshot_download(spec.source, revision=spec.revision, local_files_only=True))
    except (LookupError, OSError, ValueError):  # huggingface_hub's errors are some of these
        return None


def _snapshot(spec: ModelSpec) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(spec.source, revision=spec.revision, allow_patterns=list(_WANTED)))
    except LocalEntryNotFoundError:
        raise CannotLoad("model_not_at_hand", model=spec.source) from None
    except (HfHubHTTPError, HFValidationError):
        raise CannotLoad("model_not_at_the_hub", model=spec.source) from None
