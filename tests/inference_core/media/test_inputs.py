"""Pictures and sounds in every form a caller may have them, as they arrive at a server."""

import asyncio
import base64
import io
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest
import soundfile
from aiohttp import web
from PIL import Image

from inference_core import (
    AddressRefusedError,
    AsyncInferenceClient,
    InferenceConnectionError,
    InferenceHTTPError,
    InvalidInputError,
)
from inference_core.answers.files import AudioBytes
from inference_core.media import inputs as media
from inference_core.media.inputs import Media, mime_type
from inference_core.media.sounds import decode_sound
from tests.support.answers import asking, by_path, headers_of, in_turn, moved, says
from tests.support.media import heic_file, noise_picture, picture_file, sound_file, tone
from tests.support.upstream import Upstream, answers, serving

CAPTION = answers([{"generated_text": "a"}])
LOADING = answers({"error": "Loading", "estimated_time": 0.1}, 503)
PNG = picture_file()
LARGE = picture_file(noise_picture((400, 300)))


async def arrived(content: Any) -> Media:
    """What a server gets when the client is given this."""
    async with asking(CAPTION) as (client, upstream):
        await client.image_to_text(content)
        (request,) = upstream.requests
        return Media(request[2], request[1]["Content-Type"])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "picture.png"
    file.write_bytes(PNG)
    return file


# In memory


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, io.BytesIO, AudioBytes])
async def test_bytes_in_any_form_arrive_as_they_are(kind: Callable[[bytes], Any]) -> None:
    assert await arrived(kind(PNG)) == Media(PNG, "image/png")


async def test_a_slice_of_a_memoryview_is_only_that_slice() -> None:
    assert (await arrived(memoryview(b"--abcdef--")[2:-2:2])).content == b"ace"


@pytest.mark.parametrize("prefix", ["data:image/jpeg;base64,", "data:;base64,", "data:image/png;name=a;base64,"])
async def test_a_data_url_is_decoded(prefix: str) -> None:
    assert await arrived(prefix + base64.b64encode(PNG).decode()) == Media(PNG, "image/png")


@pytest.mark.parametrize(
    ("url", "content", "kind"),
    [
        ("data:image/x-own;base64,AQI=", b"\1\2", "image/x-own"),
        ("data:image/x-own;base64,AQI%3D", b"\1\2", "image/x-own"),
        ("data:text/plain,a%20b+c", b"a b+c", "text/plain"),
        ("data:image/x\r\nX-Own: 1;base64,AQI=", b"\1\2", "application/octet-stream"),
        ("data:image/ä;base64,AQI=", b"\1\2", "application/octet-stream"),
    ],
)
async def test_a_data_url_says_what_its_bytes_do_not(url: str, content: bytes, kind: str) -> None:
    assert await arrived(url) == Media(content, kind)


# Files


@pytest.mark.parametrize("form", [str, Path, os.fspath, os.fsencode], ids=["str", "Path", "fspath", "DirEntry"])
async def test_a_path_arrives_as_its_file(path: Path, form: Callable[[Path], Any]) -> None:
    if form is os.fsencode:
        (entry,) = os.scandir(os.fsencode(path.parent))
        assert (await arrived(entry)).content == PNG
    else:
        assert await arrived(form(path)) == Media(PNG, "image/png")


async def test_a_path_may_be_relative_to_the_working_directory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    assert (await arrived("picture.png")).content == PNG


@pytest.mark.parametrize("buffering", [-1, 0])
async def test_an_open_file_is_sent_twice_and_stays_open(path: Path, buffering: int) -> None:
    with path.open("rb", buffering=buffering) as file:
        for _ in range(2):
            assert await arrived(file) == Media(PNG, "image/png")
            assert (file.closed, file.tell()) == (False, 0)


async def test_an_open_file_is_read_from_its_position() -> None:
    file = io.BytesIO(b"before" + PNG)
    file.seek(6)
    assert await arrived(file) == Media(PNG, "image/png")
    assert file.tell() == 6


