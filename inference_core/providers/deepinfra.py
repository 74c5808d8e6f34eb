"""DeepInfra."""

from typing import Any

import msgspec

from inference_core.answers.base import json_as
from inference_core.answers.media import AutomaticSpeechRecognitionOutput, AutomaticSpeechRecognitionOutputChunk
from inference_core.answers.tolerant import AnswerText
from inference_core.media.inputs import Media
from inference_core.providers.call import Call
from inference_core.providers.contract import Followup, Payload, Provider, ProviderTask, Served
from inference_core.providers.fields import without_nulls
from inference_core.providers.openai_style import chat, completions, embeddings, speech

# DeepInfra recognises the format of a sound by its file name.
_ENDINGS = {
    "audio/aiff": "aiff",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/webm": "webm",
}


def _recording(call: Call[Any], served: Served) -> Payload:
    """A multipart form with a file and fields."""
    from urllib3 import encode_multipart_formdata

    sound: Media = call.inputs
    file = (f"audio.{_ENDINGS.get(sound.mime_type, 'wav')}", sound.content, sound.mime_type)
    fields = {**without_nulls(call.parameters), "model": served.provider_id}
    parts = [(name, _as_text(value)) for name, value in fields.items()]
    return Media(*encode_multipart_formdata([("file", file), *parts]))


def _as_text(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else msgspec.json.encode(value)


class _Segment(msgspec.Struct):
    text: AnswerText = ""
    start: float | None = None
    end: float | None = None


class _Transcript(msgspec.Struct):
    text: AnswerText
    segments: list[_Segment] | None = None


_transcript = json_as(_Transcript)


def _chunk(part: _Segment) -> AutomaticSpeechRecognitionOutputChunk:
    return AutomaticSpeechRecognitionOutputChunk(text=part.text, timestamp=[part.start, part.end])


async def _read_transcript(answer: bytes, followup: Followup) -> AutomaticSpeechRecognitionOutput:
    transcript = _transcript(answer)
    chunks = None if transcript.segments is None else list(map(_chunk, transcript.segments))
    return AutomaticSpeechRecognitionOutput(text=transcript.text, chunks=chunks, _body=answer)


DEEPINFRA = Provider(
    name="deepinfra",
    base_url="https://api.deepinfra.com",
    tasks={
        "automatic-speech-recognition": ProviderTask(
            route=lambda served: "/v1/openai/audio/transcriptions", payload=_recording, read=_read_transcript
        ),
        "conversational": chat("/v1/openai/chat/completions"),
        "feature-extraction": embeddings("/v1/openai/embeddings"),
        "text-generation": completions("/v1/openai/completions"),
        "text-to-speech": speech("/v1/openai/audio/speech"),
    },
)
