"""Speech recognition with Whisper and the like, or with CTC: transformers' pipeline, which gets samples."""

from typing import Any, Literal

from msgspec import Struct, field

from inference_core.engine.contract import CannotAnswer, Parameters, Sample, ServedTask
from inference_core.engine.inputs import Upload
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import SCIPY, TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.generation import GenerationParameters, options, refuse_all, sow, while_wanted
from inference_core.engine.pretrained.samples import heard

_WHISPER, _CTC = "seq2seq_whisper", "ctc"
_FIRST_TOKENS = 4
"""With so many Whisper's decoder begins, within the limit of what it writes."""

_WINDOW = 30.0
"""Seconds that a CTC model hears at once, for which memory grows with the square."""


class AutomaticSpeechRecognitionParameters(Parameters):
    """`return_timestamps`: true for the parts that a model has, "word" or "char" for each of them."""

    return_timestamps: bool | Literal["word", "char"] | None = None
    generation_parameters: GenerationParameters = field(default_factory=GenerationParameters)


class AutomaticSpeechRecognitionBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: Upload
    parameters: AutomaticSpeechRecognitionParameters = field(default_factory=AutomaticSpeechRecognitionParameters)


class Recognizer:
    """A model that writes down speech."""

    def __init__(self, spec: ModelSpec) -> None:
        self._pipeline = loading.pipeline("automatic-speech-recognition", spec)
        self._kind: str = self._pipeline.type
        self._rate: int = self._pipeline.feature_extractor.sampling_rate
        loading.end_when_unwanted(self._pipeline.model)
        self.name = loading.name(spec, self._pipeline.model)
        self.place = loading.where(self._pipeline.model)

    def answer(self, body: AutomaticSpeechRecognitionBody) -> dict[str, Any]:
        """{text}, and with `return_timestamps` also `chunks`: {text, timestamp: [start, end]}, in seconds.

        Raises CannotAnswer if the sound is unusable, and names what this kind of model cannot do.
        """
        times = self._times(body.parameters.return_timestamps)
        given = self._options(body.parameters.generation_parameters)
        samples = heard(body.inputs, self._rate)
        seconds = len(samples) / self._rate
        sow(body.parameters.generation_parameters.seed)
        found = self._pipeline(samples, **given, **self._timed(times, seconds))
        answer: dict[str, Any] = {"text": found["text"]}
        if times:
            answer["chunks"] = [_chunk(one, seconds) for one in found.get("chunks", [])]
        return answer

    def _times(self, asked: bool | str | None) -> bool | str:
        if not asked:
            return False
        if self._kind == _CTC:
            return "word" if asked is True else asked
        if self._kind != _WHISPER:
            raise CannotAnswer("fields_not_served", fields=["return_timestamps"])
        if asked == "char":
            raise CannotAnswer("value_not_served", name="return_timestamps", value=asked, known=["true", "word"])
        return asked

    def _options(self, asked: GenerationParameters) -> dict[str, Any]:
        if self._kind == _CTC:
            refuse_all(asked)
            return {}
        places = getattr(self._pipeline.model.config, "max_target_positions", None)
        given = options(asked, None if places is None else places - _FIRST_TOKENS)
        return {"generate_kwargs": {**given, "stopping_criteria": while_wanted()}}

    def _timed(self, times: bool | str, seconds: float) -> dict[str, Any]:
        if self._kind == _CTC:
            parts = {"chunk_length_s": _WINDOW} if seconds > _WINDOW else {}
            return {**parts, **({"return_timestamps": times} if times else {})}
        # Without times, Whisper hears no more than its window.
        is_long = self._kind == _WHISPER and seconds > self._pipeline.feature_extractor.chunk_length
        return {"return_timestamps": times or True} if times or is_long else {}


def _chunk(found: dict[str, Any], seconds: float) -> dict[str, Any]:
    """A chunk with times within the sound: Whisper hears the silence that fills its window, and leaves the end open."""
    start, end = found["timestamp"]
    begun = min(float(start or 0), seconds)
    ended = seconds if end is None else min(float(end), seconds)
    return {"text": found["text"], "timestamp": [begun, max(begun, ended)]}


FAMILY = Family(
    tasks=(
        ServedTask(
            id="automatic-speech-recognition",
            body=AutomaticSpeechRecognitionBody,
            answer=Recognizer.answer,
            takes_files=True,
            answered_example={"inputs": Sample("cantina.wav")},
        ),
    ),
    load=Recognizer,
    needs=(*TRANSFORMERS, *SCIPY),
)
