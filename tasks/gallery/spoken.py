"""The language of who is being answered: the one that was chosen on the page, else one that the browser wants.

The page chooses by a cookie: what Gradio's own scripts send has no place for it.
"""

from collections.abc import Iterator, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inference_core import words

COOKIE = "gallery_language"
_VARY = "accept-language, cookie"


def language_of(headers: Mapping[str, str]) -> str:
    """The language for who sends these headers, whose names are in lower case; English if they want none of ours."""
    wanted = [cookie_parser(headers.get("cookie", "")).get(COOKIE), *_accepted(headers.get("accept-language", ""))]
    return next((one for one in wanted if one in words.LANGUAGES), words.ENGLISH)


def _accepted(header: str) -> Iterator[str]:
    """The languages of an Accept-Language header, the most wanted first, without their regions."""
    weighed: list[tuple[float, str]] = []
    for one in header.split(","):
        tag, _, weight = one.partition(";")
        weighed.append((_number(weight.partition("=")[2]), tag.strip().partition("-")[0].lower()))
    for wanted, code in sorted(weighed, key=lambda pair: -pair[0]):
        if wanted > 0:
            yield code


def _number(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0


class SpokenLanguage:
    """Lets whatever answers a request speak the language of who asks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(raw=message["headers"]).add_vary_header(_VARY)
            await send(message)

        with words.in_language(language_of(Headers(scope=scope))):
            await self._app(scope, receive, send_with_headers)
