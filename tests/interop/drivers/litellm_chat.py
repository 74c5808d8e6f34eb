"""litellm: chat, completions and embeddings, as an OpenAI-compatible server and as a Hugging Face endpoint."""

import os
from collections.abc import Callable
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # or it asks GitHub for the prices of models

import litellm
from reporting import outcome, report, setting

litellm.suppress_debug_info = True
engine, texts = setting["engine"], setting["texts"]
openai = {"api_base": f"{engine}/v1", "api_key": "none"}
chat = {**openai, "model": f"openai/{setting['chat_model']}", "messages": texts["chat"]}
at_model = {
    "model": f"huggingface/{setting['chat_model']}",
    "api_base": f"{engine}/models/{setting['chat_model']}",
    "api_key": "none",
    "messages": texts["chat"],
}
prompt = {**openai, "model": f"text-completion-openai/{setting['text_model']}", "prompt": "The captain of the"}


def pieces(stream: Any) -> list[str]:
    return [chunk.choices[0].delta.content or "" for chunk in stream]


CALLS: dict[str, Callable[[], Any]] = {
    "chat": lambda: litellm.completion(**chat).choices[0].message.content,
    "chat, stream": lambda: pieces(litellm.completion(**chat, stream=True)),
    "chat by the URL of the model": lambda: litellm.completion(**at_model).choices[0].message.content,
    "chat by the URL of the model, stream": lambda: pieces(litellm.completion(**at_model, stream=True)),
    "completion": lambda: litellm.text_completion(**prompt, max_tokens=12, seed=3).choices[0].text,
    "completion, stream": lambda: [
        chunk.choices[0].text or "" for chunk in litellm.text_completion(**prompt, max_tokens=12, seed=3, stream=True)
    ],
    "embeddings": lambda: [
        row["embedding"]
        for row in litellm.embedding(
            model=f"huggingface/{setting['encoder']}",
            api_base=engine + setting["paths"]["feature-extraction"],
            input_type="feature-extraction",
            input=[texts["easy"], *texts["others"]],
        ).data
    ],
}

report((name, outcome(call)) for name, call in CALLS.items())
