"""Every immediate answer of a provider becomes what the client's method returns, or an error of the package."""

import base64
import json
from typing import Any

import pytest

from inference_core import InvalidAnswerError, TextGenerationError
from inference_core.answers.generation import TextGenerationStreamOutput
from inference_core.providers import PROVIDERS
from tests.inference_core.providers.asking import (
    AS_EVENTS,
    AS_PICTURE,
    AS_SOUND,
    ITS_MODEL,
    PICTURE,
    PICTURE_URL,
    SPOKEN,
    asking,
    is_the_picture,
    post_headers,
)
from tests.support.router import Reply

SOUND = b"fLaC" + bytes(40)
SOUND_URL = "data:audio/flac;base64," + base64.b64encode(SOUND).decode()
IN_BASE64 = {"data": [{"b64_json": base64.b64encode(PICTURE).decode()}]}


def events(*chunks: Any) -> Reply:
    lines = b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks)
    return Reply(lines + b"data: [DONE]\n\n", content_type=AS_EVENTS)


# --- Chat ---

CHAT_PATHS = {
    "baseten": "/v1/chat/completions",
    "cerebras": "/v1/chat/completions",
    "cohere": "/compatibility/v1/chat/completions",
    "deepinfra": "/v1/openai/chat/completions",
    "featherless-ai": "/v1/chat/completions",
    "fireworks-ai": "/inference/v1/chat/completions",
    "groq": "/openai/v1/chat/completions",
    "novita": "/v3/openai/chat/completions",
    "nscale": "/v1/chat/completions",
    "ovhcloud": "/v1/chat/completions",
    "publicai": "/v1/chat/completions",
    "scaleway": "/v1/chat/completions",
    "together": "/v1/chat/completions",
    "zai-org": "/api/paas/v4/chat/completions",
}
TALK = [{"role": "user", "content": "Hi"}]


@pytest.mark.parametrize(("provider", "path"), CHAT_PATHS.items())
async def test_a_chat_is_answered(provider: str, path: str) -> None:
    body = {"model": ITS_MODEL, "messages": TALK, "max_tokens": 5}
    answer = {"choices": [{"message": {"role": "assistant", "content": "Ho"}, "finish_reason": "stop"}]}
    async with asking(provider, "conversational") as (client, router):
        router.expect("POST", f"/{provider}{path}", post_headers(provider), body, answer)
        reply = await client.chat_completion(TALK, max_tokens=5)
    assert reply.choices[0].message.content == "Ho"


@pytest.mark.parametrize(("provider", "path"), CHAT_PATHS.items())
async def test_a_chat_is_streamed(provider: str, path: str) -> None:
    body = {"model": ITS_MODEL, "messages": TALK, "stream": True}
    chunks = [{"choices": [{"delta": {"content": word}}]} for word in ("H", "o")]
    async with asking(provider, "conversational") as (client, router):
        router.expect("POST", f"/{provider}{path}", post_headers(provider, AS_EVENTS), body, events(*chunks))
        stream = await client.chat_completion(TALK, stream=True)
        said = [chunk.choices[0].delta.content async for chunk in stream]
    assert said == ["H", "o"]


def test_every_provider_with_a_chat_is_tried() -> None:
    who_chat = {name for name, provider in PROVIDERS.items() if "conversational" in provider.tasks and provider.routed}
    assert who_chat == CHAT_PATHS.keys() | {"hf-inference"}


# --- Text generation ---

COMPLETION_PATHS = {
    "deepinfra": "/v1/openai/completions",
    "featherless-ai": "/v1/completions",
    "novita": "/v3/openai/completions",
    "together": "/v1/completions",
}
generating = pytest.mark.parametrize(("provider", "path"), COMPLETION_PATHS.items())
COMPLETION = {
    "choices": [{"text": " time", "index": 0, "finish_reason": "length", "seed": 7}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 3, "total_tokens": 4},
}


@generating
async def test_a_completion_is_a_generated_text(provider: str, path: str) -> None:
    body = {"model": ITS_MODEL, "prompt": "Once", "max_tokens": 3}
    async with asking(provider, "text-generation") as (client, router):
        router.expect("POST", f"/{provider}{path}", post_headers(provider), body, COMPLETION)
        router.expect("POST", f"/{provider}{path}", post_headers(provider), {**body, "details": True}, COMPLETION)
        assert await client.text_generation("Once", max_new_tokens=3) == " time"
        output = await client.text_generation("Once", max_new_tokens=3, details=True)
    assert output.raw == COMPLETION
    assert output.details == {
        "finish_reason": "length",
        "generated_tokens": 3,
        "seed": 7,
        "prefill": [],
        "tokens": [],
    }


