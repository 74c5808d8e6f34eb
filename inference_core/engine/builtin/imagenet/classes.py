"""Names what a photo shows, and knows when it is not sure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from inference_core.engine.builtin.data import read_data
from inference_core.engine.builtin.imagenet.files import EFFICIENTNET_FILES, FILE
from inference_core.engine.builtin.imagenet.network import Network, middle, whole
from inference_core.engine.builtin.imagenet.onnx_file import Floats
from inference_core.engine.builtin.once import loaded_once
from inference_core.engine.builtin.vision.kinds import PictureKinds, shared_picture_kinds
from inference_core.engine.contract import CannotAnswer

if TYPE_CHECKING:
    from PIL.Image import Image

# 37 photos from packages were looked at, of things that ImageNet has and of others; 10 of them got a better score than
# this, and each was named right or nearly (a motorcycle as a moped). With .35 two more are named, one of them wrong,
# with .25 five, four of them wrong.
SURE = 0.4
# All but 5 of those photos (textures, the moon, views through a microscope) have more than this, and all but one of 21
# charts, pages, windows and drawings have less.
_LEAST_PHOTO = 0.3
_LEAST_GUESS = 0.15


class Guess(NamedTuple):
    """A class and its probability."""

    name: str
    probability: float


class PhotoClasses:
    """Knows ImageNet's thousand classes. Safe to call from several threads."""

    def __init__(self, network: Network, kinds: PictureKinds) -> None:
        self._network = network
        self._kinds = kinds
        self.names = tuple(line for line in read_data("imagenet_classes.txt").splitlines() if line[0] != "#")

    def logits(self, picture: "Image") -> Floats:
        """The raw score of each class for an upright RGB picture, shape (1000,); their softmax are probabilities.

        They are the mean of what the network sees in the middle and in the whole picture: where it does not know what
        it sees, it mostly takes the two for different things.

        Raises CannotAnswer for pictures that are no photos, blank, only noise, or too small.
        """
        kinds = self._kinds.probabilities(picture)
        if kinds["photo"] < _LEAST_PHOTO:
            raise CannotAnswer("not_a_photo", kind=next(kind for kind in kinds if kind != "photo"))
        return (self._network.see(middle(picture)).logits + self._network.see(whole(picture)).logits) * np.float32(0.5)

    def sure_logits(self, picture: "Image") -> Floats:
        """The raw scores like `logits`. Raises CannotAnswer also if the best class is not a sure one."""
        found = self.logits(picture)
        self.require_sure(self.guesses(found))
        return found

    def sure_guesses(self, picture: "Image") -> list[Guess]:
        """The classes with their probabilities, best first; raises what `sure_logits` raises."""
        found = self.guesses(self.logits(picture))
        self.require_sure(found)
        return found

    def activation(self, picture: "Image", name: str) -> Floats:
        """Where in all of a picture the class is seen, shape (7, 7): the class activation map (Zhou et al., 2016)."""
        weights = self._network.class_weights[self.names.index(name)]
        found: Floats = np.tensordot(weights, self._network.see(whole(picture)).map, 1)
        return found

    def require_sure(self, guesses: Sequence[Guess]) -> None:
        """Raises CannotAnswer if the first of these guesses is not a sure one."""
        if guesses[0].probability < SURE:
            raise self.not_sure(guesses)

    @staticmethod
    def not_sure(guesses: Sequence[Guess]) -> CannotAnswer:
        """The refusal for these guesses; it names the better ones of them."""
        told = ", ".join(f"{name} ({likely:.0%})" for name, likely in guesses if likely >= _LEAST_GUESS)
        return CannotAnswer("not_sure_what_it_shows", guesses=told) if told else CannotAnswer("unknown_what_it_shows")

    def sure_class(self, picture: "Image") -> str | None:
        """The name of what a photo shows, None if it is not sure or no photo."""
        try:
            return self.sure_guesses(picture)[0].name
        except CannotAnswer:
            return None

    def guesses(self, logits: Floats) -> list[Guess]:
        """The classes with their probabilities, best first."""
        likely = probabilities(logits).tolist()
        return [Guess(self.names[number], likely[number]) for number in np.argsort(-logits)]


def probabilities(logits: Floats) -> Floats:
    """The softmax of the classes' raw scores."""
    weights = np.exp(logits - logits.max())
    found: Floats = weights / weights.sum()
    return found


@loaded_once
def shared_photo_classes() -> PhotoClasses:
    """The process's classifier, loaded on the first call. Raises FileNotFoundError if its weights are not there."""
    return PhotoClasses(Network(EFFICIENTNET_FILES.require("EfficientNet-Lite0") / FILE), shared_picture_kinds())


def photo_classes_if_here() -> PhotoClasses | None:
    """The process's classifier, for models that can do without it; None if its weights are not there."""
    try:
        return shared_photo_classes()
    except FileNotFoundError:
        return None
