"""Answers in the shape that the asking client reads."""

import msgspec
import pytest

from inference_core.engine.server.dialects import in_dialect

RANKED = [{"label": "sports", "score": 0.9}, {"label": "cooking", "score": 0.1}]


@pytest.mark.parametrize("version", ["0.23.4", "0.30.2", "0.36.0", "1.0.1"])
def test_older_versions_of_huggingface_hub_get_labels_and_scores(version: str) -> None:
    agent = f"unknown/None; hf_hub/{version}; python/3.11.7"
    content = in_dialect(msgspec.json.encode(RANKED), "zero-shot-classification", agent)
    assert msgspec.json.decode(content) == {"labels": ["sports", "cooking"], "scores": [0.9, 0.1]}


@pytest.mark.parametrize("agent", ["unknown/None; hf_hub/1.1.7; python/3.11.7", "hf_hub/10.0.1", "curl/8.1", ""])
def test_all_others_get_the_list_of_today(agent: str) -> None:
    content = msgspec.json.encode(RANKED)
    assert in_dialect(content, "zero-shot-classification", agent) == content


def test_the_javascript_client_gets_one_caption_and_no_list() -> None:
    content = b'[{"generated_text":"a cat"}]'
    assert in_dialect(content, "image-to-text", "@huggingface/inference/4.13.30 Node.js/20") == content[1:-1]
    assert in_dialect(content, "image-to-text", "unknown/None; hf_hub/2.4.0") == content


def test_the_answers_of_other_tasks_stay_as_they_are() -> None:
    assert in_dialect(b"[1]", "sentence-similarity", "hf_hub/0.30.2") == b"[1]"
