"""What a piece of work calls inside one package: which functions, in which files, and how often it changes the file."""

import sys
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One call event in the package: the file below the package, the function, and whether its caller is outside."""

    file: str
    function: str
    is_from_outside: bool


@dataclass(slots=True)
class Trace:
    """The call events of one piece of work, in their order.

    A call event is what `sys.setprofile` reports as "call": a Python function that begins, also a comprehension, and a
    coroutine or generator that continues after it was suspended. Only those in the traced package are steps.
    """

    steps: list[Step] = field(default_factory=list)

    @property
    def calls(self) -> int:
        """All steps."""
        return len(self.steps)

    @property
    def entries(self) -> int:
        """The steps whose caller is outside the package: the test, asyncio, aiohttp."""
        return sum(step.is_from_outside for step in self.steps)

    @property
    def functions(self) -> int:
        """Different functions."""
        return len({(step.file, step.function) for step in self.steps})

    @property
    def files(self) -> int:
        """Different files."""
        return len({step.file for step in self.steps})

    @property
    def file_changes(self) -> int:
        """Pairs of neighbouring steps in different files."""
        return sum(before.file != after.file for before, after in pairwise(self.steps))

    def entries_into(self, file: str) -> int:
        """How often a step in another file is followed by one in `file`."""
        return sum(before.file != file == after.file for before, after in pairwise(self.steps))

    def way(self) -> Iterator[str]:
        """The steps as `file: function, function`, a line for each stay in a file."""
        stay: list[str] = []
        file = ""
        for step in self.steps:
            if step.file != file and stay:
                yield f"{file}: {', '.join(stay)}"
                stay = []
            file = step.file
            stay.append(step.function)
        yield f"{file}: {', '.join(stay)}"


async def traced(package: ModuleType, work: Awaitable[Any]) -> Trace:
    """Do the work, and record the call events in `package` in this thread."""
    below = str(Path(package.__file__ or "").parent) + "/"
    trace = Trace()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(below):
            caller = frame.f_back
            trace.steps.append(
                Step(
                    frame.f_code.co_filename.removeprefix(below),
                    frame.f_code.co_qualname,
                    caller is None or not caller.f_code.co_filename.startswith(below),
                )
            )

    sys.setprofile(note)
    try:
        await work
    finally:
        sys.setprofile(None)
    return trace
