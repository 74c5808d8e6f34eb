"""The kind of a picture: photo, drawing, document, screenshot or chart, by a logistic regression on measurements."""

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from inference_core.engine.builtin.data import read_data
from inference_core.engine.builtin.once import loaded_once
from inference_core.engine.builtin.vision.attributes import small_copy
from inference_core.engine.builtin.vision.kind_features import kind_features
from inference_core.engine.contract import CannotAnswer

if TYPE_CHECKING:
    from PIL.Image import Image

_LONGEST_SIDE = 640
_SHORTEST_SIDE = 32
_BLANK = 0.998
_NOISE = 0.05


class PictureKinds:
    """Knows five kinds of picture. Safe to call from several threads."""

    def __init__(self) -> None:
        table = tomllib.loads(read_data("picture_kinds.toml"))
        self.names: tuple[str, ...] = tuple(table["kinds"])
        self._features = tuple(table["features"])
        self._middles, self._deviations = np.transpose(list(table["features"].values()))
        self._constant = np.array(table["constant"])
        places = {name: index for index, name in enumerate(self._features)}
        self._pairs = np.array([[places[name] for name in pair.split(" x ")] for pair in table["products"]])
        self._weights = np.array([*table["single"].values(), *table["products"].values()])

    def log_odds(self, picture: "Image") -> dict[str, float]:
        """The raw score of each kind for an upright RGB picture; their softmax is `probabilities`.

        Raises CannotAnswer for pictures that are blank, only noise, or too small.
        """
        pixels = small_copy(picture, _LONGEST_SIDE)
        if min(pixels.shape[:2]) < _SHORTEST_SIDE:
            raise CannotAnswer("picture_too_small", width=picture.width, height=picture.height)
        features = kind_features(pixels)
        if features["flat"] > _BLANK:
            raise CannotAnswer("blank_picture")
        if features["flat"] + features["soft"] < _NOISE:
            raise CannotAnswer("only_noise")
        values = (np.array([features[name] for name in self._features]) - self._middles) / self._deviations
        products = values[self._pairs[:, 0]] * values[self._pairs[:, 1]]
        scores = self._constant + np.concatenate([values, products]) @ self._weights
        return dict(zip(self.names, scores.tolist(), strict=True))

    def probabilities(self, picture: "Image") -> Mapping[str, float]:
        """The probability of each kind, the likeliest first; they sum to 1. Raises CannotAnswer like `log_odds`."""
        scores = self.log_odds(picture)
        weights = np.exp(np.array(list(scores.values())) - max(scores.values()))
        likely = zip(scores, (weights / weights.sum()).tolist(), strict=True)
        return dict(sorted(likely, key=lambda pair: -pair[1]))


@loaded_once
def shared_picture_kinds() -> PictureKinds:
    """The process's classifier, loaded on the first call."""
    return PictureKinds()
