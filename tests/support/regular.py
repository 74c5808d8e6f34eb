"""A visitor who stays: with a conversation, a picture whose boxes the app remembers, and streams of text."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tasks.registry import all_tasks
from tests.support.visitors import Failed, Page, Visitor

_MODEL = "builtin/trigram-en-us"
_QUESTIONS = ("What can this gallery do?", "Are my prompts stored?", "How do I use a model of my own?")


@dataclass(slots=True)
class Regular:
    """`runs` counts his runs, `lost` says in a sentence each what he lost."""

    visitor: Visitor
    conversation: list[dict[str, Any]] = field(default_factory=list)
    runs: int = 0
    lost: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def staying(self) -> AsyncIterator["Regular"]:
        """Come, and go on until left."""
        await self.visitor.open()
        async with self.visitor.staying():
            picture = next(task for task in all_tasks() if task.api_name == "object_detection").examples[0][0]
            [shown, *_] = await self.visitor.run("object_detection", await self.visitor.upload(picture))
            remember, _ = _filter_events(self.visitor.page)
            await self.visitor.trigger(remember, shown, 0)
            going_on = asyncio.create_task(self._go_on())
            try:
                yield self
            finally:
                going_on.cancel()
                await asyncio.wait({going_on})

    async def losses(self) -> list[str]:
        """What he has lost so far, also of what the app keeps for him."""
        _, show = _filter_events(self.visitor.page)
        [shown] = await self.visitor.trigger(show, None, 0)
        return self.lost if shown else [*self.lost, "the boxes are forgotten"]

    async def _go_on(self) -> None:
        while True:
            for question in _QUESTIONS:
                try:
                    await self._talk(question)
                    await self._stream()
                except Failed as error:
                    self.lost.append(str(error))
                self.runs += 2
                await asyncio.sleep(0.2)
            self.conversation.clear()

    async def _talk(self, question: str) -> None:
        [messages, *_] = await self.visitor.run("conversational", question, self.conversation)
        if len(messages) != len(self.conversation) + 2:
            self.lost.append("the conversation is forgotten")
        self.conversation = messages

    async def _stream(self) -> None:
        parts = 0
        async for message in self.visitor.messages("text_generation", "I would like to", _MODEL, 400):
            parts += message["msg"] == "process_generating"
            if message["msg"] == "process_completed":
                if not message["success"]:
                    raise Failed(message["output"].get("error"))
                if _MODEL not in str(message["output"]["data"]):
                    self.lost.append("the model was not the one chosen")
        if parts < 2:
            self.lost.append("a stream came in one part")


def _filter_events(page: Page) -> tuple[int, int]:
    """The events that keep the picture of a run in the session, and that show it again."""
    events = page.config["dependencies"]
    number, _ = page.tasks["object_detection"]
    result = next(one["outputs"][0] for one in events if one["id"] == number)
    states = {one["id"] for one in page.config["components"] if one["type"] == "state"}
    [keep] = [one for one in events if one["inputs"][:1] == [result] and one["outputs"][0] in states]
    [show] = [one for one in events if one["inputs"][:1] == keep["outputs"][:1] and one["outputs"] == [result]]
    return keep["id"], show["id"]
