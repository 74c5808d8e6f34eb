"""Languages that people often want, by the codes of ISO 639-1; any other code can be typed."""

from collections.abc import Sequence

import gradio as gr
from gradio.components import Component

from inference_core.words import text
from tasks.fields import Language
from tasks.gallery.events import QUIETLY
from tasks.registry import Parameter

LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def languages_of(parameters: Sequence[Parameter]) -> list[Parameter]:
    """Those that are languages: they belong beside what is said in them."""
    return [one for one in parameters if isinstance(one.field, Language)]


def swap_button() -> gr.Button:
    """A button for between two pickers, laid out where this is called."""
    return gr.Button(text("page.task.swap"), elem_classes="swap", min_width=120, scale=0)


def swap_at(button: gr.Button, pickers: list[Component]) -> None:
    """Let the button exchange what the two pickers say."""
    button.click(lambda first, second: (second, first), inputs=pickers, outputs=pickers, **QUIETLY)
