"""What a request's observer and recorder are told of it, and when."""

from inference_core.http.record import Exchange, Sent
from inference_core.http.request import Request
from inference_core.http.status_errors import redacted
from inference_core.urls import safe_model, safe_url


async def begin_exchange(request: Request) -> Exchange:
    """The record of the request, of which its observer is told."""
    url, model = safe_url(request.url), safe_model(request.model)
    exchange = await Exchange.begin(url, model, request.body, request.content_type, request.accept)
    if request.observer is not None:
        request.observer(exchange)
    return exchange


def begin_take(exchange: Exchange, request: Request) -> None:
    """Tell the recorder, if there is one, of the next attempt, which is not one that follows a redirect."""
    if request.recorder is None or exchange.take is not None:
        return
    exchange.take = request.recorder(
        Sent(
            method=exchange.method,
            url=request.url,
            body=request.body,
            content_type=request.content_type,
            accept=request.accept,
            model=exchange.model,
            task=request.task,
            private=request.private,
        )
    )


def end(exchange: Exchange, request: Request) -> None:
    """Record the end of the exchange, without the request's secrets, which a server may repeat in its answer."""
    exchange.response[:] = redacted(bytes(exchange.response), request.url, request.private)
    exchange.end()
