"""The words of the history, as they wait in the page."""

import re

from inference_core import words
from tasks.gallery.history.panel import history_panel


def test_a_template_has_a_button_and_a_dialog_with_all_words() -> None:
    panel = history_panel()
    assert re.fullmatch(r"<template id='history'>\s*<button.*?</button>\s*<dialog.*</dialog></template>", panel, re.S)
    assert re.findall(r"<option value='(\w+)'>", panel) == words.names("history.choices")
    assert set(re.findall(r" data-(\w+)='[^']+'", panel)) == set(words.names("history.said"))
    assert "data-seconds='{seconds} s'" in panel
