"""A log for machines: every record is a line of JSON."""

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

FACTS = "facts"
"""The name of what a record may have `extra`: a mapping that becomes fields of its line."""

_SERVERS = ("uvicorn", "uvicorn.error", "uvicorn.access")


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message and facts of a record."""

    def format(self, record: logging.LogRecord) -> str:
        """One line. Line breaks and quotes in a message are escaped, so that nobody can write a line of their own."""
        facts: Mapping[str, Any] = getattr(record, FACTS, {})
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"time": time, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        return json.dumps({**head, **facts}, ensure_ascii=False, default=str)


def log_as_json() -> None:
    """From now on, every record of this process is a line of JSON on stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.getLogger().handlers[:] = [handler]
    _pass_on(_SERVERS)


def _pass_on(names: Iterable[str]) -> None:
    """Servers have handlers of their own, which write plain lines."""
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
