"""Automatic speech recognition: write down what is said."""

from pathlib import Path
from typing import Annotated

from inference_core import AsyncInferenceClient
from inference_core.words import text
from tasks.acceptable import Example, Says
from tasks.fields import Sound, Switch
from tasks.registry import Domain, task
from tasks.samples import sample
from tasks.views import Moment, Transcript


@task(
    title="Automatic Speech Recognition",
    verb="Write down speech",
    search_words="speech to text, transcribe, transcription, dictation, voice recognition, stt, asr, subtitles, "
    "transcript, transcriber, audio to text, voice to text, meeting minutes, whisper, captions, voice memo",
    domain=Domain.AUDIO,
    examples=[
        Example([sample("heath_ledger.mp3")], Says(["never do it for free"])),
        Example([sample("cate_blanch_2.mp3")], Says(["historic"])),
    ],
)
async def automatic_speech_recognition(
    client: AsyncInferenceClient,
    audio: Annotated[Path, Sound("Speech")],
    *,
    return_timestamps: Annotated[bool | None, Switch("Say when each part was spoken")] = None,
) -> Transcript:
    """Write down what is said in a recording."""
    parameters = {"return_timestamps": True} if return_timestamps else None
    heard = await client.automatic_speech_recognition(audio, extra_body=parameters)
    moments = [Moment(chunk.text, *(*chunk.timestamp, None, None)[:2]) for chunk in heard.chunks or ()]
    is_silent = not heard.text.strip() and not moments
    return Transcript(audio, heard.text, moments, text("results.notes.no_speech") if is_silent else "")
