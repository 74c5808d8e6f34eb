"""Finds QR codes in a picture: only those that can be decoded, because their checksum proves that they are QR codes."""

import cv2
import numpy as np
from PIL.Image import Image

from inference_core.engine.builtin.vision.boxes import Box

_LONGEST_SIDE = 1600


def qr_codes(picture: Image) -> list[Box]:
    """Where QR codes are in an RGB picture."""
    copy = picture.convert("L")
    copy.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    # A new detector for each call, because it stores its working data in itself.
    found, texts, corners, _ = cv2.QRCodeDetector().detectAndDecodeMulti(np.asarray(copy))
    if not found:
        return []
    scale = picture.width / copy.width
    boxes = [_around(quad * scale, picture) for quad, text in zip(corners, texts, strict=True) if text]
    return sorted(boxes)


def _around(corners: np.ndarray, picture: Image) -> Box:
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    xmin, ymin = (max(0, int(side)) for side in low)
    return Box(xmin, ymin, min(int(high[0]), picture.width), min(int(high[1]), picture.height))
