"""How a provider is described: for each task, how to make the request and how to read the answer.

"Hub format" means the format of Hugging Face's own provider, hf-inference. A call's decoder reads that format.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Union

import msgspec

from inference_core.answers.base import Output
from inference_core.media.inputs import Media
from inference_core.providers.call import Call

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Served(msgspec.Struct, frozen=True):
    """A model at a provider, from the Hub's `inferenceProviderMapping`.

    `model` is its id on the Hub, `provider_id` its id at the provider. `status` is `live`, `staging` or `error`.
    `adapter_weights_path` is the file of a LoRA in the Hub's repository.
    """

    provider: str
    model: str
    provider_id: str
    task: str
    status: str = "live"
    adapter_weights_path: str | None = None


class Followup(Protocol):
    """More requests that reading an answer may need. They all count towards the call's time-out."""

    async def get(self, path: str) -> bytes:
        """The provider's answer at `path`, with the base URL, headers and router query of the call."""

    async def download(self, url: str) -> Media:
        """Download the file at an http(s) or data: URL, without the headers of the call."""

    async def pause(self, seconds: float) -> None:
        """Wait for the provider's job queue, and report the wait to `on_wait`."""


Payload = Media | dict[str, Any]
# Union, because `|` does not work with the name of a class that is not imported.
Answer = Union[bytes, Output, list[Any], "NDArray[np.float32]"]
"""Bytes in Hub format (JSON or a file), or directly what the task's method returns."""

Reader = Callable[[bytes, Followup], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTask:
    """One task of one provider.

    `route` makes the path below the provider's base URL, `payload` the body: a file, or an object to be sent as JSON.
    `read` decodes the body of the answer and `event` the data of one stream event, to the result of the method or to
    bytes in Hub format; they are None if the answer already is in Hub format. `base_url` is set if the task has a
    different host from the provider's other tasks; `routed_query` tells the router about it.
    """

    route: Callable[[Served], str]
    payload: Callable[[Call[Any], Served], Payload]
    read: Reader | None = None
    event: Callable[[bytes], Output] | None = None
    base_url: str | None = None
    routed_query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider, with its name on the Hub, and its tasks by Hub task id.

    `key_scheme` is the word before the provider's own key in `Authorization`. `headers` are sent with every request. If
    `routed` is False, Hugging Face's router does not reach the provider: it needs its own key and its own model ids.
    """

    name: str
    base_url: str
    tasks: Mapping[str, ProviderTask]
    key_scheme: str = "Bearer"
    headers: Mapping[str, str] = field(default_factory=dict)
    routed: bool = True
