"""What the app keeps of its visitors: who keeps his session among many others, and who does not."""

import asyncio

from tasks.gallery.sessions import MOST_IDLE
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
