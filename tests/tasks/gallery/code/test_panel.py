"""What the page's event gives for the values of the fields."""

from typing import Any

from tasks.gallery.backend import Backend, url_backend
from tasks.gallery.code.panel import _as_last_sent, _programs
from tasks.gallery.pictures import Pictures
from tasks.gallery.running import Runner
from tasks.registry import all_tasks
from tests.support.upstream import answers, serving

TASKS = {task.id: task for task in all_tasks()}
CHAT = TASKS["conversational"]
QUESTION, ANSWER = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}


async def given(task: str, *values: Any) -> dict[str, Any]:
    """What the event gives where the backend is the endpoint of one model."""
    async with serving(answers({})) as upstream:
        backend: Backend = url_backend(upstream.url.replace("//", "//user:secret@"), token="hf_secret", timeout=5)
        try:
            parameters = [None] * len(TASKS[task].parameters)
            found = await _programs(Runner(TASKS[task], backend, Pictures(10**6)))(*values, "", *parameters)
            assert not upstream.requests
            assert "secret" not in repr(found)
            return found
        finally:
            await backend.disconnect()


async def test_it_gives_a_program_or_a_reason_in_every_language() -> None:
    programs = (await given("text-classification", "Good."))["programs"]
    assert 'client.text_classification("Good.")' in programs["python"]["source"]
    assert programs["openai"] == {"source": "", "reason": "openai's client chats, but does not do this task."}


async def test_it_says_what_is_missing_and_what_is_too_much() -> None:
    assert (await given("text-classification", " "))["problem"].startswith("Text is empty")
    assert (await given("text-classification", "a" * 20_001))["problem"].startswith("What you filled in is too long")
    assert "programs" in await given("text-classification", "a" * 19_000)


async def test_a_file_that_is_gone_is_no_fault_of_the_page() -> None:
    assert (await given("image-classification", "/nonexistent/a.png"))["problem"]


def test_the_last_question_is_asked_again_while_the_box_is_empty() -> None:
    assert _as_last_sent(CHAT, ("", [QUESTION, ANSWER], "m")) == ("Hi", [], "m")
    assert _as_last_sent(CHAT, ("", [QUESTION, ANSWER, QUESTION], "m")) == ("Hi", [QUESTION, ANSWER], "m")
    assert _as_last_sent(CHAT, ("Now", [QUESTION, ANSWER], "m")) == ("Now", [QUESTION, ANSWER], "m")
    assert _as_last_sent(CHAT, ("", [], "m")) == ("", [], "m")
    assert _as_last_sent(TASKS["translation"], ("", "m")) == ("", "m")
