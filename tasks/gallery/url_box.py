"""The box below a picture or sound in which a visitor gives its URL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.context import LocalContext

from inference_core.errors import CodedError
from inference_core.urls import is_url
from inference_core.words import text
from tasks.gallery.error_text import shown_error
from tasks.gallery.file_inputs import Download, downloaded
from tasks.gallery.room.room import Room


def url_box(label: str) -> gr.Textbox:
    """An empty box for the URL of what has this label, which only a screen reader says."""
    return gr.Textbox(
        label=text("access.url", label=label),
        show_label=False,
        container=False,
        placeholder=text("inputs.boxes.url"),
        max_length=2000,
        elem_classes="url",
    )


def fetch_on_enter(box: gr.Textbox, file: Component, download: Download, room: Room) -> None:
    """Load the URL in the box into the component of the file when Enter is pressed; a run does it by itself.

    It counts as a run of the visitor's.
    """

    async def fetch(address: str) -> tuple[object, str]:
        visitor = room.visitor(LocalContext.request.get(None))
        try:
            async with room.allowances.place(visitor), room.downloads.place(room.ticket(visitor)):
                return await fetched(address, download) or gr.skip(), ""
        except CodedError as error:
            raise shown_error(error.explain()) from None

    box.submit(
        fetch,
        inputs=[box],
        outputs=[file, box],
        show_progress_on=[file],
        concurrency_limit=None,  # one slow server would hold up every visitor of the tab
        api_visibility="private",
    )


@dataclass(slots=True)
class TypedURLs:
    """What was typed into the boxes of files, by the place of each file among the inputs; "" is nothing.

    `paths` are those of the files, as soon as they are there.
    """

    typed: Mapping[int, str]
    download: Download
    paths: Mapping[int, str | None] = field(default_factory=dict)
    _are_shown: bool = field(default=False, init=False)

    def __bool__(self) -> bool:
        return any(self.typed.values())

    @property
    def state(self) -> str:
        """What the run does, as a key of `page.states`."""
        return "fetching" if self and not self.paths else "running"

    async def fetch(self) -> None:
        """Fetch the files. Raises CodedError."""
        self.paths = {at: await fetched(address, self.download) for at, address in self.typed.items()}

    def updates(self) -> tuple[Any, ...]:
        """The updates of the files, and then of their boxes: nothing, but once when the files have come."""
        if not self.paths or self._are_shown:
            return (gr.skip(),) * (2 * len(self.typed))
        self._are_shown = True
        # The browser makes the next update out of this one in place: out of a bare file, which it would break.
        files = (gr.update(value=path) if path else gr.skip() for path in self.paths.values())
        return (*files, *("" for _ in self.typed))


async def fetched(address: str | None, download: Download) -> str | None:
    """The path of the file at what was typed into the box, None if it is empty. Raises CodedError."""
    address = (address or "").strip()
    if not address:
        return None
    if not is_url(address):
        raise CodedError("not_a_file_url")
    return await downloaded(address, download)
