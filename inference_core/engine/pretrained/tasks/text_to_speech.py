"""Text to speech with models that make a waveform of a text, such as VITS, through transformers' pipeline."""

from typing import Any

from msgspec import Struct, field, structs

from inference_core.engine.contract import CannotAnswer, File, NonEmpty, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.generation import GenerationParameters, options, refuse_all, sow, while_wanted
from inference_core.media.sounds import encode_wav

_MOST_CHARACTERS = 2000
"""The whole sound is computed at once, in memory that grows with it."""


class TextToSpeechParameters(GenerationParameters):
    """Clients send the parameters of a generation here, and the Hub's specification has them one level deeper."""

    generation_parameters: GenerationParameters = field(default_factory=GenerationParameters)

    @property
    def generation(self) -> GenerationParameters:
        """Both; the deeper ones win."""
        outer = {name: getattr(self, name) for name in GenerationParameters.__struct_fields__}
        inner = {name: one for name, one in structs.asdict(self.generation_parameters).items() if one is not None}
        return GenerationParameters(**{**outer, **inner})


class TextToSpeechBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: TextToSpeechParameters = field(default_factory=TextToSpeechParameters)


class Speaker:
    """A model with a voice. Some draw on chance: the same `seed` says a text in the same way."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import AutoConfig

        kind = AutoConfig.from_pretrained(spec.source, **loading.place(spec)).model_type
        if kind == "speecht5":
            raise ValueError("SpeechT5 needs a second model for its sound and a speaker; choose a VITS, such as MMS.")
        self._pipeline = loading.pipeline("text-to-audio", spec)
        self.name = loading.name(spec, self._pipeline.model)
        self.place = loading.where(self._pipeline.model)

    def answer(self, body: TextToSpeechBody) -> File:
        """A WAV file of one channel. Raises CannotAnswer for too little or much to say, and what it cannot honour."""
        import numpy as np

        asked = body.parameters.generation
        given = self._options(asked)
        if not any(character.isalnum() for character in body.inputs) or not self._can_say(body.inputs):
            raise CannotAnswer("nothing_to_say")
        if len(body.inputs) > _MOST_CHARACTERS:
            raise CannotAnswer("text_too_long", count=len(body.inputs), most=_MOST_CHARACTERS)
        sow(asked.seed)
        spoken = self._pipeline(body.inputs, **given)
        samples = np.asarray(spoken["audio"], np.float32)
        if samples.ndim > 1:
            samples = samples.reshape(-1, samples.shape[-1]).mean(axis=0)
        return File(encode_wav(np.clip(np.nan_to_num(samples), -1, 1), int(spoken["sampling_rate"])), "audio/wav")

    def _options(self, asked: GenerationParameters) -> dict[str, Any]:
        if not self._pipeline.model.can_generate():
            refuse_all(asked, but=("seed",))
            return {}
        return {"generate_kwargs": {**options(asked), "stopping_criteria": while_wanted()}}

    def _can_say(self, text: str) -> bool:
        tokenizer = self._pipeline.tokenizer
        return tokenizer is None or any(one not in tokenizer.all_special_ids for one in tokenizer(text).input_ids)


FAMILY = Family(
    tasks=(
        ServedTask(
            id="text-to-speech",
            body=TextToSpeechBody,
            answer=Speaker.answer,
            answer_type="audio/wav",
            answered_example={"inputs": "Welcome to the gallery."},
            refused_example={"inputs": "…"},
        ),
    ),
    load=Speaker,
    needs=TRANSFORMERS,
)
