"""openai's client: chat, completions and models."""

from collections.abc import Callable
from typing import Any

from openai import OpenAI
from reporting import outcome, report, setting

client = OpenAI(base_url=f"{setting['engine']}/v1", api_key="none")
chat: dict[str, Any] = {"model": setting["chat_model"], "messages": setting["texts"]["chat"]}
prompt: dict[str, Any] = {"model": setting["text_model"], "prompt": "The captain of the", "max_tokens": 12, "seed": 3}

CALLS: dict[str, Callable[[], Any]] = {
    "chat": lambda: client.chat.completions.create(**chat).choices[0].message.content,
    "chat, stream": lambda: [
        chunk.choices[0].delta.content or "" for chunk in client.chat.completions.create(**chat, stream=True)
    ],
    "chat with fields that ask for nothing": lambda: (
        client.chat.completions.create(
            **chat,
            n=1,
            logprobs=False,
            frequency_penalty=0,
            presence_penalty=0,
            response_format={"type": "text"},
            tools=[],
            logit_bias={},
            user="somebody",
            stop=None,
        )
        .choices[0]
        .message.content
    ),
    "chat in parts": lambda: (
        client.chat.completions.create(
            model=setting["chat_model"],
            messages=[{"role": "user", "content": [{"type": "text", "text": setting["texts"]["chat"][0]["content"]}]}],
        )
        .choices[0]
        .message.content
    ),
    "completion": lambda: client.completions.create(**prompt).choices[0].text,
    "completion, stream": lambda: [
        chunk.choices[0].text for chunk in client.completions.create(**prompt, stream=True) if chunk.choices
    ],
    "models": lambda: [model.id for model in client.models.list()],
    "model": lambda: client.models.retrieve(setting["chat_model"]).id,
}

report((name, outcome(call)) for name, call in CALLS.items())