@generating
async def test_a_completion_without_a_finish_reason_has_no_details(provider: str, path: str) -> None:
    body = {"model": ITS_MODEL, "prompt": "Once", "details": True}
    async with asking(provider, "text-generation") as (client, router):
        answer = {"choices": [{"text": " time", "finish_reason": None, "seed": None}], "usage": None}
        router.expect("POST", f"/{provider}{path}", post_headers(provider), body, answer)
        output = await client.text_generation("Once", details=True)
    assert (output.generated_text, output.details) == (" time", None)


CHUNKS = (
    {"choices": [{"text": " upon", "index": 0, "finish_reason": None}], "usage": None},
    {"choices": [{"text": " a", "index": 0, "finish_reason": ""}]},
    {"choices": [{"text": "", "index": 0, "finish_reason": "stop", "seed": 2**63}], "usage": {"completion_tokens": 2}},
)


@generating
async def test_a_streamed_completion_is_a_stream_of_tokens(provider: str, path: str) -> None:
    body = {"model": ITS_MODEL, "prompt": "Once", "stream": True}
    async with asking(provider, "text-generation") as (client, router):
        headers = post_headers(provider, AS_EVENTS)
        router.expect("POST", f"/{provider}{path}", headers, body, events(*CHUNKS))
        router.expect("POST", f"/{provider}{path}", headers, {**body, "details": True}, events(*CHUNKS))
        texts = [text async for text in await client.text_generation("Once", stream=True)]
        tokens = [token async for token in await client.text_generation("Once", stream=True, details=True)]
    assert texts == [" upon", " a", ""]
    assert [token.token for token in tokens] == [{"id": 0, "text": text, "special": False} for text in texts]
    assert [token.details is None for token in tokens] == [True, True, False]
    last = tokens[-1].details
    assert last is not None
    assert (last.finish_reason, last.generated_tokens, last.seed) == ("stop", 2, 2**63)


@generating
async def test_a_completion_that_comes_whole_is_the_only_token_of_its_stream(provider: str, path: str) -> None:
    async with asking(provider, "text-generation") as (client, router):
        router.other = Reply(COMPLETION)
        assert [text async for text in await client.text_generation("Once", stream=True)] == [" time"]


async def streamed(*chunks: Any) -> list[TextGenerationStreamOutput]:
    async with asking("together", "text-generation") as (client, router):
        router.other = events(*chunks)
        return [token async for token in await client.text_generation("Once", stream=True, details=True)]


async def test_a_chunk_that_only_counts_tokens_is_an_empty_token() -> None:
    tokens = await streamed(CHUNKS[0], {"choices": [], "usage": {"completion_tokens": 1}})
    assert [token.token.text for token in tokens] == [" upon", ""]


@pytest.mark.parametrize("error", ["Too hot.", {"message": "Too hot.", "code": 500}])
async def test_an_error_in_a_stream_is_the_servers(error: Any) -> None:
    with pytest.raises(TextGenerationError, match=r"Too hot\."):
        await streamed(CHUNKS[0], {"error": error})


@pytest.mark.parametrize("chunk", [{"object": "error", "message": "Too hot."}, {"detail": "Too hot."}])
async def test_a_chunk_that_is_an_error_in_another_shape_is_the_servers_too(chunk: Any) -> None:
    with pytest.raises(TextGenerationError, match=r"^Too hot\.$"):
        await streamed(CHUNKS[0], chunk)


@pytest.mark.parametrize("chunk", [{"choices": 1}, {"choices": [{}]}, []])
async def test_an_invalid_chunk_is_not_an_empty_token(chunk: Any) -> None:
    with pytest.raises(InvalidAnswerError, match="not what this task returns"):
        await streamed(CHUNKS[0], chunk)


# --- Feature extraction ---

EMBEDDING_PATHS = {"deepinfra": "/v1/openai/embeddings", "scaleway": "/v1/embeddings", "together": "/v1/embeddings"}


@pytest.mark.parametrize(("provider", "path"), EMBEDDING_PATHS.items())
async def test_embeddings_are_rows_of_numbers(provider: str, path: str) -> None:
    body = {"input": ["a", "b"], "model": ITS_MODEL, "dimensions": 2}
    rows = [{"index": 0, "embedding": [0.5, 1]}, {"index": 1, "embedding": [2, -1e-3]}]
    async with asking(provider, "feature-extraction") as (client, router):
        router.expect("POST", f"/{provider}{path}", post_headers(provider), body, {"object": "list", "data": rows})
        vectors = await client.feature_extraction(["a", "b"], dimensions=2)
    assert vectors.tolist() == [[0.5, 1.0], [2.0, pytest.approx(-1e-3)]]


# --- Sounds ---

SPEECH_PATHS = {"deepinfra": "/v1/openai/audio/speech", "together": "/v1/audio/speech"}


