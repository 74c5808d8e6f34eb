"""Automatic speech recognition: write down what is said."""

from pathlib import Path
from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.fields import Sound, Switch
from tasks.registry import Domain, task
from tasks.samples import sample
from tasks.views import PlainText


@task(
    title="Automatic Speech Recognition",
    domain=Domain.AUDIO,
    examples=[[sample("heath_ledger.mp3")], [sample("cate_blanch_2.mp3")]],
)
async def automatic_speech_recognition(
    client: AsyncInferenceClient,
    audio: Annotated[Path, Sound("Speech")],
    *,
    return_timestamps: Annotated[bool | None, Switch("Say when each part was spoken")] = None,
) -> PlainText:
    """Write down what is said in a recording."""
    parameters = {"return_timestamps": True} if return_timestamps else None
    heard = await client.automatic_speech_recognition(audio, extra_body=parameters)
    spoken = [_timed(chunk.text, chunk.timestamp) for chunk in heard.chunks or ()]
    return PlainText("\n".join(spoken) or heard.text, "" if heard.text.strip() else "No speech was heard.")


def _timed(text: str, timestamp: list[float | None]) -> str:
    moments = " to ".join("?" if second is None else f"{second:.2f}" for second in timestamp)
    return f"{moments} s: {text.strip()}"
