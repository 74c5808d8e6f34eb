"""Finds the outline of what a network sees: GrabCut (Rother et al., 2004), which begins with an activation map."""

import cv2
import numpy as np
import numpy.typing as npt

from inference_core.engine.builtin.imagenet.onnx_file import Floats
from inference_core.engine.builtin.vision.colours import Pixels

Mask = npt.NDArray[np.bool_]

_ROUNDS = 4
# Shares of the map's highest value.
_SURELY_INSIDE = 0.75
_LIKELY_INSIDE = 0.3
_SURELY_OUTSIDE = 0.05


def outline(pixels: Pixels, activation: Floats) -> Mask:
    """The pixels that belong to what is seen, in one piece, of a copy of about 300 pixels, shape (height, width, 3).

    None of them if the map is high or low all over, so that nothing stands out. `activation` is the map of the whole
    picture, of any size; its highest value is positive.
    """
    height, width = pixels.shape[:2]
    seen = cv2.resize(activation / activation.max(), (width, height), interpolation=cv2.INTER_CUBIC)
    likely = seen > _LIKELY_INSIDE
    if likely.all() or not likely.any():
        return np.zeros((height, width), np.bool_)
    mask = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    mask[likely] = cv2.GC_PR_FGD
    mask[seen > _SURELY_INSIDE] = cv2.GC_FGD
    mask[seen < _SURELY_OUTSIDE] = cv2.GC_BGD
    cv2.setRNGSeed(0)  # the same picture gets the same outline
    colours = np.ascontiguousarray(pixels[:, :, ::-1])
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(colours, mask, (0, 0, width, height), *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    return _largest_piece((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD))


def _largest_piece(mask: Mask) -> Mask:
    count, pieces, sizes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count == 1:
        return mask
    largest: Mask = pieces == 1 + sizes[1:, cv2.CC_STAT_AREA].argmax()
    return largest
