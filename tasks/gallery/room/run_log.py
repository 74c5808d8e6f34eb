"""What the log says of a run: a line without what was asked or answered, or who asked."""

import logging
from typing import Any

from inference_core.json_log import FACTS

_runs = logging.getLogger("tasks.runs")


def let_runs_be_logged() -> None:
    """From now on, every run is logged: with its facts, as a line of JSON."""
    _runs.setLevel(logging.INFO)


def log_run(**facts: Any) -> None:
    """Log a run that has ended; without `let_runs_be_logged` it is not written."""
    _runs.info("A run has ended.", extra={FACTS: facts})
