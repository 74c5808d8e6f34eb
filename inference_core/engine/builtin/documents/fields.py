"""Finds labels with values on a page: "Date: 3 May", a caption above a box, the cell of a table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inference_core.engine.builtin.documents.layout import Cell, Page
from inference_core.engine.builtin.documents.values import KINDS, is_date
from inference_core.engine.builtin.vision.boxes import share_columns

_LONGEST_LABEL = 6
_LONGEST_VALUE = 4
_MOST_LINES = 4
_COLON = re.compile(r"^(?P<label>[^:]{2,40}?)\s?:(?:\s+|$)(?P<value>.*)$")
_SALUTATION = re.compile(r"^(?:dear|attn\.?:?|to:) (?P<name>[^,:!]+)", re.IGNORECASE)
_CLOSING = re.compile(
    r"^(?:yours|sincerely|(?:kind|best|warm) (?:regards|wishes)|regards|respectfully)\b", re.IGNORECASE
)
_NEVER_IN_ADDRESS = frozenset({"e-mail address", "website", "IBAN", "phone number", "date", "amount"})
_CLAUSE_END = re.compile(r"[,;\0] ?")
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
_TRAILING_VALUE = re.compile(r"^(?P<label>\D*[a-z.)#]\D*?)\s(?P<value>\S*\d.*)$", re.IGNORECASE)
_SHORT_FORMS = {
    r"\bno\b\.?|#": "number",
    r"\bqty\b\.?": "quantity",
    r"\bamt\b\.?": "amount",
    r"\btel\b\.?": "telephone",
    r"\bvat\b": "vat tax",
    r"\bp\.?o\b\.?(?! box)": "PO",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A label and, as indices of words on the page, the value it may have.

    `confidence`, 0 to 1, says how likely the two belong together.
    """

    label: str
    words: tuple[int, ...]
    confidence: float


def fields_of(page: Page) -> list[Field]:
    """Everything on a page that may be a label with its value; one value can have several labels."""
    fields: dict[tuple[str, tuple[int, ...]], Field] = {}
    for field in _found(page):
        key = field.label, field.words
        if field.label and field.words and (key not in fields or fields[key].confidence < field.confidence):
            fields[key] = field
    return list(fields.values())


def _found(page: Page) -> Iterator[Field]:
    for cell in page.cells:
        yield from _inside(cell)
        if _may_be_label(cell.text):
            yield from _right_and_below(page, cell)
        yield from _shapes(page, cell)
        yield from _letter_parts(page, cell)
    yield from _tables(page)
    if title := next(iter(page.cells), None):
        yield Field("name of the company, shop or sender", _indices(title), 0.6)


def _inside(cell: Cell) -> Iterator[Field]:
    """A label and its value in one cell: "Total: 5.00", "Invoice No. 123"."""
    if (found := _COLON.match(cell.text)) and found["value"]:
        words = _last_words(cell, found["value"])
        yield from _labelled(found["label"], words, 1.0)
        first_part = len(found["value"].partition(", ")[0].split())
        yield from _labelled(found["label"], words[:first_part], 0.9)
    elif (found := _TRAILING_VALUE.match(cell.text)) and _words(found["value"]) <= _LONGEST_VALUE:
        yield from _labelled(found["label"], _last_words(cell, found["value"]), 0.85)


def _right_and_below(page: Page, cell: Cell) -> Iterator[Field]:
    ends_open = cell.text.endswith(":")
    right, below = page.right_of(cell), page.below(cell)
    if right and not right.text.endswith(":"):
        sure = ends_open or _DIGIT.search(right.text)
        yield from _labelled(cell.text, _indices(right), 1.0 if sure else 0.75)
    if below and not (right and ends_open) and not below.text.endswith(":"):
        yield from _labelled(cell.text, _indices(below), 0.85)
        if block := _block(page, below):
            yield from _labelled(f"{cell.text.rstrip(' :')} address", block, 0.9)


def _labelled(label: str, words: tuple[int, ...], confidence: float) -> Iterator[Field]:
    """The field, once for each label if several are separated by a slash."""
    for alternative in {label, *label.split(" / ")}:
        yield Field(spelled_out(alternative), words, confidence)


