"""A visitor who stays: with a conversation and streams of text."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.visitors import Failed, Visitor

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
            going_on = asyncio.create_task(self._go_on())
            try:
                yield self
            finally:
                going_on.cancel()
                await asyncio.wait({going_on})

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
        [answer] = await self.visitor.run("conversational", question, self.conversation)
        messages = answer["result"]
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
