"""A sound as a model hears it: transformers would decode with ffmpeg, and resample with torchaudio."""

from typing import TYPE_CHECKING

from inference_core.engine.inputs import Upload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAST_SECONDS = 0.1
"""Models that listen through convolutions fail at less."""


def heard(upload: Upload, rate: int) -> "NDArray[np.float32]":
    """The samples at this rate, with silence after a very short sound. Raises CannotAnswer if it is unusable."""
    import numpy as np

    from inference_core.engine.builtin.audio.resample import resampled

    samples = resampled(upload.sound(), rate)
    missing = round(_LEAST_SECONDS * rate) - len(samples)
    return np.pad(samples, (0, max(0, missing))).astype(np.float32)
