"""Who calls the API: the Hugging Face token with which hosted models are called instead of the operator's."""

import re
from collections.abc import Mapping

from inference_core.tokens import Secret

# Anything else is for whoever stands before the app, such as a proxy that asks for a password.
_HUB_TOKEN = re.compile(r"(?i:bearer) +(hf_[\w.~+/=-]{1,4096})", re.ASCII)


def token_of(headers: Mapping[str, str]) -> Secret | None:
    """The token in the header `Authorization: Bearer hf_…`, None if there is none.

    `X-HF-Authorization` is not read: Gradio's client sends the saved token in it to every app, without being asked.
    """
    found = _HUB_TOKEN.fullmatch(headers.get("authorization", "").strip())
    return Secret(found[1]) if found else None
