"""Image to text by a model that needs nothing but a picture, such as BLIP, GIT, or an encoder with a decoder."""

from typing import Annotated

from msgspec import Meta, Struct, field, structs

from inference_core.engine.contract import Parameters, Sample, ServedTask
from inference_core.engine.inputs import Upload
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.generation import GenerationParameters, generate, options, usual_limit
from inference_core.engine.pretrained.pictures import prepared, processor, seen


class ImageToTextParameters(Parameters):
    """Of two `max_new_tokens`, here and in `generation_parameters`, the lower one is the limit."""

    max_new_tokens: Annotated[int, Meta(ge=1, le=4096)] | None = None
    generation_parameters: GenerationParameters = field(default_factory=GenerationParameters)

    def generation(self) -> GenerationParameters:
        """How to generate, with the lower limit."""
        limits = [one for one in (self.max_new_tokens, self.generation_parameters.max_new_tokens) if one is not None]
        return structs.replace(self.generation_parameters, max_new_tokens=min(limits, default=None))


class ImageToTextBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: Upload
    parameters: ImageToTextParameters = field(default_factory=ImageToTextParameters)


class Describer:
    """A model that writes what it sees or reads."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import AutoModelForImageTextToText, AutoTokenizer

        self._processor = processor(spec)
        self._tokenizer = AutoTokenizer.from_pretrained(spec.source, **loading.place(spec))
        if self._tokenizer.chat_template is not None:
            raise ValueError("It chats about pictures: it has to be told what to write of one.")
        self._model = loading.model(AutoModelForImageTextToText, spec)
        text = self._model.config.get_text_config(decoder=True)
        self._places: int | None = getattr(text, "max_position_embeddings", None)
        loading.end_when_unwanted(self._model)
        self.name = loading.name(spec, self._model)
        self.place = loading.where(self._model)

    def answer(self, body: ImageToTextBody) -> list[dict[str, str]]:
        """[{generated_text}]. Raises CannotAnswer for an unusable picture, and names what cannot be honoured."""
        asked = body.parameters.generation()
        given = options(asked, self._places)
        if "max_new_tokens" not in given and "max_length" not in given:
            given |= usual_limit(self._model, self._places)
        inputs = prepared(self._processor, seen(body.inputs), self._model)
        made = generate(self._model, inputs, given, asked.seed)
        return [{"generated_text": self._tokenizer.decode(made[0], skip_special_tokens=True).strip()}]


FAMILY = Family(
    tasks=(
        ServedTask(
            id="image-to-text",
            body=ImageToTextBody,
            answer=Describer.answer,
            takes_files=True,
            answered_example={"inputs": Sample("lion.jpg")},
        ),
    ),
    load=Describer,
    needs=TRANSFORMERS,
)
