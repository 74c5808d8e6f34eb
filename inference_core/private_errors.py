"""ASGI middleware for servers that must not log what their callers sent."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inference_core.private_log import where_raised

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class PrivateErrors:
    """Turns an unexpected error of `app` into one line in `log`, and into `answer` if no answer has begun.

    Without it the server would log the traceback, whose message may quote what the caller sent.
    """

    app: "ASGIApp"
    log: logging.Logger
    answer: "Callable[[Exception, Scope], ASGIApp]"

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        started = False

        async def send_noting_start(message: "Message") -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting_start)
        except Exception as error:
            self.log.error("%s", where_raised(error))
            if not started and scope["type"] == "http":
                await self.answer(error, scope)(scope, receive, send)
