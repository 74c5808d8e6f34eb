"""What a model wrote as Markdown, as elements that conversation.js may make of it.

The texts are only ever texts here: an element is one of a few tags, and a link is its only attribute that leads
anywhere. There is no HTML on the way, so there is none to sanitize.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

Node = str | list[Any]
"""A text, or an element as [tag, attribute, [children]]: the address of an `a`, the first number of an `ol`, the
language of a `pre`, and otherwise ""."""

_LONGEST_BLOCK = 20_000
"""Characters. Some hostile texts of this length take 0.2 s, longer ones many times more."""

MORE = "more"

_DEEPEST = 20
_SAFE_ADDRESS = re.compile(r"(https?|mailto):", re.IGNORECASE)
_TAGS = {
    "paragraph_open": "p",
    "bullet_list_open": "ul",
    "ordered_list_open": "ol",
    "list_item_open": "li",
    "blockquote_open": "blockquote",
    "table_open": "table",
    "thead_open": "thead",
    "tbody_open": "tbody",
    "tr_open": "tr",
    "th_open": "th",
    "td_open": "td",
    "strong_open": "strong",
    "em_open": "em",
    "s_open": "s",
    "link_open": "a",
}
_HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5"}
"""The page has an h1, and the task an h2."""


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802
        return bool(_SAFE_ADDRESS.match(url))


# Without references: they would change blocks that are finished.
_PARSER = (
    _Parser("commonmark", {"html": False, "maxNesting": _DEEPEST})
    .enable(["table", "strikethrough"])
    .disable(["image", "html_block", "html_inline", "reference"])
)


class GrowingMarkdown:
    """The blocks of a text that grows: only what may still change is read again.

    That is the last block, or the last item of a list, or the last row of a table.
    """

    _text: str
    _settled: str
    _blocks: list[str]
    _head: str | None  # what the rest needs before it, if it begins inside a list or a table

    def __init__(self) -> None:
        self._begin_again()

    def blocks(self, text: str) -> list[str]:
        """The blocks of the text, such as paragraphs and tables, each as the JSON of a node.

        The children of a node whose tag is `MORE` belong to the list or the table before it.
        """
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not text.startswith(self._text):
            self._begin_again()
        self._text = text
        while len(text) - len(self._settled) > _LONGEST_BLOCK:
            before = len(self._settled)
            self._read(text[: before + _LONGEST_BLOCK])
            if len(self._settled) == before:
                return [*self._blocks, _json(["p", "", [text[before:]]])]
        left = self._read(text)
        return [*self._blocks, *map(_json, left)]

    def _begin_again(self) -> None:
        self._text = self._settled = ""
        self._blocks = []
        self._head = None

    def _read(self, text: str) -> list[Node]:
        """Settle what can be settled, and return the blocks that are left."""
        read = (self._head or "") + text[len(self._settled) :]
        tokens = _PARSER.parse(read)
        nodes = _nodes(tokens)
        if self._head is not None:
            nodes[0] = [MORE, "", _entries(nodes[0])]
        # A block ends where the next begins, which is sure only if the line after that is complete: it may make both
        # a table.
        sure = read.count("\n") - 1
        begun = [line for line in _begins(tokens, 0) if line < sure]
        if len(begun) > 1:
            self._settle(nodes[: len(begun) - 1], text, _from(begun[-1], read))
            self._head = None
            return nodes[len(begun) - 1 :]
        entries = [line for line in _lines_of_entries(tokens) if line < sure]
        if len(nodes) > 1 or len(entries) < 2:
            return nodes
        return [self._inside(tokens[0], nodes[0], len(entries) - 1, text, _from(entries[-1], read), read)]

    def _inside(self, opening: Token, block: Node, settled: int, text: str, rest: str, read: str) -> Node:
        """Settle that many items of a list or rows of a table, and return those that are left."""
        entries = _entries(block)
        left = entries[settled:]
        del entries[settled:]
        self._settle([block], text, rest)
        self._head = ""
        if opening.type == "table_open" and opening.map:
            self._head = "\n".join(read.split("\n")[opening.map[0] :][:2]) + "\n"
        return [MORE, "", left]

    def _settle(self, nodes: list[Node], text: str, rest: str) -> None:
        self._blocks += map(_json, nodes)
        self._settled = text.removesuffix(rest)


def _from(line: int, text: str) -> str:
    return text.split("\n", line)[-1]


def _begins(tokens: Sequence[Token], level: int) -> list[int]:
    """The lines in which the elements of this level begin."""
    return [token.map[0] for token in tokens if token.level == level and token.nesting >= 0 and token.map]


def _lines_of_entries(tokens: Sequence[Token]) -> list[int]:
    """The lines of the items or rows, if the first block is a list or a table."""
    match tokens[0].type if tokens else "":
        case "bullet_list_open" | "ordered_list_open":
            return _begins(tokens, 1)
        case "table_open":
            return _begins(tokens, 2)[1:]  # without its header
    return []


def _entries(node: Node) -> list[Node]:
    """The items of a list, the rows of a table below its header, or what else is in the element."""
    children: list[Node] = node[2]  # type: ignore[assignment]  # a text has no entries and is none of the blocks
    if node[0] != "table":
        return children
    return _entries(children[1]) if len(children) > 1 else []


def _json(node: Node) -> str:
    return json.dumps(node, ensure_ascii=False, separators=(",", ":"))


def _nodes(tokens: Sequence[Token]) -> list[Node]:
    inside: list[list[Node]] = [[]]
    for token in tokens:
        if token.nesting > 0:
            inside.append(_opened(token, inside[-1]))
        elif token.nesting < 0:
            inside.pop()
        else:
            inside[-1] += _leaf(token)
    return inside[0]


def _opened(token: Token, around: list[Node]) -> list[Node]:
    """The place for what is in the element, which is added to those around it."""
    tag = _HEADINGS.get(token.tag, "h6") if token.type == "heading_open" else _TAGS.get(token.type)
    # A list is told to be tight or loose only when it ends: all are shown alike.
    if tag is None:
        return around
    children: list[Node] = []
    around.append([tag, str(token.attrGet("href") or token.attrGet("start") or ""), children])
    return children


def _leaf(token: Token) -> list[Node]:
    match token.type:
        case "inline":
            return _nodes(token.children or [])
        case "softbreak" | "hardbreak":
            return [["br", "", []]]
        case "hr":
            return [["hr", "", []]]
        case "code_inline":
            return [["code", "", [token.content]]]
        case "fence" | "code_block":
            return [["pre", token.info.strip().partition(" ")[0], [token.content]]]
    return [token.content] if token.content else []
