"""The API of the app: every task by its name, through Gradio's own client, and nothing else."""

import base64
import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from inference_core.media.pictures import decode_picture
from inference_core.media.sounds import decode_sound
from tasks.gallery.inputs import example_value
from tasks.gallery.limits import LONGEST_TEXT
from tasks.registry import Task, all_tasks
from tasks.samples import sample
from tasks.views import BeforeAfter, GeneratedPicture, GeneratedSound
from tests.support.media import drawn_page, heic_file, pdf_file
from tests.support.models import recommended
from tests.support.processes import Server
from tests.support.wrong_payloads import WRONG_CALLS

RESULTS: dict[str, Any] = {
    "audio-classification": "list of label and score",
    "automatic-speech-recognition": "text",
    "image-classification": "list of label and score",
    "image-segmentation": "list of label, mask and score",
    "image-to-text": "generated_text",
    "object-detection": "list of box, label and score",
    "zero-shot-image-classification": "list of label and score",
    "document-question-answering": "list of answer, boxes, end, score, start and words",
    "visual-question-answering": "list of answer and score",
    "conversational": "list of content and role",
    "feature-extraction": "list",
    "fill-mask": "list of score, sequence, token and token_str",
    "question-answering": "answer, end, score and start",
    "sentence-similarity": "list",
    "summarization": "summary_text",
    "table-question-answering": "aggregator, answer, cells and coordinates",
    "text-classification": "list of label and score",
    "text-generation": "generated_text",
    "token-classification": "list of end, entity_group, score, start and word",
    "translation": "translation_text",
    "zero-shot-classification": "list of label and score",
    "tabular-classification": "list",
    "tabular-regression": "list",
}
"""What the result of each task is that is no file."""


@pytest.fixture(scope="module")
def client(app: Server) -> Iterator[Client]:
    client = Client(app.url, verbose=False)
    yield client
    client.close()


def shape(result: Any) -> str:
    if isinstance(result, list):
        return f"list of {shape(result[0])}" if isinstance(result[0], dict) else "list"
    *names, last = sorted(result)
    return f"{', '.join(names)} and {last}" if names else str(last)


def first_example(task: Task) -> dict[str, Any]:
    pairs = zip(task.user_inputs, task.examples[0], strict=True)
    return {one.name: handle_file(value) if isinstance(value, Path) else value for one, value in pairs}


@pytest.mark.parametrize("task", all_tasks(), ids=lambda task: task.id)
def test_a_task_is_called_with_its_inputs_alone(client: Client, task: Task) -> None:
    returned = client.predict(**first_example(task), api_name=f"/{task.api_name}")
    answer, *files = returned if isinstance(returned, tuple) else (returned,)
    assert set(answer) == {"result", "model", "engine", "seconds"}
    assert answer["model"] == recommended(task.id) and answer["engine"] and answer["seconds"] > 0
    if task.id in RESULTS:
        assert shape(answer["result"]) == RESULTS[task.id] and files == []
    else:
        assert answer["result"] is None and is_what_the_task_makes(task, Path(files[0]).read_bytes())


def is_what_the_task_makes(task: Task, content: bytes) -> bool:
    assert task.view in (GeneratedPicture, BeforeAfter, GeneratedSound)
    if task.view is GeneratedSound:
        return decode_sound(content).seconds > 1
    return min(decode_picture(content).size) > 100


@pytest.mark.parametrize(
    "task", [one for one in all_tasks() if one.id in ("sentence-similarity", "tabular-regression")]
)
def test_lists_and_tables_may_be_sent_as_the_page_has_them(client: Client, task: Task) -> None:
    pairs = zip(task.user_inputs, task.examples[0], strict=True)
    as_in_the_page = {one.name: example_value(one.field, value) for one, value in pairs}
    answer = client.predict(**as_in_the_page, api_name=f"/{task.api_name}")
    assert answer["result"] == client.predict(**first_example(task), api_name=f"/{task.api_name}")["result"]


def test_a_picture_may_be_given_as_a_data_url(app: Server) -> None:
    url = f"data:image/jpeg;base64,{base64.b64encode(sample('lion.jpg').read_bytes()).decode()}"
    called = httpx.post(f"{app.url}/gradio_api/call/image_classification", json={"data": [url, None, None, None]})
    events = httpx.get(f"{app.url}/gradio_api/call/image_classification/{called.json()['event_id']}", timeout=60)
    (answer,) = json.loads(events.text.partition("event: complete\ndata: ")[2])
    assert answer["result"][0]["label"] == "lion"


