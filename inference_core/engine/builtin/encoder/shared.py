"""The text encoder that all models of a process share: the neural one if its files are there, else word hashing."""

import logging

from inference_core.engine.builtin.encoder.contract import Encoder
from inference_core.engine.builtin.encoder.files import MINILM_FILES
from inference_core.engine.builtin.encoder.minilm import MiniLM
from inference_core.engine.builtin.encoder.word_hashing import WordHashing
from inference_core.engine.builtin.once import loaded_once

__all__ = ["Encoder", "MiniLM", "WordHashing", "shared_encoder", "shared_minilm"]

_log = logging.getLogger(__name__)


@loaded_once
def shared_encoder() -> Encoder:
    """The process's encoder, loaded on the first call (about a second) and then reused; any thread may call."""
    folder = MINILM_FILES.find()
    if folder is None:
        _log.warning("No files of all-MiniLM-L6-v2 found: texts are compared by shared words only")
        return WordHashing()
    return MiniLM(folder)


def shared_minilm() -> MiniLM:
    """The encoder, for what cannot do without all-MiniLM-L6-v2. Raises FileNotFoundError if it is another."""
    encoder = shared_encoder()
    if not isinstance(encoder, MiniLM):
        raise FileNotFoundError("the files of all-MiniLM-L6-v2 are not the official ones")
    return encoder
