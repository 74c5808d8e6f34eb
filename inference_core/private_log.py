"""Telling where something failed without quoting what somebody wrote."""


def where_raised(error: BaseException) -> str:
    """The error's type and the place it was raised; never its message, which may quote a prompt or a secret."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f" at {place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
    return f"{type(error).__name__}{where}"
