"""The parts of page_weight.py that need no app: what it reads from a page's config, and what it computes."""

from tasks.gallery.backend import Backend
from tasks.gallery.page import build_page
from tasks.registry import all_tasks
from tests.benchmarks.page_weight import p95
from tests.support.visitors import Event, Page

HEAD = "<link rel='stylesheet' href='front.css?1'><script type='module' src='gallery.js?2'></script>"


def _event(number: int, target: list[object], **others: object) -> dict[str, object]:
    event = {
        "id": number,
        "targets": [target],
        "inputs": [4],
        "outputs": [5],
        "queue": False,
        "api_visibility": "private",
    }
    return event | others


def test_a_config_tells_what_a_browser_does() -> None:
    opener = {"id": 7, "props": {"elem_id": "open-fill-mask"}}
    endpoint = _event(3, [None, "api"], api_visibility="public", api_name="fill_mask")
    events = [_event(1, [0, "load"]), _event(2, [7, "click"]), endpoint]
    page = Page.of("http://x", {"components": [opener], "dependencies": events}, HEAD)
    assert page.openers == {"fill_mask": Event(2, 7, [4], [5], False)}
    assert page.on_load == [Event(1, 0, [4], [5], False)]
    assert page.tasks == {"fill_mask": (3, 1)}
    assert page.files == ["front.css?1", "gallery.js?2"]


async def test_every_task_of_the_page_can_be_opened() -> None:
    async def nobody() -> None: ...

    tasks = all_tasks()
    page = build_page(tasks, Backend("server", nobody, nobody))
    opened = Page.of("", page.get_config_file()).openers
    assert sorted(opened) == sorted(task.api_name for task in tasks)


def test_of_a_hundred_figures_five_may_be_above_p95() -> None:
    assert p95(range(100, 0, -1)) == 95
    assert p95([3.0]) == 3.0
