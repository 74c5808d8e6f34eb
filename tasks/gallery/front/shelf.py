"""What the front page shows now: the results of the file, and those of rehearsals since, with their pictures."""

from collections.abc import Mapping, Sequence

from inference_core import words
from tasks.gallery.front.front_page import front_page
from tasks.gallery.front.results import Result, read_results
from tasks.gallery.history.panel import history_panel
from tasks.registry import Task


class Shelf:
    """The front page in every language, made anew when there are newer results."""

    def __init__(self, tasks: Sequence[Task], *, has_history: bool = True) -> None:
        """If it `has_history`, the page has the words for the list of runs."""
        self._tasks = tasks
        self._has_history = has_history
        self._results = read_results()
        self._pictures: dict[str, bytes] = {}
        self._pages = self._made()

    def page(self, language: str) -> str:
        """The front page as HTML."""
        return self._pages[language]

    def picture(self, name: str) -> bytes | None:
        """The newer picture of this name, None if that in the folder is the newest."""
        return self._pictures.get(name)

    def renew(self, newer: Mapping[str, tuple[Result, bytes | None]]) -> None:
        """Show these results by task id, with their pictures as WebP, in place of older ones."""
        for task, (result, picture) in newer.items():
            self._results[task] = result
            if picture is not None and result["picture"]:
                self._pictures[result["picture"]] = picture
        self._pages = self._made()

    def _made(self) -> dict[str, str]:
        pages = {}
        for language in words.LANGUAGES:
            with words.in_language(language):
                after = history_panel() if self._has_history else ""
                pages[language] = front_page(self._tasks, self._results) + after
        return pages
