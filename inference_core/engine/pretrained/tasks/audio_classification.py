"""Audio classification through transformers' pipeline, which gets samples: files are decoded here."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from inference_core.engine.contract import Parameters, Sample, ServedTask
from inference_core.engine.inputs import Upload
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import SCIPY, TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.samples import heard


class AudioClassificationParameters(Parameters):
    """`top_k`: how many labels to return; all if it is not given. `function_to_apply` turns logits into scores."""

    top_k: Annotated[int, Meta(ge=1)] | None = None
    function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None


class AudioClassificationBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: Upload
    parameters: AudioClassificationParameters = field(default_factory=AudioClassificationParameters)


class AudioClassifier:
    """A model with labels for sounds."""

    def __init__(self, spec: ModelSpec) -> None:
        self._pipeline = loading.pipeline("audio-classification", spec)
        self.name = loading.name(spec, self._pipeline.model)
        self.place = loading.where(self._pipeline.model)

    def answer(self, body: AudioClassificationBody) -> list[dict[str, Any]]:
        """[{label, score}], best first. Raises CannotAnswer if the sound is unusable."""
        asked = body.parameters
        samples = heard(body.inputs, self._pipeline.feature_extractor.sampling_rate)
        labels: list[dict[str, Any]] = self._pipeline(
            samples, top_k=asked.top_k, function_to_apply=asked.function_to_apply
        )
        return labels


FAMILY = Family(
    tasks=(
        ServedTask(
            id="audio-classification",
            body=AudioClassificationBody,
            answer=AudioClassifier.answer,
            takes_files=True,
            answered_example={"inputs": Sample("cantina.wav")},
        ),
    ),
    load=AudioClassifier,
    needs=(*TRANSFORMERS, *SCIPY),
)
