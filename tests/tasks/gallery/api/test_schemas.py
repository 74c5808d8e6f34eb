"""What the endpoints take, as JSON Schema."""

import jsonschema
import pytest

from tasks.gallery.api.schemas import gradios_schemas, tool_schema
from tasks.registry import Task, all_tasks

TASKS = {task.id: task for task in all_tasks()}


@pytest.mark.parametrize("task", all_tasks(), ids=lambda task: task.id)
def test_both_schemas_have_the_same_parameters_in_the_order_of_the_function(task: Task) -> None:
    names = [*(one.name for one in task.inputs), "model", *(one.name for one in task.parameters)]
    schema = tool_schema(task)
    assert list(gradios_schemas(task)) == list(schema["properties"]) == names
    assert schema["required"] == [one.name for one in task.user_inputs]
    assert all(one["description"] for one in schema["properties"].values())


@pytest.mark.parametrize(
    ("task", "name", "value", "is_valid"),
    [
        ("text-generation", "max_new_tokens", 5, True),
        ("text-generation", "max_new_tokens", 0, False),
        ("text-generation", "max_new_tokens", 5.5, False),
        ("text-generation", "max_new_tokens", None, True),
        ("text-generation", "temperature", 0.5, True),
        ("text-generation", "prompt", None, False),
        ("text-generation", "promt", "a", False),
        ("text-classification", "function_to_apply", "none", True),
        ("text-classification", "function_to_apply", "all", False),
        ("tabular-regression", "table", {"a": ["1", 2, None]}, True),
        ("tabular-regression", "table", {"a": "1"}, False),
        ("conversational", "conversation", [{"role": "user", "content": "a", "reasoning": "b"}], True),
        ("conversational", "conversation", [{"role": "user"}], False),
        ("conversational", "conversation", [{"role": "tool", "content": "a"}], False),
        ("image-to-text", "image", "https://example.com/a.png", True),
        ("image-to-text", "image", {"path": "a.png"}, False),
    ],
)
def test_a_schema_says_what_the_task_takes(task: str, name: str, value: object, is_valid: bool) -> None:
    schema = tool_schema(TASKS[task])
    errors = [*jsonschema.Draft202012Validator({**schema, "required": []}).iter_errors({name: value})]
    assert (errors == []) is is_valid
