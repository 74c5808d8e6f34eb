"""The options of a client, which apply to all its calls."""

from dataclasses import dataclass, field

from inference_core.http.record import Observer, Recorder
from inference_core.http.request import OnWait
from inference_core.routing.server import Access, Server


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a client, as documented in `AsyncInferenceClient`; `timeout` is in seconds."""

    server: Server
    access: Access
    model: str | None = field(default=None, repr=False)  # a URL may hold a password
    provider: str | None = None
    timeout: float | None = None
    on_wait: OnWait | None = None
    observer: Observer | None = None
    recorder: Recorder | None = None
    guard_urls: bool = False
