"""The theme of the page, its styles, and its behaviour in the browser."""

import hashlib
import re
from pathlib import Path
from typing import Any

import gradio as gr

_HERE = Path(__file__).parent
_ROOMS = ("results", "chat", "links", "code", "compare", "files", "batch")
_STYLES = [_HERE / "page.css", *(_HERE / room / f"{room}.css" for room in _ROOMS)]
_RESULTS = ("results/results", "results/regions", "results/transcript")
_CHAT = ("chat/markdown", "chat/log", "chat/chat")
_AROUND = ("states", "code/code", "picker/picker", "compare/compare", "files/files", "batch/batch", "links/links")
_FRONT = ("front/search", "front/front", "history/store", "history/noting", "history/panel")
_ACCESS = ("access/announcer", "access/landmarks", "access/gradio_fixes")
_SCRIPTS = [
    _HERE / f"{name}.js" for name in ("clock", "dom", "spoken", *_ACCESS, "page", *_RESULTS, *_CHAT, *_AROUND, *_FRONT)
]

SCRIPT = "\n".join("{\n" + path.read_text(encoding="utf-8") + "}" for path in _SCRIPTS)
"""One module. In braces, the names of each file are its own."""

_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]

THEME = gr.themes.Soft(
    primary_hue="indigo",
    secondary_hue="amber",
    neutral_hue="slate",
    # Only fonts that are on the visitor's machine: the page must not need a font server.
    font=_FONTS,
    font_mono=["ui-monospace", "SFMono-Regular", "Consolas", "monospace"],
).set(
    background_fill_primary="*neutral_50",  # the theme's own, which set() would lose
    # The theme's own shades of these miss the contrast of 4.5:1 that WCAG AA asks for.
    block_label_text_color="*primary_700",
    block_title_text_color="*primary_700",
    button_primary_background_fill="*primary_600",
    button_primary_background_fill_hover="*primary_700",
    button_primary_background_fill_dark="*primary_600",
    button_primary_background_fill_hover_dark="*primary_700",
    link_text_color="*primary_700",
    link_text_color_hover="*primary_800",
    link_text_color_visited="*primary_700",
    link_text_color_dark="*primary_300",
    link_text_color_hover_dark="*primary_200",
    link_text_color_visited_dark="*primary_300",
)


def _styles() -> str:
    """All styles as one file. What is said for the tasks outdoes Gradio's own, which has as many classes.

    Gradio's parameter `css` does that too, but in the config and in the browser, which it takes 50 ms.
    """
    around = ("front/front", "picker/picker", "history/history", "access/access")
    front = "\n".join((_HERE / f"{name}.css").read_text(encoding="utf-8") for name in around)
    rest = "\n".join(path.read_text(encoding="utf-8") for path in _STYLES)
    inside = re.sub(r"(?<![\w.-])\.dark(?= )", ".dark &", rest)
    return f"{front}\n{rest}\n.gradio-container.gradio-container .contain {{\n{inside}\n}}\n"


STYLE = _styles()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_STYLE_FILE = f"front.css?{_digest(STYLE)}"
FILES = (
    f"<link rel='preload' as='style' href='{_STYLE_FILE}'>"
    f"<script type='module' src='gallery.js?{_digest(SCRIPT)}'></script>"
)
"""What the head of the page says of our files, before Gradio's script runs."""

LOOK: dict[str, Any] = {
    "theme": THEME,
    # Gradio would keep every run, with what was typed, in the visitor's browser.
    "run_history": False,
    "favicon_path": _HERE / "icon.svg",
    "head": f"<link rel='stylesheet' href='{_STYLE_FILE}'>",  # Gradio puts it behind its own
}
"""What `launch` takes to give the page its look."""
