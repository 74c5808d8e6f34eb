"""Every model that reads text answers the same, whether letters are composed or decomposed."""

import math
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
import pytest

from inference_core.engine.contract import CannotAnswer, Engine, File
from inference_core.engine.limits import Limits
from inference_core.engine.server.bodies.parsing import parse_task_body
from tests.support.models import catalogue, with_samples

TEXT = (
    "Zoë Müller flew from Zürich to São Tomé and Réunion. Élodie Noël met François Hollande in Düsseldorf 👩🏽\u200d🚀."
    " İlker lives in Curaçao, near Åland; the naïve façade of the café is lovely ❤️. हिन्दी and 한국어 are spoken there."
)
CITIES = {
    "Größe": ["1.234,50", "7,25", "99"],
    "Stadt": ["Zürich", "Düsseldorf", "São Paulo"],
    "Straße": ["Bahnhofstraße", "Königsallee", "Praça da Sé"],
}
INVOICE = [["Straße:", [100, 100, 250, 130]], ["Königsallee", [300, 100, 500, 130]], ["Größe:", [100, 200, 250, 230]],
           ["12,50", [300, 200, 400, 230]], ["m", [410, 200, 430, 230]]]  # fmt: skip
SAID = {
    "text-classification": [{"inputs": "The café was a lovely, naïve delight ❤️ 👩🏽\u200d🚀"}],
    "token-classification": [
        {"inputs": TEXT},
        {"inputs": TEXT, "parameters": {"aggregation_strategy": "none", "ignore_labels": []}},
    ],
    "question-answering": [
        {"inputs": {"question": question, "context": TEXT}}
        for question in ("Where did Zoë Müller fly from?", "Who met François Hollande?", "Where does İlker live?")
    ],
    "fill-mask": [{"inputs": "I would like a café with a cup of [MASK]."}],
    "text-generation": [
        {"inputs": "Élodie said that I would like", "parameters": {"do_sample": False, "max_new_tokens": 5}}
    ],
    "conversational": [{"messages": [{"role": "user", "content": "Are my prompts stored, Zoë?"}], "seed": 1}],
    "summarization": [{"inputs": TEXT}],
    "translation": [
        {"inputs": text, "parameters": {"src_lang": source, "tgt_lang": target}}
        for text, source, target in (
            ("Où est la gare ?", "français", "English"),
            ("Österreich", "de", "español"),
            ("Mein Name ist Zoë Müller.", "German", "en"),
        )
    ],
    "zero-shot-classification": [
        {"inputs": TEXT, "parameters": {"candidate_labels": ["économie", "Müller", "travel"]}},
        {"inputs": TEXT, "parameters": {"candidate_labels": "économie, Müller, travel"}},
    ],
    "table-question-answering": [
        {"inputs": {"query": query, "table": CITIES}}
        for query in ("What is the total Größe?", "What is the Größe of Zürich?", "Which Stadt has the highest Größe?")
    ],
    "feature-extraction": [{"inputs": ["Zürich", "한국어", "हिन्दी", "👩🏽\u200d🚀"]}],
    "sentence-similarity": [{"inputs": {"source_sentence": "Zürich", "sentences": ["Zurich", "İstanbul", "한국어"]}}],
    "document-question-answering": [
        {"question": question, "image": with_samples(catalogue().by_task()["document-question-answering"][0]
            .tasks[0].answered_example)["inputs"]["image"], "parameters": {"word_boxes": INVOICE}}
        for question in ("What is the Straße?", "What is the Größe?")
    ],
    "text-to-speech": [{"inputs": "Zoë, the naïve façade of the café."}],
    "text-to-image": [{"inputs": "a château by the sea", "parameters": {"seed": 1, "width": 64, "height": 64}}],
    "tabular-classification": [],
    "tabular-regression": [],
}  # fmt: skip
CASES = [
    pytest.param(model.id, task.id, body, id=f"{model.id}-{task.id}-{number}")
    for model in catalogue()
    for task in model.tasks
    for number, body in enumerate(SAID.get(task.id, []))
]


@cache
def loaded(id: str) -> Engine:
    return next(model for model in catalogue() if model.id == id).load()


def written(form: str, value: Any) -> Any:
    """The value with every text in it in a normal form."""
    if isinstance(value, str):
        return unicodedata.normalize(form, value)
    if isinstance(value, dict):
        return {written(form, key): written(form, one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [written(form, one) for one in value]
    return value


def answered(id: str, task_id: str, body: Any) -> Any:
    task = next(model for model in catalogue() if model.id == id).task(task_id)
    try:
        answer = task.answer(loaded(id), parse_task_body(msgspec.json.encode(body), task, Limits()))
    except CannotAnswer as refusal:
        return {"refused": refusal.code, "arguments": msgspec.to_builtins(refusal.arguments)}
    if isinstance(answer, File):  # espeak-ng says the same text a sample longer or shorter the next time
        return {"file": len(answer.content) // 1000 if task_id == "text-to-speech" else answer.content.hex()}
    return msgspec.to_builtins(answer)


def places(answer: Any) -> Iterator[dict[str, Any]]:
    for row in answer if isinstance(answer, list) else [answer]:
        if isinstance(row, dict) and "start" in row and "boxes" not in row:
            yield row


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            alike(one[key], other[key]) for key in one if key not in ("start", "end")
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-4, abs_tol=1e-5)
    return bool(one == other)


@pytest.mark.parametrize(("id", "task", "body"), CASES)
def test_the_answer_is_the_same_in_every_normal_form(id: str, task: str, body: Any) -> None:
    expected = answered(id, task, written("NFC", body))
    assert "refused" not in expected
    for form in ("NFD", "NFC"):
        sent = written(form, body)
        answer = answered(id, task, sent)
        assert alike(written("NFC", answer), written("NFC", expected))
        for row in places(answer):
            text = sent["inputs"] if isinstance(sent["inputs"], str) else sent["inputs"]["context"]
            assert text[row["start"] : row["end"]] == row.get("word", row.get("answer"))
            assert not unicodedata.combining((text[row["end"] :] or " ")[0])


def test_every_task_that_reads_text_is_tried() -> None:
    texts = {task.id for model in catalogue() for task in model.tasks if not task.takes_files}
    assert texts <= SAID.keys()
