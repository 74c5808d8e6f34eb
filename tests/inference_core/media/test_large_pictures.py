"""Large pictures are decoded one at a time by those who ask for it, and nobody else waits."""

import asyncio
import base64
import json
import threading
import time
from typing import Any

import pytest
from PIL import Image

from inference_core import AsyncInferenceClient, InvalidAnswerError
from inference_core.media import large_pictures
from inference_core.media.errors import Unreadable
from inference_core.media.large_pictures import NeedsTurn, Turn
from inference_core.media.pictures import decode_picture, picture_size
from tests.support.answers import says
from tests.support.media import huge_png, picture_file
from tests.support.upstream import serving

SMALL, LARGE = picture_file(Image.new("L", (100, 100))), huge_png(3_000, 2_000)
MOST = 10_000_000


class Watch:
    """Counts how many decode at the same time."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self._lock = threading.Lock()

    def decode(self, content: bytes) -> tuple[int, int]:
        picture = decode_picture(content)
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.03)
        with self._lock:
            self.now -= 1
        return picture.size


async def run(watch: Watch, lock: asyncio.Lock, content: bytes) -> tuple[int, int]:
    turn = Turn(MOST, lock)
    try:
        return await turn.decoded(watch.decode, content)
    finally:
        turn.end()


async def test_large_pictures_are_decoded_one_at_a_time_and_small_ones_meanwhile() -> None:
    lock, large, small = asyncio.Lock(), Watch(), Watch()
    calls = [run(large, lock, LARGE) for _ in range(4)] + [run(small, lock, SMALL) for _ in range(4)]
    sizes = await asyncio.gather(*calls)
    assert sizes == [(3_000, 2_000)] * 4 + [(100, 100)] * 4
    assert (large.most, small.most > 1, lock.locked()) == (1, True, False)


async def test_many_small_pictures_of_one_answer_are_a_large_one() -> None:
    turn = Turn(MOST, asyncio.Lock())

    def decode() -> int:
        return sum(decode_picture(huge_png(1_000, 1_000)).width for _ in range(6))

    assert await turn.decoded(decode) == 6_000
    with pytest.raises(NeedsTurn):
        turn.end()
        turn.count(6_000_000)


async def test_a_large_photo_that_is_shown_small_needs_a_turn_only_if_it_is_unpacked_as_a_whole() -> None:
    for progressive in (False, True):
        content = picture_file(Image.new("RGB", (3_000, 2_000)), "JPEG", progressive=progressive)
        turn = Turn(MOST, asyncio.Lock())
        picture = await turn.decoded(lambda content=content: decode_picture(content, shown_at=700))
        assert (picture.size, turn._is_taken) == ((750, 500), progressive)
        turn.end()


async def test_nothing_but_its_pixels_is_kept_of_a_webp_whose_pixels_count() -> None:
    content = picture_file(
        Image.new("RGB", (40, 24)), "WEBP", save_all=True, append_images=[Image.new("RGB", (40, 24), 9)]
    )
    picture = await Turn(MOST, asyncio.Lock()).decoded(decode_picture, content)
    assert (picture._decoder, picture.copy().size) == (None, (40, 24))
    other = decode_picture(content)
    other.seek(1)
    assert other.getpixel((0, 0)) != picture.getpixel((0, 0))


async def test_a_turn_ends_when_the_call_is_cancelled_or_fails() -> None:
    lock = asyncio.Lock()
    await lock.acquire()
    waiting = asyncio.create_task(run(Watch(), lock, LARGE))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    lock.release()
    with pytest.raises(Unreadable):
        await run(Watch(), lock, LARGE[:100])
    assert await run(Watch(), lock, LARGE) == (3_000, 2_000)


async def test_a_turn_has_its_own_limit_for_every_picture() -> None:
    turn = Turn(5_000_000, asyncio.Lock())
    for decode in (decode_picture, picture_size):
        with pytest.raises(Unreadable, match="more than 5 million pixels"):
            await turn.decoded(decode, LARGE)
    assert not turn._is_taken
    assert decode_picture(LARGE).size == (3_000, 2_000)


async def test_a_client_waits_for_its_turn_before_it_decodes_large_answers() -> None:
    segment = {"label": "a", "score": 1, "mask": base64.b64encode(LARGE).decode()}
    async with (
        serving(says(LARGE, content_type="image/png")) as pictures,
        serving(says(json.dumps([segment]).encode(), content_type="application/json")) as masks,
        AsyncInferenceClient() as client,
    ):
        lock, ended = asyncio.Lock(), []

        async def call(answer: Any) -> None:
            turn = Turn(MOST, lock)
            turn.enter()
            await answer
            assert lock.locked()
            ended.append(large_pictures.current_turn())
            turn.end()

        async with asyncio.TaskGroup() as calls:
            calls.create_task(call(client.text_to_image("a", model=pictures.url)))
            calls.create_task(call(client.image_to_image(SMALL, "a", model=pictures.url)))
            calls.create_task(call(client.image_segmentation(SMALL, model=masks.url)))
        assert len(set(map(id, ended))) == 3

        async def refused() -> None:
            Turn(5_000_000, lock).enter()
            await client.text_to_image("a", model=pictures.url)

        with pytest.raises(InvalidAnswerError):
            await asyncio.create_task(refused())
    assert not lock.locked()