def _block(page: Page, first: Cell) -> tuple[int, ...]:
    """The lines of an address without the name: this cell and those below with the same left edge and height."""
    height = first.box.height
    lines = [first]
    while len(lines) < _MOST_LINES and (lower := page.below(lines[-1])):
        aligned = abs(lower.box.xmin - first.box.xmin) <= height
        alike = 0.75 <= lower.box.height / height <= 1.33
        near = lower.box.ymin - lines[-1].box.ymax <= 0.8 * height
        if not (aligned and alike and near) or _says_something_else(lower.text):
            break
        lines.append(lower)
    if not _DIGIT.search(lines[0].text):
        lines = lines[1:]
    if not lines or _says_something_else(lines[0].text) or not all(_LETTER.search(line.text) for line in lines):
        return ()
    if not any(_DIGIT.search(line.text) for line in lines):
        return ()
    return tuple(index for line in lines for index in _indices(line))


def _says_something_else(text: str) -> bool:
    return ":" in text or any(kind.found_in(text) for kind in KINDS if kind.name in _NEVER_IN_ADDRESS)


def _shapes(page: Page, cell: Cell) -> Iterator[Field]:
    """Values recognised by their shape, labelled with their kind and with the words around them."""
    rest = cell.text
    for kind in KINDS:
        if kind.needs_no_label and (found := kind.found_in(rest)):
            words = _covered(cell, *found.span())
            rest = rest[: found.start()] + "\0" * len(found[0]) + rest[found.end() :]
            yield Field(kind.name, words, 0.9)
            nearby = _CLAUSE_END.split(rest[: found.start()])[-1] + _CLAUSE_END.split(rest[found.end() :])[0]
            if nearby.strip() and kind.name != "address":
                yield Field(f"{kind.name} {spelled_out(nearby)}", words, 0.9)
    if cell is next(iter(page.cells), None) and (below := page.below(cell)) and (block := _block(page, below)):
        yield Field("address of the company, shop or sender", block, 0.9)
    if is_date(cell.text):
        yield Field("date", _indices(cell), 0.8)


def _letter_parts(page: Page, cell: Cell) -> Iterator[Field]:
    """The recipient and sender of a letter: the name after "Dear" and the name below "Yours sincerely"."""
    if (found := _SALUTATION.match(cell.text)) and found["name"]:
        yield Field("letter addressed to, recipient", _covered(cell, *found.span("name")), 0.9)
    if _CLOSING.match(cell.text) and (below := page.below(cell)):
        yield Field("signed by, writer of the letter, sender", _indices(below), 0.9)


def _tables(page: Page) -> Iterator[Field]:
    """The cells below a row of headers, labelled "header of the column, header of the row"."""
    headers: list[Cell] = []
    for row in page.rows:
        if len(row) >= 3 and not any(_DIGIT.search(cell.text) for cell in row):
            headers = row
            continue
        if len(row) < 2 or not headers:
            headers = headers if len(row) >= 2 else []
            continue
        names = [cell for cell in row if not _DIGIT.search(cell.text)] or row[:1]
        for cell in row:
            header = next((header for header in headers if share_columns(header.box, cell.box)), None)
            if header and cell is not names[0]:
                yield from _labelled(f"{header.text} of {names[0].text}", _indices(cell), 1.0)


def spelled_out(label: str) -> str:
    """A label with common short forms written out, such as "quantity" for "Qty"."""
    for short, long in _SHORT_FORMS.items():
        label = re.sub(short, long, label, flags=re.IGNORECASE)
    return label.strip(" :.-")


def _may_be_label(text: str) -> bool:
    letters = sum(character.isalpha() for character in text)
    return _words(text) <= _LONGEST_LABEL and letters >= 2 and letters > len(text) / 2 and "@" not in text


def _words(text: str) -> int:
    return len(text.split())


def _indices(cell: Cell) -> tuple[int, ...]:
    return tuple(range(cell.first, cell.last + 1))


def _last_words(cell: Cell, value: str) -> tuple[int, ...]:
    return tuple(range(cell.last + 1 - _words(value), cell.last + 1))


def _covered(cell: Cell, start: int, end: int) -> tuple[int, ...]:
    """The words of a cell that overlap `[start:end]` of its text."""
    first = cell.first + _words(cell.text[:start].rpartition(" ")[0])
    return tuple(range(first, first + _words(cell.text[start:end])))
