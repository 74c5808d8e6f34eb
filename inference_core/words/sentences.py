"""Making sentences of texts from the catalogue."""

_ENDS = (".", "!", "?")


def sentence(part: str) -> str:
    """The text with a full stop at its end, unless it has an end mark; "" stays ""."""
    part = part.strip()
    return part + "." if part and not part.endswith((*_ENDS, "…")) else part


def capitalized(part: str) -> str:
    """The text as a sentence that begins with a capital letter."""
    return sentence(part[:1].upper() + part[1:])


def joined(cause: str, cure: str) -> str:
    """Both as one sentence, "cause: cure."; as two if the cause already has a colon or an end mark."""
    cause = cause.strip()
    if not cause or not cure:
        return sentence(cause) or capitalized(cure)
    if cause.endswith(_ENDS) or ": " in cause:
        return f"{sentence(cause)} {capitalized(cure)}"
    return sentence(f"{cause}: {cure}")
