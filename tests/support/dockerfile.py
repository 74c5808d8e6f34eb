"""A Dockerfile as its instructions, as far as the gallery's own needs it: no here-documents, no other escapes."""

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its name in capitals, and what follows it, in one line."""

    name: str
    value: str

    @property
    def words(self) -> list[str]:
        """The value as words, as a shell reads them, or as the JSON that it is."""
        found: list[str] = json.loads(self.value) if self.value.startswith("[") else shlex.split(self.value)
        return found

    @property
    def pairs(self) -> dict[str, str]:
        """The value as `NAME=value` pairs."""
        return dict(word.split("=", 1) for word in self.words)


@dataclass(frozen=True, slots=True)
class Stage:
    """What is made from one base: its image, its name or "", and the instructions after FROM."""

    base: str
    name: str
    instructions: list[Instruction]

    def last(self, name: str) -> Instruction:
        """The instruction that counts where it is given several times."""
        return [one for one in self.instructions if one.name == name][-1]


def read(path: Path) -> list[Instruction]:
    """The instructions of a Dockerfile, without comments."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    logical = re.sub(r"[ \t]*\\\n[ \t]*", " ", "\n".join(lines)).splitlines()
    return [
        Instruction(name.upper(), value.strip()) for name, _, value in (one.partition(" ") for one in logical if one)
    ]


def stages(instructions: list[Instruction]) -> list[Stage]:
    """The instructions by stage.

    Raises:
        ValueError: there is one before the first FROM.
    """
    found: list[Stage] = []
    for one in instructions:
        if one.name == "FROM":
            base, *named = one.words
            found.append(Stage(base, named[-1] if named else "", []))
        elif found:
            found[-1].instructions.append(one)
        else:
            raise ValueError(f"{one.name} stands before FROM.")
    return found
