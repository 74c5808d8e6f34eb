"""Audio classification: what kind of sound it is."""

from pathlib import Path
from typing import Annotated, Literal

from inference_core import AsyncInferenceClient
from tasks.acceptable import Example, Labelled
from tasks.fields import Choice, Number, Sound
from tasks.registry import Domain, task
from tasks.samples import sample
from tasks.views import LabelScores


@task(
    title="Audio Classification",
    verb="Name what is heard",
    search_words="sound recognition, identify a sound, noises, music, songs, genre, tagging, classify audio, "
    "sound detection, noise detection, audio tagging, speech or music, sound events",
    domain=Domain.AUDIO,
    examples=[
        Example([sample("cantina.wav")], Labelled(["music"])),
        Example([sample("heath_ledger.mp3")], Labelled(["speech"])),
        [sample("dial_tone.wav")],
        [sample("rain.wav")],
    ],
)
async def audio_classification(
    client: AsyncInferenceClient,
    audio: Annotated[Path, Sound("Sound")],
    *,
    top_k: Annotated[int | None, Number("How many classes to show", 1, 100)] = None,
    function_to_apply: Annotated[
        Literal["sigmoid", "softmax", "none"] | None, Choice("What turns raw scores into those shown")
    ] = None,
) -> LabelScores:
    """Tell what kind of sound it is."""
    classes = await client.audio_classification(audio, top_k=top_k, function_to_apply=function_to_apply)
    return LabelScores({one.label: one.score for one in classes})
