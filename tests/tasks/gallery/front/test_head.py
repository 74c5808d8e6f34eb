"""The head of the served page: what a link shows elsewhere, and our files before Gradio's script."""

import re

import httpx
import pytest
from starlette.types import Scope

from tasks.gallery.front.head import page_head
from tasks.registry import all_tasks
from tests.support.processes import Server

GRADIOS = b"""<meta property="og:title" content="Gradio" />
<meta
    name="twitter:image"
    content="https://a.example/b"
/><p>"""


def scope_of(query: str) -> Scope:
    headers = [(b"host", b"demo.example")]
    return {"type": "http", "scheme": "https", "path": "/", "root_path": "", "query_string": query.encode()} | {
        "headers": headers,
        "server": ("demo.example", 443),
    }


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "Inference Gallery"),
        ("task=summarization", "Shorten a text · Inference Gallery"),
        ("task=text_to_speech&x=1", "Read a text aloud · Inference Gallery"),
        ("task='><script>", "Inference Gallery"),
        ("%ff&&&", "Inference Gallery"),
    ],
)
def test_a_link_shows_what_it_leads_to(query: str, title: str) -> None:
    page = page_head(all_tasks())(GRADIOS + b"<script>window.gradio_config = {}", scope_of(query)).decode()
    assert f"<title>{title}</title>" in page
    assert re.findall("og:title' content='([^']*)'", page) == [title]
    assert "og:image' content='https://demo.example/preview.webp'" in page
    assert "Gradio" not in page and "a.example" not in page
    assert page.index("gallery.js") < page.index("gradio_config")


def test_what_is_not_the_page_stays_as_it_is() -> None:
    assert page_head(all_tasks())(b"<p>Not found</p>", scope_of("")) == b"<p>Not found</p>"


def test_the_served_page_names_no_other_site_and_its_picture_is_there(app: Server) -> None:
    page = httpx.get(app.url, headers={"accept-encoding": "identity"})
    assert len(page.content) == int(page.headers.get("content-length", len(page.content)))
    picture = re.findall("og:image' content='([^']*)'", page.text)[0]
    assert httpx.get(picture).headers["content-type"] == "image/webp"
    head = page.text.partition("window.gradio_config")[0]
    assert "og:url" not in head and "githubusercontent" not in head
