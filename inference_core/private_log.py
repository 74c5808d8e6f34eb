"""Logging where an error was raised without its message, which may quote a user's text."""

import logging
from collections.abc import Callable, Collection
from typing import Any


def where_raised(error: BaseException) -> str:
    """The error's type and where it was raised, but not its message, which may quote a prompt or a secret."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f" at {place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
    return f"{type(error).__name__}{where}"


def keep_logs_private(trusted: Collection[str]) -> None:
    """From now on, let only the packages in `trusted` log words; of others, and of errors, only the place is logged.

    Libraries write what they could not read into their messages, and Python writes the messages of errors into
    tracebacks. It applies to the whole process.
    """
    make: Callable[..., logging.LogRecord] = logging.getLogRecordFactory()

    def make_private(*arguments: Any, **options: Any) -> logging.LogRecord:
        record = make(*arguments, **options)
        is_trusted = record.name.partition(".")[0] in trusted
        if not is_trusted:
            record.msg, record.args = f"{record.pathname}:{record.lineno}", None
        if record.exc_info and record.exc_info[1]:
            record.msg = f"{record.getMessage().strip()}: {where_raised(record.exc_info[1])}"
            record.args = record.exc_info = None
        return record

    logging.setLogRecordFactory(make_private)
