"""The request bodies of the tasks about sounds, and their answers, which all models of a task share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

from inference_core.engine.contract import CannotAnswer, Parameters
from inference_core.engine.inputs import Upload
from inference_core.media.sounds import Sound


class AudioClassificationParameters(Parameters):
    top_k: Annotated[int, msgspec.Meta(ge=1)] | None = None


class AudioClassificationBody(msgspec.Struct, forbid_unknown_fields=True):
    inputs: Upload
    parameters: AudioClassificationParameters = msgspec.field(default_factory=AudioClassificationParameters)


class AutomaticSpeechRecognitionParameters(Parameters):
    """`return_timestamps`: true for one chunk per part of the recording, "word" for one per word."""

    return_timestamps: bool | Literal["word"] | None = None


class AutomaticSpeechRecognitionBody(msgspec.Struct, forbid_unknown_fields=True):
    inputs: Upload
    parameters: AutomaticSpeechRecognitionParameters = msgspec.field(
        default_factory=AutomaticSpeechRecognitionParameters
    )


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word or more, and when it was said, in seconds."""

    text: str
    start: float
    end: float


def labels(scores: Mapping[str, float], most: int | None) -> list[dict[str, str | float]]:
    """{label, score} of each, best first, at most `most` of them."""
    ranked = sorted(scores.items(), key=lambda labelled: -labelled[1])
    return [{"label": label, "score": score} for label, score in ranked[:most]]


def transcript(parts: Iterable[Sequence[Spoken]], *, timed: bool) -> dict[str, Any]:
    """{text} of all parts. If `timed`, also `chunks`, one per part: {text, timestamp: [start, end]}, in seconds."""
    chunks = [
        {"text": " ".join(one.text for one in part), "timestamp": [part[0].start, part[-1].end]} for part in parts
    ]
    text = " ".join(str(chunk["text"]) for chunk in chunks)
    return {"text": text, "chunks": chunks} if timed else {"text": text}


def require_length(sound: Sound, most: float) -> None:
    """Raises CannotAnswer if the sound lasts longer than `most` seconds."""
    if sound.seconds > most:
        raise CannotAnswer("recording_too_long", seconds=round(sound.seconds), most=most)
