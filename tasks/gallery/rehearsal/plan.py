"""The options that ask for a rehearsal. Nothing here imports Gradio, which takes seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

_BOARD_ONLY = "-"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be rehearsed: every task, or those named; and the file for the report, if one is wanted."""

    tasks: Sequence[str] = ()
    report: Path | None = None


OPTIONS: Sequence[click.Parameter] = (
    click.Option(
        ["--rehearse"],
        is_flag=False,
        flag_value=_BOARD_ONLY,
        metavar="[=FILE]",
        help="Run every example of every task, print what came, and end: with 0 if all is as it is to be, 1 if not, 2 "
        "if the backend does not start. FILE gets the report as JSON, or for JUnit if its name ends in .xml.",
    ),
    click.Option(
        ["--tasks"], metavar="IDS", default="", help="With --rehearse, only these tasks, with commas between."
    ),
)


def plan_of(values: Mapping[str, Any]) -> Plan | None:
    """The rehearsal that these values of the options ask for, if they ask for one.

    Raises:
        click.UsageError: --tasks has nothing to narrow, or the report cannot be written.
    """
    tasks = [name.strip() for name in values["tasks"].split(",") if name.strip()]
    file: str | None = values["rehearse"]
    if file is None:
        if tasks:
            raise click.UsageError("--tasks needs --rehearse.")
        return None
    if values["tasks"] and not tasks:
        raise click.UsageError("--tasks names no task.")
    report = None if file == _BOARD_ONLY else Path(file)
    if report:
        _require_writable(report)
    return Plan(tasks, report)


def _require_writable(report: Path) -> None:
    """Before the first call, which may be paid for."""
    try:
        with report.open("a"):
            pass
    except OSError as error:
        raise click.UsageError(f"The report {report} cannot be written: {error.strerror}.") from None
