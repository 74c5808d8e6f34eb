"""The token of who calls: only what Hugging Face gives out, and only from the header that asks for it to be used."""

import pytest

from tasks.gallery.api.callers import token_of


@pytest.mark.parametrize(
    "said", ["Bearer hf_abc", "bearer hf_abc", "BEARER   hf_abc", " Bearer hf_abc\t", "Bearer hf_oauth_eyJ.a-b_c=="]
)
def test_a_token_of_hugging_face_is_taken(said: str) -> None:
    token = token_of({"authorization": said})
    assert token and token.reveal() == said.split()[1] and "hf_" not in f"{token} {token!r}"


@pytest.mark.parametrize(
    "said",
    [
        *("", "Bearer", "Bearer ", "hf_abc", "Basic hf_abc", "Bearer HF_abc", "Bearer key-of-a-provider", "Bearer hf_"),
        *("Bearer hf_a b", "Bearer hf_a\nX: b", "Bearer hf_a\xe9", "Bearer hf_a,Basic b", f"Bearer hf_{'a' * 5000}"),
    ],
)
def test_anything_else_is_left_to_whom_it_is_for(said: str) -> None:
    assert token_of({"authorization": said}) is None


def test_a_saved_token_that_a_program_sends_unasked_is_not_used() -> None:
    assert token_of({"x-hf-authorization": "Bearer hf_abc"}) is None
