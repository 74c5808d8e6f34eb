"""Text to speech: speak a text."""

from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.fields import Number, Text
from tasks.registry import Domain, task
from tasks.views import GeneratedSound


@task(
    title="Text-to-Speech",
    verb="Read a text aloud",
    search_words="tts, text to voice, voice generation, speech synthesis, synthesise, synthesize, narrator, "
    "pronounce, text to speech, voice generator, speech generator, speak, voiceover, audiobook, natural voice",
    domain=Domain.AUDIO,
    examples=[
        ["Welcome to the gallery. Every sound you hear was made on this machine."],
        ["The next tram to the harbour leaves in seven minutes."],
    ],
)
async def text_to_speech(
    client: AsyncInferenceClient,
    text: Annotated[str, Text("Text", lines=4, placeholder="A text to speak")],
    *,
    voice: Annotated[
        str | None, Text("voice", placeholder="for the local engine: en-us, de, fr, es, it … (English without)")
    ] = None,
    speed: Annotated[int | None, Number("For the local engine: words a minute", 80, 450)] = None,
    pitch: Annotated[int | None, Number("For the local engine: higher is higher", 0, 99)] = None,
) -> GeneratedSound:
    """Speak a text. The sound can be played and downloaded."""
    chosen = {"voice": voice, "speed": speed, "pitch": pitch}
    spoken = await client.text_to_speech(text, extra_body=chosen)
    return GeneratedSound(spoken, spoken.mime_type)
