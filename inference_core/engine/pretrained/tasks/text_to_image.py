"""Text to image with a diffusion model, through diffusers."""

from msgspec import Struct, field

from inference_core.engine.contract import File, NonEmpty, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import DIFFUSERS
from inference_core.engine.pretrained.diffusion import DiffusionParameters, Painter, Side
from inference_core.engine.pretrained.family import Family
from inference_core.media.pictures import encode_png


class TextToImageParameters(DiffusionParameters):
    """`width` and `height` are in pixels. `scheduler` is the name of a class of diffusers that the model can use."""

    width: Side | None = None
    height: Side | None = None
    scheduler: str | None = None


class TextToImageBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: TextToImageParameters = field(default_factory=TextToImageParameters)


class TextPainter:
    """A model that paints what a text says."""

    def __init__(self, spec: ModelSpec) -> None:
        self._painter = Painter(spec, "AutoPipelineForText2Image")
        self.name = self._painter.name
        self.place = self._painter.place

    def answer(self, body: TextToImageBody) -> File:
        """A PNG. Raises CannotAnswer for a size that the model cannot paint, and as `Painter.painted` does."""
        asked = body.parameters
        sizes = {"width": asked.width, "height": asked.height}
        for name, side in sizes.items():
            self._painter.require_side(name, side)
        if any(sizes.values()):
            # Diffusers heeds both or none.
            sizes = {name: side or self._painter.usual_side for name, side in sizes.items()}
        painted = self._painter.painted(body.inputs, asked, asked.scheduler, **sizes)
        return File(encode_png(painted), "image/png")


FAMILY = Family(
    tasks=(
        ServedTask(
            id="text-to-image",
            body=TextToImageBody,
            answer=TextPainter.answer,
            answer_type="image/png",
            answered_example={"inputs": "a mountain lake at sunset with pine trees"},
            refused_example={"inputs": "a mountain lake", "parameters": {"width": 500}},
        ),
    ),
    load=TextPainter,
    needs=DIFFUSERS,
)
