"""Media that cannot be used, said in one sentence fit for whoever sent it."""


class Unreadable(ValueError):
    """No picture or sound of a known kind, or one beyond a limit; the message says which, and what to do."""
