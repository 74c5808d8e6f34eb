"""Text to image: draws those things in a prompt that it knows how to draw."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct, field

from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.contract import File, InputSizes, Lane, Model, NonEmpty, Parameters, ServedTask
from inference_core.engine.packages import ENCODER
from inference_core.media.pictures import encode_png

if TYPE_CHECKING:
    from PIL.Image import Image

    from inference_core.engine.builtin.drawing.prompts.prompt import SceneReader
    from inference_core.engine.builtin.drawing.surface.scene import Scene

_Side = Annotated[int, Meta(ge=64, le=1024)]
_DEFAULT_SIDE = 512
_MAX_SEED = 2**63 - 1


class TextToImageParameters(Parameters):
    """`width` and `height` are in pixels. What `negative_prompt` names is left out of the scene."""

    width: _Side | None = None
    height: _Side | None = None
    seed: Annotated[int, Meta(ge=0, le=_MAX_SEED)] | None = None
    negative_prompt: str | None = None


class TextToImageBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: TextToImageParameters = field(default_factory=TextToImageParameters)


class TextToImage:
    """Finds the elements of the scene in the prompt and paints them one after the other."""

    name = "procedural drawing (Pillow and numpy)"

    def __init__(self, reader: "SceneReader", paint: "Callable[[Scene, tuple[int, int], list[int]], Image]") -> None:
        self._reader = reader
        self._paint = paint

    def answer(self, body: TextToImageBody) -> File:
        """A PNG. The same prompt and seed give the same bytes, and so does the same prompt without a seed.

        Raises CannotAnswer if nothing in the prompt can be drawn, or if its main subject cannot be drawn.
        """
        parameters = body.parameters
        prompt = nfc(body.inputs)
        scene = self._reader.read(prompt, nfc(parameters.negative_prompt or ""))
        size = (parameters.width or _DEFAULT_SIDE, parameters.height or _DEFAULT_SIDE)
        return File(encode_png(self._paint(scene, size, _seed(prompt, parameters.seed))), "image/png")


def _seed(prompt: str, seed: int | None) -> list[int]:
    prompt_seed = int.from_bytes(hashlib.sha256(prompt.encode()).digest()[:8])
    return [prompt_seed] if seed is None else [prompt_seed, seed]


def _load() -> TextToImage:
    from inference_core.engine.builtin.drawing.painter import paint
    from inference_core.engine.builtin.drawing.prompts.prompt import SceneReader
    from inference_core.engine.builtin.encoder.shared import shared_encoder

    return TextToImage(SceneReader(shared_encoder()), paint)


MODEL = Model(
    id="builtin/scene-drawing",
    tasks=(
        ServedTask(
            id="text-to-image",
            body=TextToImageBody,
            answer=TextToImage.answer,
            answer_type="image/png",
            answered_example={"inputs": "a mountain lake at sunset with pine trees"},
            refused_example={"inputs": "a cat on a mat"},
        ),
    ),
    words="models.scene_drawing",
    licence="Apache-2.0",
    load=_load,
    level="toy",
    needs=ENCODER,
    sizes=InputSizes(characters=1000, words=250),
    lane=Lane("pictures", __name__),
)
