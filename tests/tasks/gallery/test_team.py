"""Signing in for a team: who is in the list may do everything, and nobody else anything."""

import base64
import http.client
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from gradio_client import Client
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from inference_core.tokens import Secret
from tasks.gallery.operator.access import OperatorAccess
from tasks.gallery.team import People, SignedIn, read_people
from tests.support import processes
from tests.support.processes import ROOT, Server

ADA = ("ada", "s3cret:with colon, ä and = sign")
LIST = f"{ADA[0]}:{ADA[1]}\n\n  bob : other \n"


def basic(name: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


def test_without_the_setting_everybody_may_come() -> None:
    assert read_people(None) is None


@pytest.mark.parametrize("in_a_file", [True, False])
def test_a_list_is_read_from_the_setting_or_from_the_file_that_it_names(tmp_path: Path, in_a_file: bool) -> None:
    (tmp_path / "people").write_text(LIST, encoding="utf-8-sig")
    people = read_people(Secret(str(tmp_path / "people") if in_a_file else LIST))
    assert people is not None and people.for_gradio == [ADA, ("bob", "other")]
    assert "s3cret" not in repr(people)


@pytest.mark.parametrize(
    "wrong", ["s3cret", "/no/such/s3cret", ":s3cret", "s3cret:", "a:b\na:s3cret", "\n", "s3" * 9999]
)
def test_what_is_no_list_ends_in_a_sentence_that_does_not_repeat_it(wrong: str) -> None:
    with pytest.raises(SystemExit) as ended:
        read_people(Secret(wrong))
    assert str(ended.value).startswith("GALLERY_AUTH is not understood") and "s3" not in str(ended.value)


def test_a_file_that_is_no_text_ends_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "people").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SystemExit, match="cannot be read"):
        read_people(Secret(str(tmp_path / "people")))


def test_a_header_counts_with_the_right_password_only() -> None:
    people = People({ADA[0]: Secret(ADA[1])})
    assert people.who(basic(*ADA)) == people.who(basic(*ADA).replace("Basic", "basic")) == "ada"
    for wrong in (
        "",
        "Basic",
        "Basic !",
        "Basic /w==",
        "Bearer hf_x",
        basic("ada", ""),
        basic("", ""),
        basic("bob", ""),
    ):
        assert people.who(wrong) is None


@pytest.mark.parametrize("sent", [[("cookie", "a=b; access-token-x=old; c=d")], [("cookie", "a=b"), ("cookie", "c=d")]])
async def test_whoever_is_named_in_the_header_keeps_the_other_cookies(
    sent: list[tuple[str, str]],
) -> None:
    async with small_app() as http:
        said = (await http.get("/", headers=[("authorization", basic(*ADA)), *sent])).json()
        assert said["user"] == "ada"
        assert [one.partition("=")[0] for one in said["cookie"].split("; ")] == ["a", "c", "access-token-unsecure-x"]


async def test_the_operators_key_opens_what_is_for_the_team_and_another_token_does_not() -> None:
    async with small_app() as http:
        assert (await http.get("/x", headers={"authorization": "Bearer the-key"})).json()["user"] == "operator"
        for wrong in ({}, {"authorization": "Bearer hf_x"}, {"authorization": "Bearer "}):
            assert (await http.get("/x", headers=wrong)).status_code == 401


async def test_who_has_signed_in_may_send_a_token_of_hugging_face() -> None:
    async with small_app() as http:
        headers = {"authorization": "Bearer hf_x", "cookie": "access-token-x=bobs"}
        assert (await http.get("/x", headers=headers)).json() == {"user": "bob", "cookie": "access-token-x=bobs"}


@asynccontextmanager
async def small_app() -> AsyncIterator[httpx.AsyncClient]:
    """An app for ada and the operator, on which bob has signed in; it says who asks, and with which cookies."""

    async def who(request: Request) -> JSONResponse:
        return JSONResponse({"user": request.scope["user"], "cookie": request.headers.get("cookie")})

    is_operator = OperatorAccess(Secret("the-key")).is_operator
    people = People({ADA[0]: Secret(ADA[1])})
    guard = Middleware(SignedIn, people=people, is_operator=is_operator)
    app = Starlette(routes=[Route("/{path:path}", who)], middleware=[guard])
    app.cookie_id, app.tokens = "x", {"bobs": "bob"}  # type: ignore[attr-defined]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gallery") as http:
        yield http


