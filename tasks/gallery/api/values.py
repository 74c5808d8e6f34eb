"""What callers of the API send, as the arguments of a task's function."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypedDict

from gradio.utils import get_upload_folder, is_in_or_equal

from inference_core.errors import CodedError
from inference_core.urls import is_url
from tasks.fields import Choice, Lines, Picture, Sound, Switch, Table, Text, Words
from tasks.gallery.file_inputs import saved, served_here
from tasks.gallery.inputs import UnusableInput, argument, choices, entries, label_of, missing
from tasks.gallery.limits import check_table
from tasks.registry import Parameter


class _Meta(TypedDict):
    """By this Gradio knows a file."""

    _type: Literal["gradio.FileData"]


class GradioFile(TypedDict):
    """A file as Gradio's clients send it and get it."""

    path: str | None
    url: str | None
    orig_name: str | None
    mime_type: str | None
    meta: _Meta


def url_of(parameter: Parameter, value: Any) -> str | None:
    """The URL of another server where the file is that is given for this parameter; None if it is none, or is here."""
    if not isinstance(parameter.field, Picture | Sound) or not isinstance(value, str | Mapping):
        return None
    named = _named(value)
    return named if isinstance(named, str) and is_url(named) and not served_here(named) else None


def given(parameter: Parameter, value: Any) -> Any:
    """The argument for a value; None if it asks for nothing.

    Lists may also be given as a text, as people write them in the page, and tables as `{"headers", "data"}`. A file
    that has a `url_of` is not for here: it has to be fetched.

    Raises:
        CodedError: the value is not one that the parameter takes, or is missing.
        gr.Error: a `data:` URL is broken.
    """
    match parameter.field, value:
        case ((Picture() | Sound()), (str() | Mapping())):
            return _file(value)
        case ((Words() | Lines()), Mapping()):
            raise UnusableInput("not_a_list_of_texts", name=parameter.name)
        case ((Words() | Lines()), list()):
            found = entries(parameter, [_text(parameter, one) for one in value])
            if not found and parameter.is_required:
                raise missing(parameter)
            return found
        case Table(), Mapping():
            return _columns(parameter, value)
        case Choice(), _ if value not in (None, "", *choices(parameter)):
            raise UnusableInput("not_a_choice", name=parameter.name, known=", ".join(choices(parameter)))
        case ((Text() | Words() | Lines() | Choice()), _):
            return argument(parameter, None if value is None else _text(parameter, value))
        case Switch(), None:
            return None
        case Table(), _ if value is not None:
            raise UnusableInput("not_columns", name=parameter.name)
        case ((Picture() | Sound()), _) if value is not None:
            raise UnusableInput("not_an_upload", name=parameter.name)
    return argument(parameter, value)


def _text(parameter: Parameter, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise UnusableInput("not_a_text", name=parameter.name)


def _named(value: str | Mapping[str, Any]) -> Any:
    return value if isinstance(value, str) else value.get("path") or value.get("url")


def _file(value: str | Mapping[str, Any]) -> Path:
    """The path of a file that was uploaded, or that is given by the page's URL or inside one."""
    named = _named(value)
    if not isinstance(named, str):
        raise CodedError("file_not_uploaded")
    if named.startswith("data:"):
        return Path(saved(named))
    path = (is_url(named) and served_here(named)) or named
    # Gradio checks the path only in what has the mark of a file.
    if not is_in_or_equal(path, get_upload_folder()):
        raise CodedError("file_not_uploaded")
    return Path(path)


def _columns(parameter: Parameter, table: Mapping[str, Any]) -> dict[str, list[str]]:
    """`{column: [cells as text]}`, without empty rows."""
    headers, rows = _rows(parameter, table)
    check_table(label_of(parameter), {"headers": headers, "data": rows})
    if len(set(headers)) < len(headers):
        raise UnusableInput("column_twice", label=label_of(parameter))
    for number, row in enumerate(rows, 1):
        if len(row) != len(headers):
            raise UnusableInput("row_not_as_long", row=number, given=len(row), columns=len(headers))
    filled = [[*map(_cell, row)] for row in rows if any(cell not in (None, "") for cell in row)]
    if not filled and parameter.is_required:
        raise missing(parameter)
    return {name: [row[at] for row in filled] for at, name in enumerate(headers)}


def _rows(parameter: Parameter, table: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]]:
    """The headers and the rows, which may still be too long or too short."""
    if "headers" in table and "data" in table:
        headers, rows = table["headers"], table["data"]
    else:
        headers, rows = list(table), _transposed(parameter, table)
    if not isinstance(headers, list) or not isinstance(rows, list):
        raise UnusableInput("not_columns", name=parameter.name)
    if not all(isinstance(name, str) for name in headers):
        raise UnusableInput("headers_not_texts", label=label_of(parameter))
    if not all(isinstance(row, list) for row in rows):
        raise UnusableInput("row_not_a_list", label=label_of(parameter))
    return headers, rows


def _transposed(parameter: Parameter, columns: Mapping[str, Any]) -> list[list[Any]]:
    if not all(isinstance(cells, list) for cells in columns.values()):
        raise UnusableInput("not_columns", name=parameter.name)
    if len({len(cells) for cells in columns.values()}) > 1:
        raise UnusableInput("columns_not_equal")
    return [list(row) for row in zip(*columns.values(), strict=True)]


def _cell(value: Any) -> str:
    if isinstance(value, list | Mapping):
        raise UnusableInput("cell_not_a_value")
    return "" if value is None else str(value)