@pytest.mark.parametrize(("provider", "path"), SPEECH_PATHS.items())
async def test_speech_is_the_answer_itself(provider: str, path: str) -> None:
    body = {"input": "Hi", "model": ITS_MODEL, "voice": "eve"}
    answer = Reply(SPOKEN, content_type="audio/wav")
    async with asking(provider, "text-to-speech") as (client, router):
        router.expect("POST", f"/{provider}{path}", post_headers(provider, AS_SOUND), body, answer)
        assert await client.text_to_speech("Hi", extra_body={"voice": "eve"}) == SPOKEN


async def test_speech_of_fal_is_a_file() -> None:
    async with asking("fal-ai", "text-to-speech") as (client, router):
        headers = post_headers("fal-ai", AS_SOUND)
        answer = {"audio": {"url": f"{router.url}/files/a.wav?signed=1", "content_type": "audio/wav"}}
        router.expect("POST", f"/fal-ai/{ITS_MODEL}", headers, {"text": "Hi"}, answer)
        router.expect_download("/files/a.wav?signed=1", SPOKEN)
        assert await client.text_to_speech("Hi") == SPOKEN


async def test_a_recording_is_sent_to_deepinfra_as_a_form() -> None:
    answer = {"text": "Hi all", "segments": [{"text": "Hi", "start": 0, "end": 0.5}, {"text": "all", "start": 0.5}]}

    async with asking("deepinfra", "automatic-speech-recognition") as (client, router):
        router.other = Reply(answer)
        output = await client.automatic_speech_recognition(SOUND, extra_body={'a"\r\nb': {"c": [1]}, "d": True})
    asked = router.requests[0]
    boundary = asked.headers["content-type"].removeprefix("multipart/form-data; boundary=").encode()
    assert (asked.method, asked.path) == ("POST", "/deepinfra/v1/openai/audio/transcriptions")
    assert asked.headers["authorization"] == "Bearer hf_x"
    assert asked.body.split(b"--" + boundary) == [
        b"",
        b'\r\nContent-Disposition: form-data; name="file"; filename="audio.flac"\r\nContent-Type: audio/flac\r\n\r\n'
        + SOUND
        + b"\r\n",
        b'\r\nContent-Disposition: form-data; name="a%22%0D%0Ab"\r\n\r\n{"c":[1]}\r\n',
        b'\r\nContent-Disposition: form-data; name="d"\r\n\r\ntrue\r\n',
        b'\r\nContent-Disposition: form-data; name="model"\r\n\r\nvendor/its-model\r\n',
        b"--\r\n",
    ]
    assert output.chunks == [{"text": "Hi", "timestamp": [0, 0.5]}, {"text": "all", "timestamp": [0.5, None]}]


@pytest.mark.parametrize("segments", [{}, {"segments": None}])
async def test_a_transcript_need_not_be_in_segments(segments: dict[str, Any]) -> None:
    async with asking("deepinfra", "automatic-speech-recognition") as (client, router):
        router.other = Reply({"text": "Hi", **segments})
        output = await client.automatic_speech_recognition(SOUND)
    assert output == {"text": "Hi"}


async def test_a_transcript_of_fal_may_have_chunks() -> None:
    answer = {"text": "Hi", "chunks": [{"timestamp": [0, 1.5], "text": "Hi", "speaker": None}], "languages": ["en"]}
    async with asking("fal-ai", "automatic-speech-recognition") as (client, router):
        router.expect("POST", f"/fal-ai/{ITS_MODEL}", post_headers("fal-ai"), {"audio_url": SOUND_URL}, answer)
        output = await client.automatic_speech_recognition(SOUND)
    assert output == {"text": "Hi", "chunks": [{"text": "Hi", "timestamp": [0, 1.5]}]}


@pytest.mark.parametrize(
    "output",
    [
        "Hi",
        ["Hi", "ho"],
        {"transcription": "Hi", "detected_language": "english"},
        {"transcription": "Hallo", "translation": "Hi"},
        {"transcription": "Hi", "translation": None, "txt_file": None},
        {"text": "Hi", "chunks": []},
        [{"transcription": "Hi"}],
    ],
)
async def test_a_transcript_of_replicate_has_many_forms(output: Any) -> None:
    path = f"/replicate/v1/models/{ITS_MODEL}/predictions"
    async with asking("replicate", "automatic-speech-recognition") as (client, router):
        answer = {"id": "p1", "status": "succeeded", "output": output}
        router.expect("POST", path, post_headers("replicate"), {"input": {"audio": SOUND_URL}}, answer)
        assert (await client.automatic_speech_recognition(SOUND)).text == "Hi"


