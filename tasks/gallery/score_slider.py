"""The slider that hides weak boxes and masks: it works on what is shown already, without calling the model again."""

from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.events import Dependency

from tasks.gallery.events import QUIETLY
from tasks.gallery.overlays import at_least
from tasks.gallery.subclass import component_with

_KEPT = 3600
"""Seconds; the pictures themselves leave Gradio's cache after an hour."""


@dataclass(frozen=True, slots=True)
class LocalFilter:
    """`least` is the slider, `everything` what the last run showed."""

    least: gr.Slider
    everything: gr.State


def build_filter() -> LocalFilter:
    """Lay out the slider, where it is called."""
    slider = component_with(gr.Slider, preprocess=lambda self, typed: min(max(typed or 0, 0), 100))
    least = slider(0, 100, 0, step=1, label="Hide below this score, in percent", elem_classes="least")
    return LocalFilter(least, gr.State(time_to_live=_KEPT))


def filter_locally(chosen: LocalFilter, running: Dependency, result: Component) -> None:
    """Filter what the run `running` shows in `result`, now and whenever the slider is moved."""
    least, everything = chosen.least, chosen.everything

    def remember(shown: Any, percent: float) -> tuple[Any, Any]:
        return shown, at_least(percent, shown) if percent else gr.skip()

    running.success(remember, inputs=[result, least], outputs=[everything, result], **QUIETLY)
    least.change(
        lambda shown, percent: at_least(percent, shown), inputs=[everything, least], outputs=[result], **QUIETLY
    )
