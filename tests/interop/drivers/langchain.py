"""LangChain's HuggingFaceEndpoint and ChatHuggingFace, plain and streamed, blocking and asynchronous."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from langchain_huggingface import ChatHuggingFace, HuggingFaceEndpoint
from reporting import outcome, report, setting

engine, texts = setting["engine"], setting["texts"]
PROMPT = "The captain of the"


# A client of one event loop is of no use in the next, so each call has its own.
def writer() -> HuggingFaceEndpoint:
    url = f"{engine}/models/{setting['text_model']}"
    return HuggingFaceEndpoint(endpoint_url=url, max_new_tokens=12, seed=3, huggingfacehub_api_token="none")


def helper() -> ChatHuggingFace:
    url = f"{engine}/models/{setting['chat_model']}"
    llm = HuggingFaceEndpoint(endpoint_url=url, huggingfacehub_api_token="none")
    return ChatHuggingFace(llm=llm, model_id=setting["chat_model"])


async def collected(pieces: AsyncIterator[Any]) -> list[str]:
    return [text(piece) async for piece in pieces]


def text(piece: Any) -> str:
    return piece if isinstance(piece, str) else piece.content


CALLS: dict[str, Callable[[], Any]] = {
    "text generation": lambda: writer().invoke(PROMPT),
    "text generation, async": lambda: asyncio.run(writer().ainvoke(PROMPT)),
    "text generation, stream": lambda: [text(piece) for piece in writer().stream(PROMPT)],
    "text generation, async stream": lambda: asyncio.run(collected(writer().astream(PROMPT))),
    "chat": lambda: text(helper().invoke(texts["chat"])),
    "chat, async": lambda: text(asyncio.run(helper().ainvoke(texts["chat"]))),
    "chat, stream": lambda: [text(piece) for piece in helper().stream(texts["chat"])],
    "chat, async stream": lambda: asyncio.run(collected(helper().astream(texts["chat"]))),
}

report((name, outcome(call)) for name, call in CALLS.items())
