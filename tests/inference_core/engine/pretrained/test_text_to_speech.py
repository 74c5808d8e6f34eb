"""Speech by a voice of one's own: a WAV file, the same for a seed."""

import huggingface_hub

from inference_core import AsyncInferenceClient
from inference_core.media.sounds import decode_sound
from tests.support.pretrained import refusal
from tests.support.processes import Running

MODEL = "tiny/voice"
TEXT = "where do i live"


async def test_both_clients_get_a_wav_file_that_a_seed_repeats(engine: Running) -> None:
    client_of_hub = huggingface_hub.InferenceClient(f"{engine.url}/models/{MODEL}")
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        said = await client.text_to_speech(TEXT, extra_body={"seed": 1})
        other = await client.text_to_speech(TEXT, extra_body={"generation_parameters": {"seed": 2}})
    again = client_of_hub.text_to_speech(TEXT, extra_body={"seed": 1})
    assert bytes(said) == again != bytes(other)
    sound = decode_sound(again)
    assert sound.rate == 16_000
    assert sound.seconds > 0


async def test_what_cannot_be_honoured_is_refused_by_name(engine: Running) -> None:
    assert "temperature" in await refusal(engine, MODEL, TEXT, temperature=0.5)
    assert "num_beams" in await refusal(engine, MODEL, TEXT, generation_parameters={"num_beams": 2})
    assert "voice" in await refusal(engine, MODEL, TEXT, 400, voice="de")
    assert "read aloud" in await refusal(engine, MODEL, "…!")
    assert "read aloud" in await refusal(engine, MODEL, "猫")


async def test_a_text_that_would_take_too_much_memory_is_refused(engine: Running) -> None:
    assert "2001" in await refusal(engine, MODEL, "a" * 2001)
