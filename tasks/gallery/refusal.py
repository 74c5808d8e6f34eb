"""What stands in place of an answer that an input does not get: the reason, and examples that do get one."""

from html import escape

from inference_core import words
from tasks.gallery.examples import example_name
from tasks.registry import Task

_MOST_EXAMPLES = 2


def refusal_card(task: Task, message: str, field: str = "", *, has_examples: bool = True) -> str:
    """The card as HTML; `field` is the label of the input at fault, if one is. states.js makes the buttons work."""
    if field:  # nothing is wrong with the task: the words stand beside the field
        return f"<div class='refusal' data-field='{escape(field)}'>{escape(message)}</div>"
    if not has_examples:
        return f"<div class='refusal'><p>{escape(message)}</p></div>"
    buttons = "".join(
        f"<button type='button' class='chip' data-try='{at}'>{escape(example_name(task, at))}</button>"
        for at in range(len(task.examples[:_MOST_EXAMPLES]))
    )
    works = f"<p class='works'>{escape(words.text('page.task.works'))} {buttons}</p>"
    return f"<div class='refusal'><p>{escape(message)}</p>{works}</div>"