async def test_an_open_file_survives_a_retry() -> None:
    file = io.BytesIO(LARGE)
    async with asking(in_turn(LOADING, moved("/new"), CAPTION)) as (client, upstream):
        await client.image_to_text(file)
    assert [body for _, _, body in upstream.requests] == [LARGE] * 3


@pytest.mark.parametrize("buffering", [-1, 0])
async def test_calls_at_once_can_share_an_open_file(tmp_path: Path, buffering: int) -> None:
    (tmp_path / "large.png").write_bytes(LARGE)
    with (tmp_path / "large.png").open("rb", buffering=buffering) as file:
        async with asking(CAPTION) as (client, upstream):
            await asyncio.gather(*(client.image_to_text(file) for _ in range(8)))
        assert file.tell() == 0
    assert [body for _, _, body in upstream.requests] == [LARGE] * 8


async def test_calls_at_once_can_share_a_picture_that_is_not_loaded_yet() -> None:
    picture = Image.open(io.BytesIO(LARGE))
    async with asking(CAPTION) as (client, upstream):
        await asyncio.gather(*(client.image_to_text(picture) for _ in range(8)))
    for _, _, body in upstream.requests:
        assert Image.open(io.BytesIO(body)).tobytes() == noise_picture((400, 300)).tobytes()


