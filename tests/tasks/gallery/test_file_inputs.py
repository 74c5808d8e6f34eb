"""Files that callers name by URL: fetched through the guard, in every copy that Gradio makes of an input."""

import asyncio
import base64
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
from gradio.data_classes import ImageData
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from inference_core import AddressRefusedError, AsyncInferenceClient, InvalidInputError
from inference_core.media.inputs import Media
from tasks.fields import Picture
from tasks.gallery.backend import Backend
from tasks.gallery.cache import cached
from tasks.gallery.file_inputs import ending, guarded_download, local_path, picture_input, sound_input
from tasks.gallery.files.showing import show_as_picture
from tasks.gallery.pictures import Pictures, check_pictures
from tasks.gallery.room.allowances import Allowances
from tasks.gallery.room.room import Room
from tasks.gallery.room.visitors import Visitor
from tasks.gallery.run_handler import run_handler
from tasks.gallery.running import Runner
from tasks.gallery.url_box import fetch_on_enter, url_box
from tasks.registry import all_tasks
from tests.support import upstream
from tests.support.answers import says
from tests.support.media import huge_png, noise_picture, picture_file
from tests.support.processes import Server

INPUTS = [picture_input, sound_input]


async def no_download(url: str) -> Media:
    raise AddressRefusedError("It does not lead to a public address.")


@pytest.mark.parametrize("build", INPUTS)
async def test_an_input_that_gradio_makes_again_keeps_the_guard(build: Callable[..., Any]) -> None:
    component = build("It", no_download)
    copy = component.__class__(**component.constructor_args)
    for one in (component, copy):
        with pytest.raises(gr.Error, match="does not lead to a public address"):
            await one.async_move_resource_to_block_cache("http://example.com/a.png")


@pytest.mark.parametrize("build", INPUTS)
def test_the_browser_knows_an_input_by_gradios_name_and_options(build: Callable[..., Any]) -> None:
    component = build("It", no_download)
    kind = type(component).__mro__[1]
    assert component.get_block_name() == kind.__name__.lower()
    assert component.get_config().keys() == kind().get_config().keys()
    assert not list(Path(guarded_download.__code__.co_filename).parent.glob("*.pyi"))


async def test_a_file_at_a_url_is_saved_with_its_ending() -> None:
    content = picture_file(kind="JPEG")
    async with upstream.serving(says(content, content_type="image/jpeg")) as server, AsyncInferenceClient() as client:
        path = await local_path(f"{server.url}/a", client.download)
    assert path is not None and str(path).endswith(".jpg") and Path(path).read_bytes() == content


async def test_a_path_stays_what_it_is() -> None:
    assert await local_path("/tmp/a.png", no_download) == "/tmp/a.png"  # noqa: S108
    assert await local_path(None, no_download) is None


async def test_the_apps_own_download_reaches_public_addresses_only() -> None:
    async with upstream.serving(says(b"secret")) as server, AsyncInferenceClient() as client:

        async def locate(**options: Any) -> AsyncInferenceClient:
            return client.with_options(**options)

        download = guarded_download(Backend("server", locate, client.close), 1000)
        with pytest.raises(AddressRefusedError):
            await download(server.url)
    assert server.requests == []


async def test_the_apps_own_download_ends_at_the_size_of_an_upload() -> None:
    async with upstream.serving(says(b"x" * 1001)) as server, AsyncInferenceClient() as client:

        async def locate(**options: Any) -> AsyncInferenceClient:
            return client  # the guard would not reach the test's server

        download = guarded_download(Backend("server", locate, client.close), 1000)
        with pytest.raises(InvalidInputError, match="too large"):
            await download(server.url)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("image/png", ".png"),
        ("image/jpeg", ".jpg"),
        ("audio/mpeg", ".mp3"),
        ("audio/wav", ".wav"),
        ("text/html", ".bin"),
        ("image/svg+xml", ".bin"),
        ("image/" + "a" * 300, ".bin"),
    ],
)
def test_endings_are_the_usual_ones(kind: str, name: str) -> None:
    assert ending(kind) == name


def test_a_picture_must_be_in_the_upload_folder(tmp_path: Path) -> None:
    picture = picture_input("It", no_download)
    with pytest.raises(gr.Error, match="was not uploaded"):
        picture.preprocess(ImageData(path=str(tmp_path / "a.png")))
    uploaded = cached(picture_file(), "a.png")
    assert picture.preprocess(ImageData(path=uploaded)) == uploaded
    with pytest.raises(gr.Error, match="was not uploaded"):
        picture.preprocess(ImageData(path=f"{Path(uploaded).parent}/../../../a.png"))
    assert picture.preprocess(None) is None


def test_a_picture_in_a_data_url_is_saved_without_unpacking_it() -> None:
    picture = picture_input("It", no_download)
    bomb = huge_png()
    url = f"data:image/png;base64,{base64.b64encode(bomb).decode()}"
    saved = picture.preprocess(ImageData(url=url))
    assert Path(saved).read_bytes() == bomb and saved.endswith(".png")
    with pytest.raises(gr.Error, match="valid base64"):
        picture.preprocess(ImageData(url="data:image/png;base64,a"))
    with pytest.raises(gr.Error, match="was not uploaded"):
        picture.preprocess(ImageData(url="file:///etc/passwd"))


