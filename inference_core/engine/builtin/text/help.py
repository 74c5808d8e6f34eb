"""What the help bot knows: the sections of `data/help.md`, and what the catalogue of words says about the models."""

from collections.abc import Iterator
from dataclasses import dataclass

from inference_core import words
from inference_core.engine.builtin.data import read_data


@dataclass(frozen=True, slots=True)
class Section:
    """A question, other wordings of it, and its answer."""

    question: str
    wordings: tuple[str, ...]
    answer: str


def help_sections() -> list[Section]:
    """All sections, those of the help text first."""
    return [*_written_sections(read_data("help.md")), *_sections_about_models()]


def _written_sections(text: str) -> Iterator[Section]:
    for part in text.split("\n## ")[1:]:
        question, *lines = part.strip().splitlines()
        wordings = tuple(line.removeprefix("> ") for line in lines if line.startswith("> "))
        answer = " ".join(line for line in lines if line and not line.startswith("> "))
        yield Section(question, wordings, answer)


def _sections_about_models() -> Iterator[Section]:
    for name in words.names("models"):
        task = words.text(f"models.{name}.task")
        asked = task.lower()
        can, cannot = (words.text(f"models.{name}.{part}") for part in ("can", "cannot"))
        yield Section(
            question=f"What does {asked} do offline?",
            wordings=(asked, f"what is {asked}?", f"how does {asked} work in the local engine?"),
            answer=f"{task} in the local engine: {can} {cannot}",
        )