async def test_a_transcript_of_replicate_may_be_a_file() -> None:
    path = f"/replicate/v1/models/{ITS_MODEL}/predictions"
    async with asking("replicate", "automatic-speech-recognition") as (client, router):
        answer = {"status": "succeeded", "output": {"txt_file": f"{router.url}/files/a.txt"}}
        router.expect("POST", path, post_headers("replicate"), {"input": {"audio": SOUND_URL}}, answer)
        router.expect_download("/files/a.txt", "Grüß dich".encode())
        assert (await client.automatic_speech_recognition(SOUND)).text == "Grüß dich"


# --- Pictures ---


@pytest.mark.parametrize(
    ("provider", "body"),
    [
        ("nscale", {"prompt": "a cat", "model": ITS_MODEL, "response_format": "b64_json", "size": "64x32"}),
        ("together", {"prompt": "a cat", "model": ITS_MODEL, "response_format": "base64", "width": 64, "height": 32}),
    ],
)
async def test_a_picture_may_be_in_the_answer(provider: str, body: dict[str, Any]) -> None:
    async with asking(provider, "text-to-image") as (client, router):
        router.expect("POST", f"/{provider}/v1/images/generations", post_headers(provider, AS_PICTURE), body, IN_BASE64)
        assert is_the_picture(await client.text_to_image("a cat", width=64, height=32))


async def test_a_changed_picture_of_together_is_in_the_answer() -> None:
    body = {"prompt": "", "reference_images": [PICTURE_URL], "response_format": "base64", "model": ITS_MODEL}
    async with asking("together", "image-to-image") as (client, router):
        router.expect("POST", "/together/v1/images/generations", post_headers("together", AS_PICTURE), body, IN_BASE64)
        assert is_the_picture(await client.image_to_image(PICTURE))


async def test_a_picture_of_fal_is_a_file() -> None:
    async with asking("fal-ai", "text-to-image") as (client, router):
        answer = {"images": [{"url": f"{router.url}/files/a.png", "width": 12}, {"url": "https://example.com"}]}
        router.expect("POST", f"/fal-ai/{ITS_MODEL}", post_headers("fal-ai", AS_PICTURE), {"prompt": "a cat"}, answer)
        router.expect_download("/files/a.png", PICTURE)
        assert is_the_picture(await client.text_to_image("a cat"))


@pytest.mark.parametrize("output", [PICTURE_URL, [PICTURE_URL, "https://example.com/2.png"]])
@pytest.mark.parametrize("status", ["succeeded", "processing"])
async def test_a_prediction_has_its_output_before_its_status_says_so(output: Any, status: str) -> None:
    body = {"input": {"prompt": "a cat"}, "version": "1a2b"}
    async with asking("replicate", "text-to-image", f"{ITS_MODEL}:1a2b") as (client, router):
        answer = {"id": "p1", "status": status, "output": output, "error": None}
        router.expect("POST", "/replicate/v1/predictions", post_headers("replicate", AS_PICTURE), body, answer)
        assert is_the_picture(await client.text_to_image("a cat"))


# --- What no provider should say ---


async def test_an_empty_file_is_not_a_result() -> None:
    async with asking("fal-ai", "text-to-speech") as (client, router):
        answer = {"audio": {"url": f"{router.url}/files/a.wav"}}
        router.expect("POST", f"/fal-ai/{ITS_MODEL}", post_headers("fal-ai", AS_SOUND), {"text": "Hi"}, answer)
        router.expect_download("/files/a.wav", b"")
        with pytest.raises(InvalidAnswerError):
            await client.text_to_speech("Hi")


NONSENSE = [b"", b"<html><body>Down</body></html>", b"null", b"[]", b"{}", b"[{}]", b'"a"', b"\xff", b'{"data": [{}]}']
NONSENSE += [b'{"data": [{"b64_json": "\xc3\xbc"}]}', b'{"images": []}', b'{"choices": []}', b'{"output": [[]]}']
NONSENSE += [b'{"status": "succeeded", "output": {}}', b'{"output": 1}', b'{"status": "starting"}', b'{"data": []}']
NONSENSE += [b'{"output": {"transcription": 1}}', b'{"text": null}', b'{"data": {"urls": {"get": "a"}}}']
WITH_READER = [
    (name, task) for name, provider in PROVIDERS.items() for task, does in provider.tasks.items() if does.read
]


@pytest.mark.parametrize(("provider", "task"), WITH_READER)
async def test_nonsense_is_an_invalid_answer(provider: str, task: str) -> None:
    file, text = PICTURE if "image-" in task else SOUND, ["a", "b"] if task == "feature-extraction" else "a"
    async with asking(provider, task, timeout=10) as (client, router):
        method = getattr(client, task.replace("-", "_"))
        for said in NONSENSE:
            if task == "feature-extraction" and said == b'{"data": []}':
                continue  # no rows for no texts
            router.other = Reply(said)
            with pytest.raises(InvalidAnswerError):
                await method(text if task.startswith("text-") or task == "feature-extraction" else file)
