"""smolagents' InferenceClientModel, plain and streamed."""

from collections.abc import Callable
from typing import Any

from reporting import outcome, report, setting
from smolagents import InferenceClientModel

URLS = {"the server": f"{setting['engine']}/v1", "the model": f"{setting['engine']}/models/{setting['chat_model']}"}
messages = [{"role": "user", "content": [{"type": "text", "text": setting["texts"]["chat"][0]["content"]}]}]


def calls() -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {}
    for name, url in URLS.items():
        model = InferenceClientModel(model_id=url, token="none")
        found[f"chat by the URL of {name}"] = lambda model=model: model.generate(messages).content
        found[f"chat by the URL of {name}, stream"] = lambda model=model: [
            delta.content or "" for delta in model.generate_stream(messages)
        ]
    return found


report((name, outcome(call)) for name, call in calls().items())
