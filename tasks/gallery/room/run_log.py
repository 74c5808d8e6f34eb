"""A log for machines: a line of JSON per event and per run, without what was asked or answered, or who asked."""

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

_FACTS = "facts"
_SERVERS = ("uvicorn", "uvicorn.error", "uvicorn.access")

_runs = logging.getLogger("tasks.runs")


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        facts: Mapping[str, Any] = getattr(record, _FACTS, {})
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"time": time, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        return json.dumps({**head, **facts}, ensure_ascii=False, default=str)


def log_as_json() -> None:
    """From now on, every record of this process is a line of JSON on stderr, and every run is one."""
    handler = logging.StreamHandler()
    handler.setFormatter(_AsJson())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    _pass_on(_SERVERS)
    _runs.setLevel(logging.INFO)


def log_run(**facts: Any) -> None:
    """Log a run that has ended; without `log_as_json` it is not written."""
    _runs.info("A run has ended.", extra={_FACTS: facts})


def _pass_on(names: Iterable[str]) -> None:
    """Servers have handlers of their own, which write plain lines."""
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
