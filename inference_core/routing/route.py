"""The route of a call: URL, headers, and the formats of body and answer."""

from collections.abc import Mapping
from typing import Any

import msgspec

from inference_core.errors import InvalidInputError
from inference_core.media.inputs import Media
from inference_core.providers.call import JSON, Call
from inference_core.providers.contract import ProviderTask, Served
from inference_core.urls import safe_url


class Route(msgspec.Struct, frozen=True):
    """Where a call goes. `model` is the id or URL of the model that is called.

    `task` has the formats of body and answer, `served` the model's name at the provider. `headers` are private, for
    this URL only. `is_guarded` means that the URL comes from somebody who is not trusted. `base` is the provider's part
    of the URL and `query` the router's query; both are needed for more requests about the same call.
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
        """The body that is sent for `call`; None for a GET.

        Raises:
            InvalidInputError: the arguments cannot be sent as JSON.
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