def test_a_file_that_is_saved_again_can_be_read_meanwhile() -> None:
    content = b"a file" * 100_000
    path = Path(cached(content, "again.bin"))
    is_over = threading.Event()

    def save() -> None:
        while not is_over.is_set():
            assert cached(content, "again.bin") == str(path)

    saver = threading.Thread(target=save)
    saver.start()
    try:
        assert all(path.read_bytes() == content for _ in range(300))
    finally:
        is_over.set()
        saver.join()
    assert [one.name for one in path.parent.iterdir()] == ["again.bin"]


async def test_a_picture_above_the_limit_is_refused_before_it_is_sent() -> None:
    async with upstream.serving(says(b"[]")) as server, AsyncInferenceClient(endpoint=server.url) as client:

        async def locate(**options: Any) -> AsyncInferenceClient:
            return client.with_options(**options)

        task = next(one for one in all_tasks() if one.id == "image-classification")
        handler = run_handler(Runner(task, Backend("server", locate, client.close), Pictures(50_000)), no_download)
        path = cached(picture_file(noise_picture((300, 200))), "a.png")
        *_, last = [update async for update in handler(path, "", *[None for _ in task.parameters])]
        assert "more than 0.05 million pixels: send a smaller one" in last[1]
    assert server.requests == []


async def test_a_file_that_is_no_picture_is_left_to_the_model(tmp_path: Path) -> None:
    sound = tmp_path / "a.wav"
    sound.write_bytes(b"RIFF")
    await check_pictures([sound, "a text", None], Pictures(1).turn())


async def test_a_slow_url_of_one_visitor_does_not_hold_up_the_others() -> None:
    with gr.Blocks() as page:
        sound, box = gr.Audio(), url_box("Sound")
        fetch_on_enter(box, sound, no_download, Room())
    assert [event.concurrency_limit for event in page.fns.values()] == [None]


async def test_a_run_fetches_the_url_beside_an_empty_input_and_empties_the_box() -> None:
    content = picture_file()
    async with upstream.serving(says(b"[]")) as server, AsyncInferenceClient(endpoint=server.url) as client:

        async def locate(**options: Any) -> AsyncInferenceClient:
            return client.with_options(**options)

        async def download(url: str) -> Media:
            return Media(content, "image/png")

        task = next(one for one in all_tasks() if one.id == "object-detection")
        handler = run_handler(Runner(task, Backend("server", locate, client.close), Pictures()), download, [0])
        values = (None, "acme/model", *[None for _ in task.parameters], "https://example.com/a.png")
        fetching, started, *_ = [update async for update in handler(*values)]
        assert "fetching" in fetching[2]
        assert Path(started[4]["value"]).read_bytes() == content and started[5] == ""
        assert server.requests[0][2] == content
        *_, refused = [update async for update in handler(*values[:-1], "not a URL")]
        assert "refusal" in refused[1]


@pytest.mark.parametrize(
    "name", ["a.html", "a.svg", "a.xml", "a.xhtml", "a.js", "a.txt", "a.png", "a.pdf", "a", "a.png.html"]
)
@pytest.mark.parametrize("ranged", [False, True])
def test_an_uploaded_file_is_never_a_page_of_ours(app: Server, name: str, ranged: bool) -> None:
    content = b"<html><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg></html>"
    (path,) = httpx.post(f"{app.url}/gradio_api/upload", files={"files": (name, content)}).json()
    headers = {"Range": "bytes=0-99"} if ranged else {}
    answer = httpx.get(f"{app.url}/gradio_api/file={path}", headers=headers)
    assert answer.is_success
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    kind = answer.headers["content-type"].partition(";")[0]
    if kind not in ("image/png", "text/plain"):
        assert kind == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")


async def test_the_api_does_not_fetch_from_the_apps_own_machine(app: Server) -> None:
    async with upstream.serving(says(b"secret")) as server:
        client = Client(app.url, verbose=False)
        there = {"path": f"{server.url}/a.png", "meta": {"_type": "gradio.FileData"}}
        with pytest.raises(AppError, match="does not lead to a public address"):
            await asyncio.to_thread(client.predict, there, api_name="/image_classification")
        client.close()
    assert server.requests == []


async def test_a_tool_does_not_fetch_from_the_apps_own_machine(app: Server) -> None:
    async with (
        upstream.serving(says(b"secret")) as server,
        streamable_http_client(f"{app.url}/gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as agent,
    ):
        await agent.initialize()
        answer = await agent.call_tool("image_classification", {"image": f"{server.url}/a.png"})
    assert answer.isError and "does not lead to a public address" in answer.content[0].text
    assert server.requests == []


async def test_what_is_done_with_a_file_before_a_run_is_a_run_of_its_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Room, "visitor", lambda *_: Visitor("192.0.2.1"))
    room = Room(Allowances(a_minute=1))
    with gr.Blocks() as page:
        picture, box = gr.Image(), url_box("Picture")
        fetch_on_enter(box, picture, no_download, room)
        show_as_picture("a", picture, Picture("Picture"), 1000, room)
    fetch, show = (event.fn for event in page.fns.values() if event.fn)
    with pytest.raises(gr.Error, match="does not lead to a public address"):
        await fetch("https://example.com/a.png")
    with pytest.raises(gr.Error, match="run again in"):
        await fetch("https://example.com/a.png")
    _, problem = await show("a.png")
    assert "run again in" in problem
