"""The language that somebody is answered in: a cookie, what the browser wants, or else English."""

import httpx
import pytest

from inference_core import words
from inference_core.errors import CodedError
from tasks.gallery.numbers import day, percent, written
from tasks.gallery.spoken import COOKIE, language_of
from tests.support.processes import Server


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr-FR,fr;q=0.9,de;q=0.5,en;q=0.3", "de"),
        ("ja", "en"),
        ("*", "en"),
        ("en;q=0,de;q=0.1", "de"),
        ("en;q=0.2,DE;q=0.9", "de"),
        ("de;q=many,en", "en"),
        (",;=,q", "en"),
    ],
)
def test_the_browsers_first_language_that_there_is_is_spoken(accepted: str, language: str) -> None:
    assert language_of({"accept-language": accepted}) == language


@pytest.mark.parametrize(("cookie", "language"), [("de", "de"), ("en", "en"), ("xx", "de"), ("", "de")])
def test_what_was_chosen_comes_before_what_the_browser_wants(cookie: str, language: str) -> None:
    assert language_of({"accept-language": "de", "cookie": f"other=1; {COOKIE}={cookie}"}) == language


def test_an_error_is_explained_in_the_language_of_who_is_answered_and_logged_in_english() -> None:
    error = CodedError("file_not_uploaded")
    english = error.explain()
    with words.in_language("de"):
        assert error.explain() == error.explain("de") != english
        assert str(error) == english


def test_numbers_and_days_are_written_as_the_language_has_them() -> None:
    assert (written(-1234.5, ",.2f"), percent(0.982), day("2026-11-07")) == ("−1,234.50", "98.2%", "7 November 2026")
    with words.in_language("de"):
        said = written(-1234.5, ",.2f"), percent(0.982), day("2026-11-07")
    assert said == ("−1.234,50", "98,2\N{NO-BREAK SPACE}%", "7. November 2026")


@pytest.mark.parametrize("path", ["/", "/front.html", "/config"])
def test_each_visitor_gets_the_page_in_their_language(app: Server, path: str) -> None:
    german, english, again = (
        httpx.get(f"{app.url}{path}", headers={"accept-language": wanted}) for wanted in ("de", "en", "de")
    )
    assert german.text != english.text and german.text == again.text
    assert {"accept-language", "cookie"} <= set(german.headers["vary"].lower().split(", "))


def test_the_page_says_which_language_it_is_in(app: Server) -> None:
    pages = [httpx.get(app.url, headers={"accept-language": wanted}).text for wanted in ("de", "en")]
    assert ['lang="de"' in pages[0], 'lang="en"' in pages[1]] == [True, True]


def test_both_languages_have_the_same_parts_and_events(app: Server) -> None:
    german, english = (
        httpx.get(f"{app.url}/config", headers={"accept-language": wanted}).json() for wanted in ("de", "en")
    )
    for config in (german, english):
        config["parts"] = [(one["id"], one["type"]) for one in config["components"]]
    same = ("parts", "layout")
    assert [german[name] for name in same] == [english[name] for name in same]
    assert [one["id"] for one in german["dependencies"]] == [one["id"] for one in english["dependencies"]]


def test_a_program_that_says_no_language_reads_english(app: Server) -> None:
    httpx.get(app.url, headers={"accept-language": "de"})
    assert httpx.get(f"{app.url}/config").text == httpx.get(f"{app.url}/config", headers={"accept-language": "en"}).text
