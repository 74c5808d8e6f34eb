"""What a browser fetches of the tour: its steps in its language, its script, and the speaker's window."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TypedDict

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from inference_core import words
from tasks.gallery.plain_page import file_routes, plain_page
from tasks.gallery.tour.steps import Step, filled_in, in_language
from tasks.registry import Task
from tasks.translations import translated

_FRESH = {"cache-control": "no-cache"}


class Shown(TypedDict):
    """A step as the scripts get it; `filled` is what a link to the task has behind the #, by name."""

    task: str
    verb: str
    filled: dict[str, str]
    line: str
    say: str
    seconds: float


def tour_routes(steps: Sequence[Step], tasks: Sequence[Task]) -> list[BaseRoute]:
    """What is served for `?tour=`."""
    known = {task.id: task for task in tasks}

    async def told(_: Request) -> Response:
        said = {name: words.template(f"tour.{name}", words.language()) for name in words.names("tour")}
        return JSONResponse({"said": said, "steps": [_shown(step, known[step.task]) for step in steps]}, headers=_FRESH)

    async def speaker(_: Request) -> Response:
        return HTMLResponse(_speakers_window(), headers=_FRESH)

    return [
        Route("/tour.json", told),
        Route("/speaker", speaker),
        *file_routes(Path(__file__).parent, "tour.js", "tour.css", "speaker.js", "speaker.css"),
    ]


def _shown(step: Step, task: Task) -> Shown:
    return Shown(
        task=task.id,
        verb=translated(task.verb),
        filled=filled_in(step, task),
        line=in_language(step.line),
        say=in_language(step.say),
        seconds=step.seconds,
    )


def _speakers_window() -> str:
    title = words.text("tour.speaker")
    body = f"""<header><h1>{escape(title)}</h1><p id="where"></p><p id="clock"></p></header>
<main><p id="line"></p><p id="say"></p></main>
<footer><p id="next"></p><div><button id="back"></button><button id="forward"></button></div></footer>"""
    return plain_page(title, files="speaker", body=body)
