"""Logging where an error was raised without its message, which may quote a user's text."""


def where_raised(error: BaseException) -> str:
    """The error's type and where it was raised, but not its message, which may quote a prompt or a secret."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f" at {place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
    return f"{type(error).__name__}{where}"
