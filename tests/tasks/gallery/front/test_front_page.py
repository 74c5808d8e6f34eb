"""The HTML of the front page: all that a task or a model says is escaped, and no task is needed for it."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from inference_core import words
from tasks.gallery.backend import Backend
from tasks.gallery.front.front_page import front_page, header
from tasks.gallery.front.results import Result, Shown, read_results
from tasks.registry import Domain, all_tasks, task
from tasks.views import PlainText

EVIL = "<img src=x onerror=alert(1)> ' \" &"
SHOWN: list[Shown] = [
    {"kind": "labels", "labels": [(EVIL, 0.5), (EVIL, None)]},
    {"kind": "text", "text": EVIL},
    {"kind": "marked", "pieces": [(EVIL, EVIL), (EVIL, None)]},
    {"kind": "turns", "turns": [("user", EVIL), ("assistant", EVIL)]},
    {"kind": "table", "headers": [EVIL], "rows": [[EVIL], [EVIL]], "marked": [(1, 0)]},
    {"kind": "wave", "peaks": [0, 100]},
    {"kind": "picture"},
]


@task(title=EVIL, verb=EVIL, search_words=EVIL, featured=1, domain=Domain.LANGUAGE, examples=[])
async def evil_task(client: object) -> PlainText:
    """Say nothing."""
    return PlainText("")


class Elements(HTMLParser):
    """Counts elements, and keeps their attributes' names."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}


def result(shown: Shown, picture: str | None = None) -> Result:
    return Result(
        model=EVIL,
        engine=EVIL,
        level=EVIL,
        seconds=1.0,
        date="2026-01-31",
        asked=EVIL,
        headline=EVIL,
        picture=picture,
        shown=shown,
    )


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown["kind"])
def test_hostile_words_stay_words(shown: Shown) -> None:
    page = Elements(front_page([evil_task], {"evil-task": result(shown)}))
    assert "img" not in page.tags
    assert "onerror" not in page.attributes


def test_a_task_without_a_result_has_a_card_too() -> None:
    page = front_page(all_tasks(), {})
    assert page.count("class='card'") == len(all_tasks())
    assert "class='start'" not in page and "class='shot'" not in page


def test_cards_are_links_and_three_tasks_are_featured() -> None:
    page = front_page(all_tasks(), read_results())
    assert re.findall(r"class='card' href='\?task=([^']*)'", page) == [one.id for one in all_tasks()]
    featured = sorted((one for one in all_tasks() if one.featured), key=lambda one: one.featured or 0)
    assert re.findall(r"class='start' href='\?task=([^']*)'", page) == [one.id for one in featured]
    assert page.count("class='shot'") == 1


@pytest.mark.parametrize("kind", ["local", "hosted", "server"])
def test_the_header_names_the_site_and_says_where_inputs_go(kind: str) -> None:
    async def nobody() -> None: ...

    said = header(Backend(kind, nobody, nobody))  # type: ignore[arg-type]
    assert said.count("<h1>") == 1 and "What you enter goes" in said and "HF_TOKEN" in said
    assert ("bills each run to the operator" in said) == (kind == "hosted")


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_header_says_that_a_recording_answers_and_whose_runs_are_recorded(language: str) -> None:
    async def nobody() -> None: ...

    def shown(backend: Backend) -> str:
        return unescape(header(backend))

    live = Backend("hosted", nobody, nobody)  # type: ignore[arg-type]
    recorded = replace(live, recorded_on="2026-11-27")
    with words.in_language(language):
        assert words.text("page.backends.replay.badge") in shown(recorded)
        assert words.text("page.backends.fallback.badge") in shown(replace(recorded, has_fallback=True))
        assert words.text("page.badge.own_endpoint") in shown(live)
        assert words.text("page.badge.own_endpoint") not in shown(recorded)
        for whose in ("operator", "everyone"):
            assert words.text(f"page.recording.{whose}") in shown(replace(live, records=whose))
        assert "class='recording'" not in shown(live)


def test_numbers_of_a_table_are_written_in_the_language_and_other_cells_stay() -> None:
    rows = [["203.279", "A cat, 3.5 kg"], ["+0.1 -0.2 …", "27.11.2026"]]
    shown: Shown = {"kind": "table", "headers": ["a", "b"], "rows": rows, "marked": [(0, 0)]}
    with words.in_language("de"):
        page = front_page([evil_task], {"evil-task": result(shown)})
    assert "<mark class=m0>203,279</mark>" in page
    for cell in ("+0,1 -0,2 …", "A cat, 3.5 kg", "27.11.2026"):
        assert f"<td>{cell}</td>" in page
    assert ">203.279<" in front_page([evil_task], {"evil-task": result(shown)})
