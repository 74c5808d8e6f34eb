"""What the help bot knows: the sections of `data/help.md`, and what the skills of this engine say of themselves."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass

from inference_core.engine.builtin import models as skills
from inference_core.engine.builtin.data import read_data


@dataclass(frozen=True, slots=True)
class Section:
    """A question, other wordings of it, and its answer."""

    question: str
    wordings: tuple[str, ...]
    answer: str


def help_sections() -> list[Section]:
    """Every section there is, those of the help text first. Imports all skills, but loads none."""
    return [*_written_sections(read_data("help.md")), *_sections_about_skills()]


def _written_sections(text: str) -> Iterator[Section]:
    for part in text.split("\n## ")[1:]:
        question, *lines = part.strip().splitlines()
        wordings = tuple(line.removeprefix("> ") for line in lines if line.startswith("> "))
        answer = " ".join(line for line in lines if line and not line.startswith("> "))
        yield Section(question, wordings, answer)


def _sections_about_skills() -> Iterator[Section]:
    for module in pkgutil.iter_modules(skills.__path__):
        skill = importlib.import_module(f"{skills.__name__}.{module.name}").SKILL
        title = skill.task.replace("-", " ")
        yield Section(
            question=f"What does {title} do offline?",
            wordings=(title, f"what is {title}?", f"how does {title} work in the local engine?"),
            answer=f"{title.capitalize()} in the local engine: {skill.about}",
        )
