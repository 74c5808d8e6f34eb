"""How the page's own events run: beside the queue, outside the API, and without a sign of progress."""

from typing import Any

QUIETLY: dict[str, Any] = {
    "queue": False,
    "show_progress": "hidden",
    # Gradio keeps a status of everything that ever showed progress, hidden or not, and goes through all of it, and what
    # is inside, at every update of any run. With the outputs in it, each opened tab made every token slower.
    "show_progress_on": [],
    "api_visibility": "private",
}
