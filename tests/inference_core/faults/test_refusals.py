"""Every error status, with every shape of an error body: the reader sees the server's words, and nothing twice."""

import asyncio
import json

import pytest

from inference_core import InferenceHTTPError
from tests.inference_core.faults.calls import (
    ONE_OF_EACH,
    SECRETS,
    SUMMARY,
    TOKEN,
    Call,
    checked,
    facing,
    summary,
)
from tests.support.faults import Caller, Script, floods, head, in_chunks, says, whole

STATUSES = [400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 422, 424, 429, 500, 501, 502, 503, 504, 529]
WORDS = "Input is too long: ≤ 512 tokens"
ERROR_BODIES = {
    "an error": {"error": WORDS},
    "errors": {"error": [WORDS, "More."]},
    "a message": {"message": WORDS},
    "a nested error": {"error": {"message": WORDS, "type": "invalid_request_error", "code": None}},
    "a detail": {"detail": WORDS},
    "details": {"detail": [{"loc": ["body", "inputs"], "msg": WORDS, "type": "value_error"}]},
    "an error and its type": {"error": WORDS, "error_type": "validation"},
    "an error and warnings": {"error": WORDS, "warnings": ["Something else"]},
}
TEXTS = {
    "plain text": WORDS.encode(),
    "a page": f"<!DOCTYPE html><html><head><title>x</title></head><body><h1>{WORDS}</h1></body></html>".encode(),
    "lines": f"\r\n{WORDS}\n\n".encode(),
}
BODIES = {name: json.dumps(complaint).encode() for name, complaint in ERROR_BODIES.items()} | TEXTS


async def refusal(call: Call, *scripts: Script) -> InferenceHTTPError:
    """The refusal of the call, which was sent once."""
    async with facing(*scripts, timeout=5) as (client, server):
        with pytest.raises(InferenceHTTPError) as raised:
            await call(client)
        assert len(server.requests) == 1
    checked(raised.value)
    return raised.value


@ONE_OF_EACH
@pytest.mark.parametrize(
    ("status", "body"),
    dict.fromkeys(
        [(status, "an error") for status in STATUSES] + [(status, body) for status in (422, 503) for body in BODIES]
    ),
)
async def test_a_refusal_has_the_status_and_the_words_of_the_server(call: Call, status: int, body: str) -> None:
    error = await refusal(call, says(whole(BODIES[body], f"{status} No")))
    assert error.status == status
    assert WORDS in error.server_message
    assert WORDS in str(error)
    assert str(status) in str(error)


@ONE_OF_EACH
@pytest.mark.parametrize("status", STATUSES)
async def test_a_refusal_without_a_body_is_reported_too(call: Call, status: int) -> None:
    error = await refusal(call, says(whole(b"", f"{status} ")))
    assert (error.status, error.server_message) == (status, "The server gave no reason.")


@pytest.mark.parametrize(
    "body", [b"null", b"[]", b"{}", b"0", b'""', b'{"error": null}', b'{"error": ""}', b"\xff\xfe", b"[" * 100_000]
)
async def test_an_odd_error_body_is_still_a_refusal(body: bytes) -> None:
    error = await refusal(summary, says(whole(body, "500 No")))
    assert error.server_message


async def test_a_refusal_may_end_with_its_connection() -> None:
    assert WORDS in str(await refusal(summary, says(head("500 No") + WORDS.encode())))


@ONE_OF_EACH
@pytest.mark.parametrize("secret", SECRETS)
async def test_secrets_that_the_server_repeats_are_not_shown(call: Call, secret: str) -> None:
    body = json.dumps({"error": f"I do not like your {secret!r}."}).encode()
    error = await refusal(call, says(whole(body, "401 No")))
    assert "I do not like your" in str(error)
    assert secret not in str(error)
    assert secret not in error.body.decode()


async def test_a_request_that_the_server_repeats_is_not_shown() -> None:
    async def tells(caller: Caller) -> None:
        await caller.request()
        await caller.send(whole(bytes(caller.received), "400 No"))

    error = await refusal(summary, tells)
    assert not [secret for secret in SECRETS if secret in error.body.decode()]


async def test_our_token_as_the_id_of_the_request_is_not_shown() -> None:
    error = await refusal(summary, says(whole(b"No.", "400 No", x_request_id=TOKEN)))
    assert error.request_id != TOKEN


@ONE_OF_EACH
async def test_an_endless_refusal_is_not_read_to_its_end(call: Call) -> None:
    endless = floods(head("400 No", transfer_encoding="chunked"), in_chunks(b"x" * 65536))
    error = await refusal(call, endless)
    assert len(str(error)) < 2_500


async def test_a_refusal_comes_before_the_upload_has_been_read() -> None:
    async def answers_early(caller: Caller) -> None:
        caller.stop_listening()
        await caller.send(whole(b'{"error": "Too large."}', "413 No", connection="close"))
        await asyncio.sleep(60)

    async with facing(answers_early, timeout=5) as (client, _):
        with pytest.raises(InferenceHTTPError, match=r"Too large\."):
            await client.image_classification(b"x" * 32 * 1024 * 1024)


@ONE_OF_EACH
async def test_after_a_refusal_the_client_works_on_the_same_connection(call: Call) -> None:
    async with facing(says(whole(b"No.", "400 No"), SUMMARY)) as (client, server):
        with pytest.raises(InferenceHTTPError):
            await call(client)
        assert await summary(client) == "b"
        assert len(server.callers) == 1
