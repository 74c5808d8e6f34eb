"""The largest inputs that the built-in models accept, made of what is known to be slow to read."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inference_core.engine.contract import InputSizes, Model
from inference_core.engine.server.sizes import word_count
from tests.support.models import catalogue

_LETTERS = random.Random(1)
_MADE_UP = " ".join(
    "".join(_LETTERS.choices("abcdefghijklmnopqrstuvwxyz", k=_LETTERS.randint(2, 9))) for _ in range(400)
)
UNITS = {
    "one letter": "a",
    "one emoji": "😀",
    "family of emoji": "👩‍👩‍👧‍👦 ",
    "one word": "good ",
    "but": "but ",
    "but and emoji": "but 😀 not good ",
    "punctuation": ".",
    "punctuation and spaces": "? ",
    "line breaks": "x\n\n",
    "abbreviations": "U.S.A. ",
    "dotted letters": "U.",
    "quotes": "'",
    "digits": "1 ",
    "names": "Anna Bert ",
    "hyphens": "a-",
    "accents": "é́",
    "Chinese": "中",
    "sentences": "The committee discussed the tram line. ",
    "made-up words": f"{_MADE_UP}. ",
}


@dataclass(frozen=True, slots=True)
class Worst:
    """A request to a model with as much as it accepts."""

    model: Model
    task: str
    name: str
    body: Mapping[str, Any]

    @property
    def path(self) -> str:
        if self.task == "conversational":
            return f"/models/{self.model.id}/v1/chat/completions"
        return f"/models/{self.model.id}/pipeline/{self.task}"


_BODIES: Mapping[str, Callable[[str], Mapping[str, Any]]] = {
    "text-classification": lambda text: {"inputs": text},
    "token-classification": lambda text: {"inputs": text},
    "summarization": lambda text: {"inputs": text},
    "translation": lambda text: {"inputs": text, "parameters": {"src_lang": "en", "tgt_lang": "de"}},
    "question-answering": lambda text: {"inputs": {"question": "Who built the tram line?", "context": text}},
    "zero-shot-classification": lambda text: {
        "inputs": text,
        "parameters": {"candidate_labels": [f"topic {number}" for number in range(100)], "multi_label": True},
    },
    "fill-mask": lambda text: {"inputs": f"a [MASK] tea {text[:-20]}"},
    "text-generation": lambda text: {"inputs": f"the {text[:-20]}", "parameters": {"max_new_tokens": 2048}},
    "conversational": lambda text: {"messages": [{"role": "user", "content": text}] * 50},
    "text-to-speech": lambda text: {"inputs": text, "parameters": {"speed": 80}},
    "text-to-image": lambda text: {"inputs": f"a lake {text[:-20]}", "parameters": {"width": 1024, "height": 1024}},
    "feature-extraction": lambda text: {"inputs": [text[:400]] * 128, "truncate": True},
    "sentence-similarity": lambda text: {"inputs": {"source_sentence": "a", "sentences": [text[:150]] * 128}},
    "table-question-answering": lambda text: {
        "inputs": {
            "query": "What is the average good?",
            "table": {f"{number} {text[:100]}": [text[:30]] * 100 for number in range(100)},
        }
    },
}


def worst_requests() -> Iterator[Worst]:
    """For every model that reads texts and every unit above, the largest request that is not refused for its size."""
    for model in catalogue():
        for task in model.tasks:
            if task.id in _BODIES:
                for name, unit in UNITS.items():
                    yield Worst(model, task.id, name, _BODIES[task.id](filled(unit, model.sizes)))


def filled(unit: str, sizes: InputSizes) -> str:
    """The unit repeated up to the limits of characters and words."""
    words = word_count(unit * 100) / 100
    times = min(sizes.characters // len(unit), int((sizes.words - 5) / words) if words else sizes.characters)
    return (unit * max(1, times))[: sizes.characters]
