"""Parts of the catalogue put together as sentences."""

_ENDS = (".", "!", "?")


def sentence(part: str) -> str:
    """The part with a mark at its end; "" for nothing."""
    part = part.strip()
    return part + "." if part and not part.endswith((*_ENDS, "…")) else part


def on_its_own(part: str) -> str:
    """The part as a sentence with a capital letter at its beginning."""
    return sentence(part[:1].upper() + part[1:])


def joined(cause: str, cure: str) -> str:
    """One sentence of both, "cause: cure."; two where the cause has a colon or an end of its own."""
    cause = cause.strip()
    if not cause or not cure:
        return sentence(cause) or on_its_own(cure)
    if cause.endswith(_ENDS) or ": " in cause:
        return f"{sentence(cause)} {on_its_own(cure)}"
    return sentence(f"{cause}: {cure}")
