"""Image to image: edits of the whole picture that a prompt names."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct, field

from inference_core.engine.contract import CannotAnswer, File, InputSizes, Lane, Model, Parameters, Sample, ServedTask
from inference_core.engine.inputs import Upload
from inference_core.engine.packages import ENCODER, OPENCV
from inference_core.media.pictures import encode_png

if TYPE_CHECKING:
    from PIL.Image import Image

    from inference_core.engine.builtin.editing.prompts import Edit, EditVocabulary

_Side = Annotated[int, Meta(ge=1, le=2048)]


class TargetSize(Struct, forbid_unknown_fields=True):
    """In pixels."""

    width: _Side
    height: _Side


class ImageToImageParameters(Parameters):
    """`prompt` names the edits, in the order in which they are applied. The answer has `target_size`, if given."""

    prompt: str | None = None
    target_size: TargetSize | None = None


class ImageToImageBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: Upload
    parameters: ImageToImageParameters = field(default_factory=ImageToImageParameters)


class ImageToImage:
    """Applies the edits that the prompt names, or those closest to it in meaning.

    It was tuned on 84 prompts; half of them ask for something that no edit can do. Of 44 other prompts, 22 possible and
    22 impossible, it got 19 of the possible ones right, and refused the other 3 and all impossible ones.
    """

    def __init__(
        self,
        vocabulary: "EditVocabulary",
        edited: "Callable[[Image, list[Edit], tuple[int, int] | None], Image]",
        encoder_name: str,
    ) -> None:
        self._vocabulary = vocabulary
        self._edited = edited
        self.name = f"Pillow and OpenCV picture edits chosen by words and {encoder_name}"

    def answer(self, body: ImageToImageBody) -> File:
        """A PNG as large as the upright picture, but at most 4 megapixels, or of `target_size`.

        Raises CannotAnswer if the prompt is missing, or asks for anything but edits of the whole picture.
        """
        prompt = body.parameters.prompt
        if not prompt or prompt.isspace():
            raise CannotAnswer("no_edit_prompt")
        edits = self._vocabulary.read(prompt)
        target = body.parameters.target_size
        size = (target.width, target.height) if target else None
        return File(encode_png(self._edited(body.inputs.picture(), edits, size)), "image/png")


def _load() -> ImageToImage:
    from inference_core.engine.builtin.editing.apply import edited
    from inference_core.engine.builtin.editing.prompts import EditVocabulary
    from inference_core.engine.builtin.encoder.shared import shared_encoder

    encoder = shared_encoder()
    return ImageToImage(EditVocabulary(encoder), edited, encoder.name)


MODEL = Model(
    id="builtin/photo-edits",
    tasks=(
        ServedTask(
            id="image-to-image",
            body=ImageToImageBody,
            answer=ImageToImage.answer,
            takes_files=True,
            answer_type="image/png",
            answered_example={"inputs": Sample("tower.jpg"), "parameters": {"prompt": "a pencil drawing, please"}},
            refused_example={"inputs": Sample("tower.jpg"), "parameters": {"prompt": "remove the tower"}},
        ),
    ),
    words="models.photo_edits",
    licence="Apache-2.0",
    load=_load,
    level="toy",
    needs=OPENCV + ENCODER,
    sizes=InputSizes(characters=500),
    lane=Lane("pictures", __name__),
)
