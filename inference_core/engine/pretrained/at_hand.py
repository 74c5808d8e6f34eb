"""The files of a model: a folder of the operator's, or a snapshot of the Hub in its cache, without anything pickled."""

from collections.abc import Iterable
from pathlib import Path

from inference_core.engine.contract import CannotLoad
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.work.downloads import progress_bar

_BESIDE_WEIGHTS = ("*.json", "*.txt", "*.model", "*.jinja")


def folder_of(spec: ModelSpec, weights: tuple[str, ...]) -> Path:
    """Where the model's files are; those of the Hub are downloaded first. `weights` are the patterns of a `Family`.

    Raises:
        CannotLoad: they are not there and the Hub cannot be reached, or there are no weights that are safe to read.
    """
    source = Path(spec.source)
    if source.is_file():
        return source
    folder = source if source.is_absolute() else _snapshot(spec, weights)
    if not any(True for pattern in weights for _ in folder.rglob(pattern)):
        raise CannotLoad("model_without_safe_weights", model=spec.id, formats=_formats(weights))
    return folder


def size_of(spec: ModelSpec, weights: tuple[str, ...]) -> int:
    """The bytes of the model's files of weights, 0 for one that is not there yet. Nothing is downloaded."""
    source = Path(spec.source)
    if source.is_file():
        return source.stat().st_size
    folder = source if source.is_absolute() else _cached(spec)
    return sum(file.stat().st_size for pattern in weights for file in folder.rglob(pattern)) if folder else 0


def _formats(weights: tuple[str, ...]) -> str:
    return ", ".join(pattern.removeprefix("*.") for pattern in weights)


def _cached(spec: ModelSpec) -> Path | None:
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        return None
    try:
        return Path(snapshot_download(spec.source, revision=spec.revision, local_files_only=True))
    except (LookupError, OSError, ValueError):  # huggingface_hub's errors are some of these
        return None


def require_safe_parts(spec: ModelSpec, parts: Iterable[str]) -> None:
    """Raises CannotLoad if one of these folders inside the model's has weights, but none that are safe to read."""
    for part in parts:
        pickled = {file.parent for file in (Path(spec.source) / part).glob("**/*model*.bin")}
        if any(not any(folder.glob("*.safetensors")) for folder in pickled):
            raise CannotLoad("model_without_safe_weights", model=spec.id, formats="safetensors")


def _snapshot(spec: ModelSpec, weights: tuple[str, ...]) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    patterns = [*weights, *_BESIDE_WEIGHTS]
    try:
        return Path(
            snapshot_download(spec.source, revision=spec.revision, allow_patterns=patterns, tqdm_class=progress_bar())
        )
    except LocalEntryNotFoundError:
        raise CannotLoad("model_not_at_hand", model=spec.source) from None
    except (HfHubHTTPError, HFValidationError):
        raise CannotLoad("model_not_at_the_hub", model=spec.source) from None
