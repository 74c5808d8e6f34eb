"""The whole page: a header, the front page, and the tasks as tabs in tabs of domains, one view at a time.

`front/front.js` shows the view that the address names.
"""

from collections.abc import Sequence
from functools import partial
from itertools import groupby

import gradio as gr

from inference_core.media.pictures import MAX_PIXELS
from inference_core.settings.description import EngineSettings
from tasks.gallery.api.endpoints import declare
from tasks.gallery.api.schemas import tool_schema
from tasks.gallery.backend import Backend
from tasks.gallery.batch.routes import batch_routes
from tasks.gallery.batch.rows import Batches
from tasks.gallery.blocks import GalleryBlocks
from tasks.gallery.file_inputs import Download, guarded_download
from tasks.gallery.front.front_page import header
from tasks.gallery.front.head import page_head
from tasks.gallery.front.offers import Offers
from tasks.gallery.front.routes import front_routes
from tasks.gallery.front.shelf import Shelf
from tasks.gallery.operator.access import CLOSED, OperatorAccess
from tasks.gallery.operator.board import Board
from tasks.gallery.operator.routes import operator_routes
from tasks.gallery.page_config import lay_out
from tasks.gallery.picker.routes import picker_routes
from tasks.gallery.pictures import Pictures
from tasks.gallery.room.gate import engine_routes
from tasks.gallery.room.room import Room
from tasks.gallery.room.routes import room_routes
from tasks.gallery.running import Runner
from tasks.gallery.sample_pictures import sample_routes
from tasks.gallery.surroundings import has_sign_in
from tasks.gallery.tab import build_tab
from tasks.gallery.tour.routes import tour_routes
from tasks.gallery.tour.steps import Step
from tasks.registry import Task
from tasks.translations import translated


def build_page(
    tasks: Sequence[Task],
    backend: Backend,
    largest_upload: int = EngineSettings().upload_bytes,
    most_pixels: int = MAX_PIXELS,
    *,
    has_history: bool = True,
    operator: OperatorAccess = CLOSED,
    tour: Sequence[Step] = (),
    room: Room | None = None,
) -> GalleryBlocks:
    """The gallery of `tasks`, answered by `backend`; `operator` opens the operator's views, `?tour=` walks the `tour`.

    Files from URLs have at most `largest_upload` bytes, and pictures at most `most_pixels` pixels. If it
    `has_history`, a visitor's browser may keep a list of the visitor's runs. `room` is what its visitors share, by
    default without limits.
    """
    room = room or Room()
    pictures = Pictures(most_pixels)
    runners = [Runner(task, backend, pictures, room) for task in tasks]
    download = guarded_download(backend, largest_upload)
    offers = Offers(backend, [task.id for task in tasks])
    shelf = Shelf(tasks, has_history=has_history)
    board = Board(runners, download, shelf) if operator.is_open else None
    page = GalleryBlocks(title="Inference Gallery", analytics_enabled=False)  # last: Gradio counts what is on a page
    calls_hosted = (backend.kind == "hosted" and not backend.recorded_on) or backend.hosted is not None
    page.offers_sign_in = has_sign_in() and calls_hosted
    batches = Batches(backend)
    page.routes = [
        *front_routes(shelf, offers),
        *operator_routes(operator, backend, board),
        *tour_routes(tour, tasks),
        *picker_routes(tasks, backend),
        *sample_routes(tasks),
        *batch_routes(batches),
        *engine_routes(backend, room),
        *room_routes(
            room, [line for line in (room.line, backend.line) if line], backend.memory, has_key=operator.is_open
        ),
    ]
    page.dressed = page_head(tasks)
    lay_out(page, partial(_build, runners, backend, download, offers, batches, page.offers_sign_in))
    page.tools = {task.api_name: tool_schema(task) for task in tasks}
    # Without the queue a caller would get the first update of a run, which says that it runs.
    page.queue(api_open=False)
    return page


def _build(
    runners: Sequence[Runner],
    backend: Backend,
    download: Download,
    offers: Offers,
    batches: Batches,
    offers_sign_in: bool,
    page: gr.Blocks,
) -> None:
    with page:
        _markup(header(backend, offers_sign_in=offers_sign_in), "masthead")
        _markup("", "front")  # front.js fetches what is in it
        with gr.Tabs(elem_id="domains", overflow_behavior="wrap"):
            for domain, group in groupby(runners, key=lambda runner: runner.task.domain):
                tab = gr.Tab(translated(domain.value), id=domain.name, elem_id=f"domain-{domain.name}")
                with tab, gr.Tabs(overflow_behavior="wrap"):
                    for runner in group:
                        build_tab(runner, download, offers, batches)
        for runner in runners:
            declare(page, runner, download)


def _markup(html: str, elem_id: str) -> None:
    gr.HTML(html, elem_id=elem_id, apply_default_css=False, padding=False)
