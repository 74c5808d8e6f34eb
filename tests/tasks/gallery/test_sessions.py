"""What the app keeps of its visitors: who keeps his session among many others, and who does not."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import pytest

from tasks.gallery import sessions
from tasks.gallery.sessions import MOST_IDLE, Sessions
from tests.support import processes
from tests.support.visitors import Page, Visitor, visitors


async def keep(visitor: Visitor, text: str) -> None:
    await visitor.run("keep", text)
    assert await recalled(visitor) == text


async def recalled(visitor: Visitor) -> str | None:
    [text] = await visitor.run("recall", None)
    return text


async def test_many_others_cost_nobody_his_session_who_is_still_there() -> None:
    with processes.small_page() as served:
        page = await Page.read(served.url)
        async with visitors(page) as door:
            reader, streamer, gone, *others = (door.visitor() for _ in range(MOST_IDLE + 53))
            for visitor in (reader, streamer, gone):
                await keep(visitor, f"{visitor.session}'s own")
            stream = streamer.messages("two_words")
            async with reader.staying():
                while (await anext(stream))["msg"] != "process_generating":
                    pass
                for batch in range(0, len(others), 50):
                    await asyncio.gather(*(one.run("keep", "a stranger's") for one in others[batch : batch + 50]))
                assert await recalled(reader) == f"{reader.session}'s own"
                await door.visitor().run("go_on")
                messages = [message async for message in stream]
                assert "second" in str(messages[-2 if messages[-1]["msg"] == "close_stream" else -1])
                assert await recalled(streamer) == f"{streamer.session}'s own"
                assert not await recalled(gone)
                assert await recalled(others[-1]) == "a stranger's"
        assert "Traceback" not in "".join(served.output)


async def test_only_who_is_gone_for_an_hour_loses_his_session(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(sessions, "time", SimpleNamespace(monotonic=lambda: now))
    with gr.Blocks() as page:
        gr.Textbox()
    kept = Sessions(cast(Any, SimpleNamespace(get_blocks=lambda: page, iterators_to_reset=set())))
    ending = asyncio.create_task(kept.end_those_gone(every=0.001))
    for visitor in ("gone", "back", "reading"):
        kept[visitor]
    with kept.page_open("reading"):
        now += 3599
        await asyncio.sleep(0.02)
        assert list(kept.session_data) == ["gone", "back", "reading"]
        kept["back"]
        now += 2
        await asyncio.sleep(0.02)
        assert list(kept.session_data) == ["reading", "back"]
    ending.cancel()
