"""Markdown of a model as elements: what people expect, nothing that leads or looks otherwise, and cheap as it grows."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.gallery.chat.markdown import _PARSER, MORE, GrowingMarkdown, _json, _nodes
from tests.support.hostile import hostile_words

_BLOCKS = ["", "  ", "# head", "text *and* more", "- item", "  inner", "1. one", "> quote", "---", "-", "=", "```"]
_PIECES = [
    "~~~ py",
    "    code",
    "a|b",
    "-|-",
    "-|",
    "|",
    "\t- tab",
    "* star",
    "[x]: http://a/b",
    "[x]",
    "**",
    "`",
    "\\",
]
LINES = st.sampled_from([*_BLOCKS, *_PIECES, "~~~ py", "<b>", "\r"])
TEXTS = st.lists(LINES, max_size=12).map("\n".join)
PLAIN = {"p", "h3", "h4", "h5", "h6", "ul", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "strong"}
PLAIN |= {"em", "s", "code", "br", "hr"}


def nodes(text: str) -> list[Any]:
    return whole(GrowingMarkdown().blocks(text))


def whole(blocks: list[str]) -> list[Any]:
    """The nodes of the blocks, with what there is more of a list or a table in its place."""
    found: list[Any] = []
    for node in map(json.loads, blocks):
        if node[0] != MORE:
            found.append(node)
        elif found[-1][0] == "table":
            found[-1][2][1][2] += node[2]
        else:
            found[-1][2] += node[2]
    return found


def elements(found: list[Any]) -> Iterator[tuple[str, str]]:
    """The tag and the attribute of every element."""
    for node in found:
        if not isinstance(node, str):
            yield node[0], node[1]
            yield from elements(node[2])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a\nb", [["p", "", ["a", ["br", "", []], "b"]]]),
        ("# A *b*", [["h3", "", ["A ", ["em", "", ["b"]]]]]),
        ("###### A", [["h6", "", ["A"]]]),
        ("3. a\n4. b", [["ol", "3", [["li", "", [["p", "", ["a"]]]], ["li", "", [["p", "", ["b"]]]]]]]),
        ("- a\n\n- b", [["ul", "", [["li", "", [["p", "", ["a"]]]], ["li", "", [["p", "", ["b"]]]]]]]),
        ("```py x\na < b\n```", [["pre", "py", ["a < b\n"]]]),
        ("`a`~~b~~**c**", [["p", "", [["code", "", ["a"]], ["s", "", ["b"]], ["strong", "", ["c"]]]]]),
        ("[a](https://b.c/d)", [["p", "", [["a", "https://b.c/d", ["a"]]]]]),
        ("<mailto:a@b.c>", [["p", "", [["a", "mailto:a@b.c", ["mailto:a@b.c"]]]]]),
        (
            "|a|\n|-|\n|b|",
            [
                [
                    "table",
                    "",
                    [
                        ["thead", "", [["tr", "", [["th", "", ["a"]]]]]],
                        ["tbody", "", [["tr", "", [["td", "", ["b"]]]]]],
                    ],
                ]
            ],
        ),
        ("<b>a</b> &lt;i&gt;", [["p", "", ["<b>a</b> <i>"]]]),
        ("![a](https://b.c/d)", [["p", "", ["!", ["a", "https://b.c/d", ["a"]]]]]),
    ],
)
def test_a_text_becomes_these_elements(text: str, expected: list[Any]) -> None:
    assert nodes(text) == expected


@pytest.mark.parametrize("word", [*hostile_words("http://beacon"), "\n\n".join(hostile_words("http://beacon"))])
def test_hostile_words_become_texts_and_links_at_most(word: str) -> None:
    for tag, attribute in elements(nodes(word)):
        assert tag in PLAIN | {"a", "ol", "pre"}
        assert attribute == "" or tag == "pre" or (tag == "a" and attribute.startswith("http://beacon/"))


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "&#106;avascript:x",
            "java\tscript:x",
            "data:text/html,x",
            "vbscript:x",
        ),
        *(
            "file:///etc/passwd",
            "/gradio_api/file=x",
            "?task=translation",
            "java\tscript:x",
            "//evil.org/x",
            "blob:https://x",
        ),
    ],
)
def test_a_link_to_anything_but_another_site_is_a_text(address: str) -> None:
    for text in (f"[a]({address})", f"[a](<{address}>)", f"<{address}>", f"![a]({address})"):
        assert "a" not in dict(elements(nodes(text)))


@given(text=TEXTS, cuts=st.lists(st.integers(0, 120), max_size=8))
@example("a\nb|c\n-|x", [7])
@example("para\n- b", [6])
@example("- a\n\n  b\n\nc\n\n    d", [9, 12, 14])
def test_a_text_that_grows_becomes_what_it_becomes_at_once(text: str, cuts: list[int]) -> None:
    growing = GrowingMarkdown()
    for cut in sorted(cuts):
        growing.blocks(text[:cut])
    assert whole(growing.blocks(text)) == [json.loads(_json(node)) for node in _nodes(_PARSER.parse(_newlines(text)))]


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def test_a_text_that_is_another_one_is_made_anew() -> None:
    growing = GrowingMarkdown()
    growing.blocks("a\n\nb\n\nc\n\nd\n")
    assert growing.blocks("x\n\ny") == GrowingMarkdown().blocks("x\n\ny")


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        ("", "Some **bold** words in a paragraph of an answer.\n\n"),
        ("", "- Some **bold** words in an item of a list.\n"),
        ("", "1. Some **bold** words in an item.\n\n   And more of them.\n"),
        ("| a | b |\n|---|---|\n", "| Some **bold** words | in a row of a table |\n"),
    ],
    ids=["paragraphs", "list", "long items", "table"],
)
def test_an_update_costs_as_much_as_what_is_new(monkeypatch: pytest.MonkeyPatch, begin: str, piece: str) -> None:
    """And not as much as the answer, here of some 2,000 tokens."""
    read: list[int] = []
    parse = _PARSER.parse
    monkeypatch.setattr(_PARSER, "parse", lambda text: read.append(len(text)) or parse(text))
    text = begin + piece * 200
    growing = GrowingMarkdown()
    sizes = [len(growing.blocks(text[:end])[-1]) for end in range(0, len(text), 40)[1:]]
    assert max(read) < 350
    assert max(sizes) < 700
    assert whole(growing.blocks(text)) == [json.loads(_json(node)) for node in _nodes(parse(text))]


def test_a_long_answer_that_comes_at_once_is_read_in_parts() -> None:
    text = "\n\n".join(f"Paragraph **{at}**" for at in range(5_000))
    assert len(nodes(text)) == 5_000
    assert nodes(text)[-1] == ["p", "", ["Paragraph ", ["strong", "", ["4999"]]]]


@pytest.mark.parametrize("unit", ["[", "*a ", "![[", "> ", "- ", "`", "**a_ ", "<"])
def test_what_is_nested_or_long_beyond_sense_is_shown_as_it_is(unit: str) -> None:
    text = unit * (30_000 // len(unit))
    blocks = nodes(text)
    json.dumps(blocks)
    assert blocks == [["p", "", [text]]]
    assert _depth(nodes(unit * 200)) < 100


def _depth(found: list[Any]) -> int:
    return 1 + max((_depth(node[2]) for node in found if not isinstance(node, str)), default=0)
