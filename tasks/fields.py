"""What a task can ask a person for: its inputs and the parameters of its model, independent of Gradio's widgets."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A text of one line or several."""

    label: str
    lines: int = 1
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A list of short texts, written with commas between them; spaces around them do not count."""

    label: str
    placeholder: str = ""
    info: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of texts, written one per line."""

    label: str
    lines: int = 4
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with named columns and cells of text: `{column: [cells]}`."""

    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: uploaded, dropped, pasted, photographed or from a URL. The task gets the path of the file.

    With `pages` it is a document, which may also be a PDF: the task gets the picture of the page that is chosen.
    """

    label: str
    pages: bool = False


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound: uploaded, dropped, recorded or from a URL. The task gets the path of the file."""

    label: str


@dataclass(frozen=True, slots=True)
class Previous:
    """What the tab shows already, such as the conversation so far; nobody fills it in."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number that may be left empty, which leaves it to the model."""

    info: str
    minimum: float | None = None
    maximum: float | None = None
    step: float = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the words of the parameter's `Literal` type, or none of them."""

    info: str


@dataclass(frozen=True, slots=True)
class Language:
    """A language: one of the usual ones by name, or whatever code the model knows; it may be left empty.

    `empty` says what the model does then, `info` what the language is of.
    """

    label: str
    info: str
    empty: str


@dataclass(frozen=True, slots=True)
class Switch:
    """Yes or no; `default` is what the model does when nothing is set."""

    info: str
    default: bool = False


Input = Text | Words | Lines | Table | Picture | Sound | Previous
Parameter = Number | Choice | Language | Switch | Words | Text
Field = Input | Parameter
