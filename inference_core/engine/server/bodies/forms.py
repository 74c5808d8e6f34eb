"""Other forms of a task's body, as older and other clients send them, brought into the form of the Hub's specification.

Where a body's type has several places for one input (`question` and `image` of a picture), it says so itself.
"""

from collections.abc import Callable, Mapping
from typing import Any

Body = dict[str, Any]


def in_the_hubs_form(sent: Body, task: str) -> Body:
    """The body with its inputs where the Hub's specification of the task has them."""
    rewrite = _FORMS.get(task)
    return rewrite(sent) if rewrite else sent


def _gathered(*names: str) -> Callable[[Body], Body]:
    """Fields next to `parameters`, as in 2023, go into `inputs`."""

    def rewrite(sent: Body) -> Body:
        if sent.get("inputs") or not all(name in sent for name in names):
            return sent
        rest = {name: value for name, value in sent.items() if name not in (*names, "inputs")}
        return {"inputs": {name: sent[name] for name in names}, **rest}

    return rewrite


def _unpacked(inside: str, target: str) -> Callable[[Body], Body]:
    """The only field of `inputs`, as @huggingface/inference sends it, becomes `target`."""

    def rewrite(sent: Body) -> Body:
        inputs = sent.get("inputs")
        if not isinstance(inputs, dict) or list(inputs) != [inside]:
            return sent
        rest = {name: value for name, value in sent.items() if name != "inputs"}
        return {target: inputs[inside], **rest}

    return rewrite


def _without_forbidden_tools(sent: Body) -> Body:
    """With `tool_choice: "none"` no tool may be called, so those that are listed ask for nothing."""
    forbidden = {listed for listed, choice in _TOOLS.items() if sent.get(choice) == "none"}
    return {name: value for name, value in sent.items() if name not in forbidden}


def _lower_case_side(sent: Body) -> Body:
    """huggingface_hub 1.0 and older versions, like text-embeddings-inference, write "left" as "Left"."""
    side = sent.get("truncation_direction")
    return {**sent, "truncation_direction": side.lower()} if isinstance(side, str) else sent


_TOOLS = {"tools": "tool_choice", "functions": "function_call"}
"""The lists of what may be called, and the fields that choose from them."""

_FORMS: Mapping[str, Callable[[Body], Body]] = {
    "conversational": _without_forbidden_tools,
    "feature-extraction": _lower_case_side,
    "question-answering": _gathered("question", "context"),
    "table-question-answering": _gathered("query", "table"),
    "sentence-similarity": _gathered("source_sentence", "sentences"),
    "tabular-classification": _unpacked("data", "table"),
    "tabular-regression": _unpacked("data", "table"),
    "zero-shot-image-classification": _unpacked("image", "inputs"),
}
