"""A Space with sign-in, whose provider and Hub are played by the test: a visitor's token pays for its own runs only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
from aiohttp import web

from tests.support import processes
from tests.support.hugging_face import Received, hugging_face
from tests.support.processes import Server
from tests.support.visitors import Page, Visitor

pytestmark = pytest.mark.slow

OPERATORS, VISITORS = "hf_operators", "hf_oauth_xylophone"
MODEL = "org/classifier"
CLIENT = ("the-client", "the-clients-secret")
SPACE = {"SYSTEM": "spaces", "SPACE_ID": "a/b", "SPACE_HOST": "a-b.hf.space", "GALLERY_HOSTS": "a-b.hf.space"}
CALLBACK = "https://a-b.hf.space/login/callback"


def answer_of_hugging_face(asked: Received) -> Any:
    if asked.path == "/api/tasks":
        return {"text-classification": {"widgetModels": [MODEL]}}
    if asked.host == "huggingface.co":
        served = {"hf-inference": {"status": "live", "providerId": MODEL, "task": "text-classification"}}
        return {"id": MODEL, "inferenceProviderMapping": served}
    return [[{"label": "POSITIVE", "score": 0.9}]]


@dataclass
class Provider:
    """Where visitors sign in. It checks what an app asks it for, and gives a token for each code once."""

    url: str = ""
    codes: set[str] = field(default_factory=set)

    def agree(self, asked: httpx.URL) -> str:
        """What the browser comes back with when the visitor has agreed: a code, for the app that has asked."""
        given = asked.params
        assert str(asked).startswith(f"{self.url}/authorize?")
        assert (given["response_type"], given["client_id"]) == ("code", CLIENT[0])
        assert set(given["scope"].split()) == {"openid", "profile", "inference-api"}
        assert given["redirect_uri"].startswith(f"{CALLBACK}?") and len(given["state"]) > 20
        self.codes.add("the-code")
        return f"?code=the-code&state={given['state']}"

    async def describe(self, _: web.Request) -> web.Response:
        places = {name: f"{self.url}/{name.split('_')[0]}" for name in ("authorization_endpoint", "token_endpoint")}
        return web.json_response({"issuer": self.url, **places, "authorization_endpoint": f"{self.url}/authorize"})

    async def token(self, request: web.Request) -> web.Response:
        sent = await request.post()
        known = aiohttp.BasicAuth.decode(request.headers["Authorization"])
        if (known.login, known.password) != CLIENT or sent["code"] not in self.codes:
            return web.json_response({"error": "invalid_grant"}, status=400)
        assert sent["grant_type"] == "authorization_code" and str(sent["redirect_uri"]).startswith(CALLBACK)
        self.codes.clear()
        return web.json_response({"access_token": VISITORS, "token_type": "bearer", "expires_in": 3600})


@asynccontextmanager
async def provider() -> AsyncIterator[Provider]:
    here, app = Provider(), web.Application()
    app.router.add_get("/.well-known/openid-configuration", here.describe)
    app.router.add_post("/token", here.token)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    here.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield here
    await runner.cleanup()


@asynccontextmanager
async def space(provider: Provider, backend: str, **variables: str) -> AsyncIterator[Server]:
    oauth = {
        "OAUTH_CLIENT_ID": CLIENT[0],
        "OAUTH_CLIENT_SECRET": CLIENT[1],
        "OAUTH_SCOPES": "openid profile inference-api",
        "OPENID_PROVIDER_URL": provider.url,
    }
    context = processes.app("--backend", backend, **SPACE, **oauth, **variables)
    served = await asyncio.to_thread(context.__enter__)
    yield served
    await asyncio.to_thread(context.__exit__, None, None, None)


def session_of(answer: httpx.Response) -> dict[str, str]:
    """The cookie as a browser sends it back, over TLS."""
    cookie = answer.headers["set-cookie"]
    assert "secure" in cookie.lower() and "httponly" in cookie.lower()
    return {"Cookie": cookie.partition(";")[0]}


async def signed_in(served: Server, provider: Provider) -> dict[str, str]:
    """The cookie of a visitor who has signed in."""
    async with httpx.AsyncClient(base_url=served.url) as http:
        asked = await http.get("/login/huggingface")
        back = provider.agree(httpx.URL(asked.headers["location"]))
        answer = await http.get(f"/login/callback{back}&_target_url=/", headers=session_of(asked))
        assert answer.headers["location"] == "/"
    assert VISITORS not in str(answer.headers)
    return session_of(answer)


async def run(served: Server, model: str, **headers: str) -> list[Any]:
    """What the page shows of a run of a browser with these headers."""
    page = await Page.read(served.url)
    async with aiohttp.ClientSession(headers=headers) as http:
        opened = await Visitor(page, http).open_task("text_classification")
        return await opened.run("Lovely.", model)


async def test_on_hosted_models_each_visitor_who_has_signed_in_pays_and_the_others_do_not(tmp_path: Path) -> None:
    async with (
        provider() as signs,
        hugging_face(tmp_path, answer_of_hugging_face) as hub,
        space(signs, "hosted", **hub.variables, GALLERY_TOKEN=OPERATORS) as served,
    ):
        mine = await signed_in(served, signs)
        for headers, payer in (
            ({}, OPERATORS),
            (mine, VISITORS),
            ({**mine, "Origin": "https://a-b.hf.space"}, VISITORS),
            ({**mine, "Cookie": mine["Cookie"][:-3] + "abc"}, OPERATORS),
        ):
            hub.taken()
            assert "POSITIVE" in str(await run(served, "", **headers))
            asked = [one for one in hub.taken() if one.host == "router.huggingface.co"]
            assert [one.authorization for one in asked] == [f"Bearer {payer}"]
        async with httpx.AsyncClient(base_url=served.url) as http:
            is_told = [b"data-signed-in" in (await http.get("/", headers=one)).content for one in ({}, mine)]
        assert is_told == [False, True]
    assert "xylophone" not in "".join(served.output)  # a traceback may be there: on a Space Gradio looks for port 7860


async def test_beside_the_engine_who_has_signed_in_asks_hosted_models_by_their_id(tmp_path: Path) -> None:
    async with (
        provider() as signs,
        hugging_face(tmp_path, answer_of_hugging_face) as hub,
        space(signs, "local", **hub.variables) as served,
    ):
        mine = await signed_in(served, signs)
        hub.taken()
        assert "builtin/vader" in str(await run(served, "", **mine))
        assert not hub.taken()
        assert MODEL in str(await run(served, MODEL, **mine))
        asked = [one for one in hub.taken() if one.host == "router.huggingface.co"]
        assert [one.authorization for one in asked] == [f"Bearer {VISITORS}"]
        with pytest.raises(Exception, match=MODEL):
            await run(served, MODEL)
        assert not [one for one in hub.taken() if one.host == "router.huggingface.co"]
