"""What goes wrong in a call leaves the page as a sentence of ours; the log has its place and nothing of the payload."""

from typing import Any

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from tasks.gallery.blocks import GalleryBlocks
from tasks.gallery.error_text import ShownError

CANARY = "what-a-visitor-wrote"


def fail(value: Any) -> None:
    raise ValueError(value)


@pytest.mark.parametrize(
    ("component", "sent", "sentence"),
    [
        (gr.Textbox, CANARY, "Something went wrong in this app"),
        (gr.Image, {"path": {CANARY: 1}}, "not what this task takes"),
        (gr.Dataframe, {"headers": CANARY, "data": 1}, "not what this task takes"),
    ],
)
async def test_an_error_is_a_sentence_and_one_line_in_the_log(
    component: type[gr.components.Component], sent: Any, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    with GalleryBlocks() as page:
        box = component()
        page.load(fail, inputs=[box])
    (event,) = page.fns.values()
    with caplog.at_level("INFO"), pytest.raises(ShownError, match=sentence):
        await page.process_api(event, [sent])
    (line,) = (record.getMessage() for record in caplog.records if record.name == "tasks.gallery.blocks")
    assert line.startswith("fail: ") and CANARY not in caplog.text and "Traceback" not in caplog.text


async def test_a_wrong_number_of_values_is_counted() -> None:
    with GalleryBlocks() as page:
        page.load(fail, inputs=[gr.Textbox()])
    (event,) = page.fns.values()
    with pytest.raises(ShownError, match="The number of values is 3, and 1 are needed"):
        await page.process_api(event, ["a", "b", "c"])


async def test_what_an_update_skips_is_not_made_anew_and_the_rest_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([("a", gr.skip()), (gr.skip(), ["b"]), (gr.skip(), gr.skip()), (gr.update(label="c"), "d")])
    with GalleryBlocks() as page:
        page.load(lambda: next(answers), outputs=[gr.Textbox(), gr.Textbox()])
    (event,) = page.fns.values()
    make, made = gr.Textbox.__init__, []
    monkeypatch.setattr(gr.Textbox, "__init__", lambda *values, **named: made.append(1) or make(*values, **named))
    told = [(await page.process_api(event, [], SessionState(page)))["data"] for _ in range(4)]
    assert told[:3] == [["a", gr.skip()], [gr.skip(), "['b']"], [gr.skip(), gr.skip()]]
    assert (told[3][0]["label"], told[3][1]) == ("c", "d")
    assert len(made) == 1  # the one whose label changed
