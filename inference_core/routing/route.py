"""Where a call goes, once that is known: the URL, the headers for it, and how body and answer look there."""

from collections.abc import Mapping
from typing import Any

import msgspec

from inference_core.errors import InvalidInputError
from inference_core.media.inputs import Media
from inference_core.providers.call import JSON, Call
from inference_core.providers.contract import ProviderTask, Served
from inference_core.urls import safe_url


class Route(msgspec.Struct, frozen=True):
    """Where a call goes. `model` is what is asked there, by its id or its URL.

    `task` has the formats of body and answer, `served` what the model is called there. `headers` are private: for this
    URL alone. `is_guarded` says that the URL comes from somebody who is not trusted. `base` is the part of the URL that
    belongs to the provider, and `query` what the router is told: both for further requests about the same call.
    """

    task: ProviderTask
    served: Served
    model: str
    url: str
    headers: Mapping[str, str] = {}
    is_guarded: bool = False
    base: str = ""
    query: str = ""

    def __repr__(self) -> str:
        return f"Route({safe_url(self.url)!r})"

    def body(self, call: Call[Any]) -> Media | None:
        """What is sent for `call`, None for a GET.

        Raises:
            InvalidInputError: it has no form in JSON.
        """
        payload = self.task.payload(call, self.served) if call.direct is None else call.inputs
        if payload is None or isinstance(payload, Media):
            return payload
        try:
            return Media(msgspec.json.encode(payload), JSON)
        except UnicodeEncodeError:
            raise InvalidInputError("half_a_character") from None
        except TypeError as error:
            raise InvalidInputError("not_json", reason=str(error)) from None