class Trickle:
    """A file that gives a few bytes at a time and has only `read`; it equals others of its size."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trickle)

    def read(self, size: int) -> bytes:
        return self._file.read(min(size, 7))


async def test_whatever_can_be_read_is_read_to_its_end() -> None:
    assert (await arrived(Trickle(PNG))).content == PNG


async def test_a_pipe_is_read_to_its_end() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as file:

        def write() -> None:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(LARGE)

        writer = threading.Thread(target=write)
        writer.start()
        assert (await arrived(file)).content == LARGE
        writer.join()


async def test_the_loop_goes_on_while_a_slow_file_is_read(tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    os.mkfifo(slow)
    loop_went_on = threading.Event()

    def write() -> bool:
        in_time = loop_went_on.wait(20)
        slow.write_bytes(PNG)
        return in_time

    writing = asyncio.create_task(asyncio.to_thread(write))
    reading = asyncio.create_task(arrived(str(slow)))
    await asyncio.sleep(0.3)  # by now the file is being read
    assert not reading.done()
    loop_went_on.set()
    assert (await reading).content == PNG
    assert await writing


# Pictures


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
async def test_a_pil_image_arrives_as_a_png_of_the_same_pixels(mode: str) -> None:
    steps = Image.fromarray(np.arange(96, dtype=np.uint16).reshape(8, 12) * 600)
    sent = steps if mode == "I;16" else noise_picture(mode=mode)
    came = await arrived(sent)
    assert came.mime_type == "image/png"
    with Image.open(io.BytesIO(came.content)) as picture:
        assert (picture.mode, picture.tobytes()) == (mode, sent.tobytes())


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "HSV", "LAB", "F"])
async def test_a_pil_image_that_png_cannot_hold_arrives_in_rgb(mode: str) -> None:
    came = await arrived(Image.new(mode, (5, 4)))
    assert came.mime_type == "image/png"
    with Image.open(io.BytesIO(came.content)) as picture:
        assert (picture.mode, picture.size) == ("RGB", (5, 4))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
async def test_a_pil_image_from_a_file_arrives_in_the_format_it_came_in(kind: str) -> None:
    came = await arrived(Image.open(io.BytesIO(picture_file(kind=kind))))
    assert came.mime_type == f"image/{kind.lower()}"
    with Image.open(io.BytesIO(came.content)) as picture:
        assert (picture.format, picture.size) == (kind, (12, 8))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM"])
async def test_a_pil_image_gives_what_its_file_gives_by_its_path(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a").write_bytes(picture_file(kind=kind))
    with Image.open(tmp_path / "a") as picture:
        assert await arrived(picture) == await arrived(tmp_path / "a")
        picture.load()
        assert await arrived(picture) == await arrived(tmp_path / "a")


def closed_picture() -> Image.Image:
    picture = Image.open(io.BytesIO(PNG))
    picture.close()
    return picture


# Sounds


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.int32, np.float16, np.float32, np.float64])
async def test_samples_arrive_as_a_wav_of_the_same_sound(kind: Any, channels: int) -> None:
    wave = tone(0.1, channels=channels)
    if np.issubdtype(kind, np.integer):
        limits = np.iinfo(kind)
        middle = 0 if limits.min else 2.0 ** (limits.bits - 1)
        samples = (wave.astype(np.float64) * 2.0 ** (limits.bits - 1) + middle).astype(kind)
    else:
        samples = wave.astype(kind)
    came = await arrived((16_000, samples))
    sound = decode_sound(came.content)
    assert (came.mime_type, sound.rate) == ("audio/wav", 16_000)
    assert came.content[22] == channels
    assert np.abs(sound.samples - tone(0.1)).max() < (0.02 if samples.itemsize == 1 else 0.001)


async def test_samples_that_are_not_numbers_become_silence_and_infinite_ones_full_volume() -> None:
    came = await arrived((np.int64(8_000), [np.nan, np.inf, -np.inf, 1.0, -0.5, 0.25]))
    assert np.allclose(decode_sound(came.content).samples, [0, 1, -1, 1, -0.5, 0.25], atol=1e-3)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize(
    ("largest", "full"),
    [(0.01, 1), (1, 1), (1.3, 1.3), (8, 8), (30_000, 2**15), (8e6, 2**23), (2e9, 2**31), (9e9, 9e9)],
)
async def test_floats_of_any_range_are_scaled_and_keep_their_shape(kind: Any, largest: float, full: float) -> None:
    if largest > float(np.finfo(kind).max):
        pytest.skip("beyond this kind of number")
    samples = np.array([0, largest, -largest, largest / 2], kind)
    came = await arrived((16_000, samples))
    expected = np.array([0, 1, -1, 0.5]) * largest / full
    assert np.abs(decode_sound(came.content).samples - expected).max() < 2e-3


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "(n, channels)": lambda samples: samples,
    "(channels, n)": lambda samples: samples.T,
    "not contiguous": lambda samples: np.repeat(samples, 2, axis=0)[::2],
    "Fortran order": np.asfortranarray,
    "channels of a larger array": lambda samples: np.pad(samples, ((0, 0), (3, 3)))[:, 3:-3],
    "backwards twice": lambda samples: np.ascontiguousarray(samples[::-1])[::-1],
    "big-endian": lambda samples: samples.astype(samples.dtype.newbyteorder(">")),
    "read-only": lambda samples: np.frombuffer(samples.tobytes(), samples.dtype).reshape(samples.shape),
    "a list": lambda samples: samples.tolist(),
}


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int16])
@pytest.mark.parametrize("layout", LAYOUTS)
async def test_samples_arrive_the_same_however_they_lie_in_memory(layout: str, kind: Any, channels: int) -> None:
    scale = 32_768 if kind is np.int16 else 1
    samples = np.stack([tone(0.05) * (channel + 1) / 6 for channel in range(channels)], axis=1) * scale
    laid = LAYOUTS[layout](samples.astype(kind))
    if isinstance(laid, list) and kind is np.int16:
        laid = [[sample / scale for sample in frame] for frame in laid]
    came = await arrived((16_000, laid))
    assert came.content[22] == channels
    with soundfile.SoundFile(io.BytesIO(came.content)) as file:
        assert np.abs(file.read(always_2d=True) - samples / scale).max() < 1e-3


# What a file is


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        *((picture_file(kind=kind), f"image/{kind.lower()}") for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")),
        (sound_file(), "audio/wav"),
        (sound_file(kind="FLAC"), "audio/flac"),
        (sound_file(kind="OGG"), "audio/ogg"),
        (sound_file(kind="MP3"), "audio/mpeg"),
        (b"ID3\4\0\0", "audio/mpeg"),
        (sound_file(kind="AIFF"), "audio/aiff"),
        (b"\x1aE\xdf\xa3webm", "audio/webm"),
        (b"\0\0\0\x1cftypM4A ", "audio/mp4"),
        (b"\0\0\0\x1cftypheic", "image/heic"),
        (b"\0\0\0\x1cftypavif", "image/avif"),
    ],
)
def test_the_first_bytes_say_what_a_file_is_whatever_others_say(content: bytes, kind: str) -> None:
    assert mime_type(content) == mime_type(content, "picture.svg", "image/svg+xml") == kind


def test_where_the_bytes_say_nothing_the_server_does_and_then_the_name() -> None:
    assert mime_type(b"?", "a.svg", "audio/x-own") == "audio/x-own"
    assert mime_type(b"?", "a.svg") == "image/svg+xml"
    assert mime_type(b"?", "a.svg", "no type") == "image/svg+xml"
    assert mime_type(b"?", "a.unknown") == mime_type(b"") == "application/octet-stream"


async def test_the_name_of_a_file_says_what_its_bytes_do_not(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_bytes(b"<svg/>")
    assert (await arrived(tmp_path / "a.svg")).mime_type == "image/svg+xml"
    with (tmp_path / "a.svg").open("rb") as file:
        assert (await arrived(file)).mime_type == "image/svg+xml"


async def test_a_file_whose_name_is_a_number_is_sent_too(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"?")
    with os.fdopen(os.open(tmp_path / "a", os.O_RDONLY), "rb") as file:
        assert await arrived(file) == Media(b"?", "application/octet-stream")


# What cannot be sent


def closed_file() -> IO[bytes]:
    file = io.BytesIO(PNG)
    file.close()
    return file


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("no/such/file.png", r"The file 'file\.png' cannot be read: No such file or directory\."),
        (Path("no/such/file.png"), "cannot be read: No such file"),
        ("/", "cannot be read: Is a directory"),
        ("", "cannot be read: Is a directory"),
        ("a\0b", "is not a file path"),
        ("x" * 5_000, "cannot be read: File name too long"),
        (b"", "The file is empty"),
        (io.BytesIO(), "The file is empty"),
        ("data:image/png;base64,", "The file is empty"),
        ("data:image/png;base64,a", "does not contain valid base64"),
        ("data:image/png;base64,äöü", "does not contain valid base64"),
        (closed_file(), "open it for reading, in binary mode"),
        (io.StringIO("text"), 'is open as text: open it with mode "rb"'),
        (closed_picture(), "The picture cannot be sent: Operation on closed image"),
        (Image.open(io.BytesIO(LARGE[:5_000])), "The picture cannot be sent: image file is truncated"),
        (Image.new("RGB", (0, 0)), "The picture cannot be sent: cannot write empty image"),
        (None, "A NoneType cannot be sent as a file: give bytes"),
        (7, "A int cannot be sent as a file"),
        (np.zeros((4, 4, 3), np.uint8), "A ndarray cannot be sent as a file"),
        ((np.zeros(9), 16_000), r"must be a pair \(rate, samples\)"),
        ((0, np.zeros(9)), "with a rate of at most"),
        ((10**9, np.zeros(9)), "with a rate of at most 192000 Hz"),
        ((16_000,), r"must be a pair \(rate, samples\)"),
        ((16_000, np.zeros(0)), "n above 0"),
        ((16_000, np.zeros((2, 9, 1))), r"have the shape \(n,\), \(n, channels\) or \(channels, n\)"),
        ((16_000, np.zeros((9, 9))), "at most 8 channels"),
        ((16_000, [[1.0], [1.0, 2.0]]), r"have the shape \(n,\), \(n, channels\) or \(channels, n\)"),
        ((16_000, [1, 2, 3]), "floats from -1 to 1 or integers of 8, 16 or 32 bits"),
        ((16_000, ["a"]), "floats from -1 to 1 or integers"),
        ((16_000, np.zeros(9, complex)), "floats from -1 to 1 or integers"),
    ],
    ids=lambda value: None if isinstance(value, io.IOBase) else str(value)[:40],  # whose text is an address
)
async def test_an_unusable_input_is_refused_in_one_sentence_and_not_sent(content: Any, words: str) -> None:
    async with asking(CAPTION) as (client, upstream):
        with pytest.raises(InvalidInputError, match=words) as refusal:
            await client.image_to_text(content)
    assert upstream.requests == []
    assert str(refusal.value).endswith(".")
    assert len(str(refusal.value)) < 250


async def test_a_file_opened_as_text_or_for_writing_is_refused(path: Path) -> None:
    with path.open(encoding="latin-1") as file, pytest.raises(InvalidInputError, match='open it with mode "rb"'):
        await arrived(file)
    with path.open("wb") as written, pytest.raises(InvalidInputError, match="open it for reading"):
        await arrived(written)


async def test_a_file_that_may_not_be_read_is_refused(path: Path) -> None:
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("an administrator may read everything")
    with pytest.raises(InvalidInputError, match="Permission denied"):
        await arrived(path)


async def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(InvalidInputError, match="The file is larger than 100 MiB: send a smaller one"):
        await arrived(tmp_path / "sparse")


@pytest.mark.parametrize("form", [bytes, bytearray, io.BytesIO, lambda content: "data:image/png," + content.decode()])
async def test_everything_has_the_same_limit(form: Callable[[bytes], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MAX_INPUT_BYTES", 2**20)
    assert len((await arrived(form(b"a" * 2**20))).content) == 2**20
    with pytest.raises(InvalidInputError, match="The file is larger than 1 MiB: send a smaller one"):
        await arrived(form(b"a" * (2**20 + 1)))


async def test_a_file_that_is_too_large_keeps_its_position(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MAX_INPUT_BYTES", 10)
    file = io.BytesIO(PNG)
    with pytest.raises(InvalidInputError):
        await arrived(file)
    assert file.tell() == 0


# Files at a URL


def serving_file(content: bytes = PNG, content_type: str = "image/png") -> Any:
    """A file for a GET, a caption for a POST."""

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        chosen = says(content, content_type=content_type) if request.method == "GET" else CAPTION
        return await chosen(request, upstream)

    return answer


async def test_a_url_arrives_as_the_file_there() -> None:
    async with asking(serving_file()) as (client, upstream):
        await client.image_to_text(f"{upstream.url}/a.png?x=1")
        await client.image_to_text(f"{upstream.url.replace('http', 'HTTP')}/a.png?x=1")
    paths = [path for path, _, _ in upstream.requests]
    assert paths == ["/a.png?x=1", "/models/some/model"] * 2
    assert (upstream.requests[1][2], headers_of(upstream)["content-type"]) == (PNG, "image/png")


@pytest.mark.parametrize(
    ("content", "declared", "name", "kind"),
    [
        (PNG, "text/html", "a.gif", "image/png"),
        (b"?", "audio/x-own", "a.gif", "audio/x-own"),
        (b"?", "application/octet-stream", "a.gif", "image/gif"),
        (b"?", "text/html", "a", "application/octet-stream"),
    ],
)
async def test_the_type_of_a_file_at_a_url_is_what_its_bytes_its_server_or_its_name_say(
    content: bytes, declared: str, name: str, kind: str
) -> None:
    async with asking(serving_file(content, declared)) as (client, upstream):
        assert await client.download(f"{upstream.url}/{name}?a=b.svg") == Media(content, kind)


async def test_a_download_carries_no_headers_of_the_caller_even_on_the_models_own_server() -> None:
    private: dict[str, Any] = {"token": "hf_a", "headers": {"X-Own": "1"}, "cookies": {"a": "1"}, "bill_to": "org"}
    async with asking(serving_file(), **private) as (client, upstream):
        await client.image_to_text(f"{upstream.url}/a.png")
        seen = headers_of(upstream, 0)
        assert not {"authorization", "x-own", "cookie", "x-hf-bill-to", "content-type"} & seen.keys()
        assert headers_of(upstream, 1)["authorization"] == "Bearer hf_a"
    assert (seen["accept"], upstream.requests[0][2]) == ("*/*", b"")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_url_may_redirect(status: int) -> None:
    moving = by_path(lambda path: moved("/new.png", status) if path == "/old.png" else serving_file())
    async with asking(moving) as (client, upstream):
        await client.image_to_text(f"{upstream.url}/old.png")
    assert [path for path, _, _ in upstream.requests] == ["/old.png", "/new.png", "/models/some/model"]
    assert upstream.requests[-1][2] == PNG


async def test_a_url_without_a_file_is_refused_in_a_sentence() -> None:
    circle = by_path(lambda path: moved("/b" if path == "/a" else "/a", 302))
    async with asking(by_path(lambda path: answers({}, 404) if path == "/none" else circle)) as (client, upstream):
        with pytest.raises(InferenceHTTPError, match="404 from"):
            await client.image_to_text(f"{upstream.url}/none")
        with pytest.raises(InferenceHTTPError, match="302 from"):
            await client.image_to_text(f"{upstream.url}/a")
        with pytest.raises(InvalidInputError, match="is not a URL that can be called"):
            await client.image_to_text("http://")
        with pytest.raises(InferenceConnectionError, match="cannot be reached"):
            await client.image_to_text("http://127.0.0.1:1/a.png")
    assert not [path for path, _, _ in upstream.requests if path.startswith("/models")]


async def test_an_empty_file_at_a_url_is_not_sent() -> None:
    async with asking(serving_file(b"")) as (client, upstream):
        with pytest.raises(InvalidInputError, match="The file is empty"):
            await client.image_to_text(f"{upstream.url}/a.png")
    assert len(upstream.requests) == 1


async def test_a_file_at_a_url_is_read_no_further_than_the_limit() -> None:
    async def endless(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(bytes(65_536))
                upstream.sent += 65_536
        finally:
            upstream.left.set()

    async with asking(endless, timeout=10) as (client, upstream):
        with pytest.raises(InvalidInputError, match=r"The file at .*/a\?key=… is too large: use a smaller one\."):
            await client.download(f"{upstream.url}/a?key=secret", largest=2**20)
        async with asyncio.timeout(5):
            await upstream.left.wait()
    assert upstream.sent < 2**26


async def test_a_visitors_url_leads_to_public_addresses_only() -> None:
    async with serving(serving_file()) as upstream, AsyncInferenceClient("some/model", endpoint=upstream.url) as client:
        visitor = client.with_options(guard_urls=True)
        for url in (upstream.url, upstream.url.replace("127.0.0.1", "localhost"), "http://169.254.169.254/latest"):
            with pytest.raises(AddressRefusedError, match="not lead to a public address"):
                await visitor.image_to_text(f"{url}/a.png")
        assert upstream.requests == []
        await visitor.image_to_text(PNG)
    assert upstream.requests[0][2] == PNG


# Pictures of phones


@pytest.mark.parametrize("content", [heic_file(), picture_file(kind="AVIF")], ids=["HEIC", "AVIF"])
async def test_a_picture_of_a_phone_arrives_as_jpeg(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "IMG_0001").write_bytes(content)
    for given in (content, tmp_path / "IMG_0001"):
        media = await arrived(given)
        assert media.mime_type == "image/jpeg"
        assert Image.open(io.BytesIO(media.content)).format == "JPEG"


async def test_a_damaged_picture_of_a_phone_is_not_sent() -> None:
    async with asking(CAPTION) as (client, upstream):
        with pytest.raises(InvalidInputError, match="damaged or cut off"):
            await client.image_to_text(heic_file()[:-300])
    assert upstream.requests == []
