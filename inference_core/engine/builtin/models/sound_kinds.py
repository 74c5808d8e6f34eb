"""Audio classification: speech, music, noise, tone or silence."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from inference_core.engine.builtin.audio.requests import AudioClassificationBody, labels
from inference_core.engine.builtin.examples import CLICK
from inference_core.engine.contract import CannotAnswer, Lane, Model, Sample, ServedTask
from inference_core.engine.packages import SCIPY

if TYPE_CHECKING:
    from inference_core.engine.builtin.audio.kinds import Floats
    from inference_core.media.sounds import Sound


class SoundKinds:
    """Judges each stretch of three seconds separately."""

    name = "spectral steadiness and change in a logistic model (numpy)"

    def __init__(self, kinds: tuple[str, ...], kinds_over_time: "Callable[[Sound], Floats]") -> None:
        self._kinds = kinds
        self._kinds_over_time = kinds_over_time

    def answer(self, body: AudioClassificationBody) -> list[dict[str, str | float]]:
        """{label, score} per kind, best first. A score is the mean over all stretches, so scores sum to 1.

        Raises `CannotAnswer` if less than a quarter of a second of the sound is audible.
        """
        rows = self._kinds_over_time(body.inputs.sound())
        if not len(rows):
            raise CannotAnswer("too_little_sound")
        scores = dict(zip(self._kinds, rows.mean(axis=0).tolist(), strict=True))
        return labels(scores, body.parameters.top_k)


def _load() -> SoundKinds:
    from inference_core.engine.builtin.audio.kinds import KINDS, kinds_over_time

    return SoundKinds(KINDS, kinds_over_time)


MODEL = Model(
    id="builtin/sound-kinds",
    tasks=(
        ServedTask(
            id="audio-classification",
            body=AudioClassificationBody,
            answer=SoundKinds.answer,
            takes_files=True,
            answered_example={"inputs": Sample("rain.wav")},
            refused_example={"inputs": CLICK},
        ),
    ),
    words="models.sound_kinds",
    licence="Apache-2.0",
    load=_load,
    level="basic",
    needs=SCIPY,
    lane=Lane("sound", __name__),
)
