"""What a provider says of one task: how a call becomes a request there, and how its answer is read.

The Hub's format of a task is what its own provider, hf-inference, sends and answers; a call's decoder reads that.
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
    """A model as a provider serves it, from the Hub's `inferenceProviderMapping`.

    `model` is the id on the Hub, `provider_id` the provider's own; `status` is `live`, `staging` or `error`.
    `adapter_weights_path` is the file of a LoRA in the Hub's repository.
    """

    provider: str
    model: str
    provider_id: str
    task: str
    status: str = "live"
    adapter_weights_path: str | None = None


class Followup(Protocol):
    """The further requests that reading an answer may need. All of them count to the call's time-out."""

    async def get(self, path: str) -> bytes:
        """What the provider answers at `path`, asked where and as the call was: same base, headers and routed query."""

    async def download(self, url: str) -> Media:
        """The file at an http(s) or data: URL, fetched without the headers of the call."""

    async def pause(self, seconds: float) -> None:
        """Wait for a place in the provider's queue, and report it."""


Payload = Media | dict[str, Any]
# Union, since what is not imported has no |.
Answer = Union[bytes, Output, list[Any], "NDArray[np.float32]"]
"""Bytes in Hub format (JSON, or the file that was asked for), or at once what the method of the task returns."""

Reader = Callable[[bytes, Followup], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderTask:
    """One task of one provider.

    `route` is the path below the provider's base URL, `payload` the body: a file, or an object to be sent as JSON.
    `read` reads the body of the answer and `event` the data of one event of a stream, to what the call's decoders give;
    None where both are in Hub format. `base_url` differs from the provider's where a task has a host of its own; the
    router is told that by `routed_query`.
    """

    route: Callable[[Served], str]
    payload: Callable[[Call[Any], Served], Payload]
    read: Reader | None = None
    event: Callable[[bytes], Output] | None = None
    base_url: str | None = None
    routed_query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider by its name on the Hub, and its tasks by their Hub ids.

    `key_scheme` is the word before the provider's own key in `Authorization`; `headers` go along with every request.
    A provider that is not `routed` takes only keys of its own, and models by its own ids.
    """

    name: str
    base_url: str
    tasks: Mapping[str, ProviderTask]
    key_scheme: str = "Bearer"
    headers: Mapping[str, str] = field(default_factory=dict)
    routed: bool = True
