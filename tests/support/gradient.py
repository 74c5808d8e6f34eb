"""A picture for tests that need no particular one."""

import numpy as np
from PIL import Image

from inference_core.media.pictures import encode_png


def gradient(width: int, height: int) -> bytes:
    """A PNG in which the colours change from side to side."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    colours = np.stack([across, down, 255 - across], axis=-1).astype(np.uint8)
    return encode_png(Image.fromarray(colours))