@pytest.fixture(scope="module")
def closed() -> Iterator[Server]:
    with processes.app(GALLERY_AUTH=LIST) as app:
        yield app


@pytest.mark.slow
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_whoever_has_not_signed_in_gets_nothing(closed: Server, method: str) -> None:
    ours = "models.json?task=translation offers.json front.html engine/v1/models samples/x qr batch/x/rows pictures/x"
    gradios = "config info mcp/ heartbeat/x upload queue/join queue/data file=/etc/passwd app_id token"
    for path in [
        *ours.split(),
        *(f"gradio_api/{one}" for one in gradios.split()),
        "config",
        "no/such/page",
        "//config",
    ]:
        for headers in ({}, {"authorization": basic("ada", "no")}):
            answer = httpx.request(method, f"{closed.url.rstrip('/')}/{path}", headers=headers)
            assert answer.status_code == 401, path


@pytest.mark.slow
def test_what_is_open_leads_to_nothing_that_is_not(closed: Server) -> None:
    address = closed.url.removeprefix("http://").strip("/")
    for path in ("/assets/../config", "/assets/%2e%2e/config", "/static/..%2fconfig", "/assets/..%5cconfig"):
        connection = http.client.HTTPConnection(address)
        connection.request("GET", path)  # as it stands: others would tidy it up
        answer = connection.getresponse()
        assert answer.status in (401, 403, 404) and b"components" not in answer.read()
        connection.close()


@pytest.mark.slow
def test_whoever_looks_after_the_process_needs_no_name(closed: Server) -> None:
    assert httpx.get(f"{closed.url.rstrip('/')}/health").json() == {"status": "ok"}


@pytest.mark.slow
def test_the_page_is_for_those_who_have_signed_in_and_kept_for_nobody_else(closed: Server) -> None:
    for _ in range(2):
        assert '"auth_required"' in httpx.get(closed.url).text
        with httpx.Client(base_url=closed.url) as browser:
            wrong = {"username": "ada", "password": "no"}
            assert browser.post("/login", data=wrong).status_code == 400
            assert browser.post("/login", data={"username": ADA[0], "password": ADA[1]}).is_success
            page = browser.get("/").text
            assert '"auth_required"' not in page and '"username":"ada"' in page and "gallery.js" in page
            assert browser.get("/models.json?task=translation").is_success
        page = httpx.get(closed.url, auth=("bob", "other")).text
        assert '"username":"bob"' in page


@pytest.mark.slow
def test_programs_sign_in_as_gradio_s_client_does_or_with_each_request(closed: Server) -> None:
    for options in ({"auth": ADA}, {"headers": {"Authorization": basic(*ADA)}}):
        client = Client(closed.url, verbose=False, **options)
        answer = client.predict("A good day.", api_name="/text_classification")
        client.close()
        assert answer["result"][0]["label"] == "POSITIVE"
    listed = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accepted = {"accept": "application/json, text/event-stream"}
    address = f"{closed.url.rstrip('/')}/gradio_api/mcp/"
    answer = httpx.post(address, json=listed, headers=accepted, auth=ADA)
    assert answer.is_success and "text_classification" in answer.text


@pytest.mark.slow
def test_no_password_is_printed_by_the_app(closed: Server) -> None:
    assert "s3cret" not in "".join(closed.output) and "Traceback" not in "".join(closed.output)


@pytest.mark.slow
def test_an_app_whose_list_is_wrong_does_not_start() -> None:
    command = [sys.executable, "app.py", "--backend", "http://127.0.0.1:9"]
    surroundings = processes.clean_environment(GALLERY_AUTH="s3cret")
    ended = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and ended.stderr.startswith("GALLERY_AUTH is not understood")
    assert "s3cret" not in ended.stderr + ended.stdout