def test_a_stream_arrives_in_parts(client: Client) -> None:
    job = client.submit("I would like to", max_new_tokens=100, api_name="/text_generation")
    assert job.result()["result"]["generated_text"].startswith("I would like to ")
    parts = [part["result"]["generated_text"] for part in job.outputs()]
    assert len(parts) >= 2 and parts == sorted(parts, key=len)


def test_a_conversation_goes_on_from_its_result(client: Client) -> None:
    first = client.predict("My name is Ada.", api_name="/conversational")["result"]
    second = client.predict("What is my name?", first, api_name="/conversational")["result"]
    assert second[:2] == first and [one["role"] for one in second[2:]] == ["user", "assistant"]


WRONG: Mapping[str, tuple[str, dict[str, Any], str]] = {
    "a number out of bounds": (
        "text_generation",
        {"prompt": "Once", "max_new_tokens": 0},
        r"max_new_tokens must be a whole number from 1 to 2048: change it",
    ),
    "nothing": ("text_classification", {"text": " "}, "Text is empty"),
    "an unknown word": (
        "image_segmentation",
        {"image": handle_file(sample("lion.jpg")), "subtask": "all"},
        "subtask must be one of instance, panoptic, semantic",
    ),
    "a file of this machine": ("image_classification", {"image": "/etc/hosts"}, "not uploaded"),
    "a file inside": (
        "image_classification",
        {"image": "http://127.0.0.1:1/a.png"},
        "does not lead to a public address",
    ),
}


@pytest.mark.parametrize("how", WRONG)
def test_an_error_is_one_sentence(client: Client, how: str) -> None:
    task, values, words = WRONG[how]
    with pytest.raises(AppError, match=words):
        client.predict(**values, api_name=f"/{task}")


@pytest.mark.parametrize("how", WRONG_CALLS)
def test_a_wrong_value_is_refused_in_one_sentence(client: Client, how: str) -> None:
    task, values, sentence = WRONG_CALLS[how]
    with pytest.raises(AppError) as refused:
        client.predict(**values, api_name=f"/{task}")
    assert str(refused.value) == sentence


def test_a_large_file_may_be_given_as_a_data_url(client: Client) -> None:
    content = BytesIO()
    Image.open(sample("lion.jpg")).save(content, "PNG")
    url = f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"
    assert len(url) > LONGEST_TEXT
    answer = client.predict(url, api_name="/image_classification")
    assert answer["result"][0]["label"] == "lion"


def test_nothing_but_the_tasks_is_public(client: Client) -> None:
    api = client.view_api(return_format="dict", print_info=False)
    assert set(api["named_endpoints"]) == {f"/{task.api_name}" for task in all_tasks()}
    assert api["unnamed_endpoints"] == {}
    assert {endpoint.api_name for endpoint in client.endpoints.values() if endpoint.api_visibility != "private"} == {
        f"/{task.api_name}" for task in all_tasks()
    }


def test_a_document_may_be_a_pdf_of_which_its_url_names_the_page(client: Client, tmp_path: Path) -> None:
    pages = [drawn_page([(60, 60, "Invoice"), (60, 120, f"Total: {total}")]) for total in ("$17.00", "$42.50")]
    file = tmp_path / "invoices.pdf"
    file.write_bytes(pdf_file(*pages))
    url = f"data:application/pdf;base64,{base64.b64encode(file.read_bytes()).decode()}"
    for given, total in [(handle_file(file), "$17.00"), (url, "$17.00"), (f"{url}#page=2", "$42.50")]:
        answer = client.predict(image=given, question="What is the total?", api_name="/document_question_answering")
        assert answer["result"][0]["answer"] == total
    with pytest.raises(AppError, match="The PDF has no page 3: choose one from 1 to 2"):
        client.predict(image=f"{url}#page=3", api_name="/image_to_text")
    with pytest.raises(AppError, match="takes pictures only"):
        client.predict(image=handle_file(file), api_name="/image_classification")


def test_a_picture_of_a_phone_is_read(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "IMG_0001.HEIC"
    file.write_bytes(heic_file(drawn_page([(60, 60, "Hello from a phone")])))
    answer = client.predict(image=handle_file(file), api_name="/image_to_text")
    assert answer["result"]["generated_text"] == "Hello from a phone"
