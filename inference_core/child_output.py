"""What a child process of ours says to its parent, kept apart from what libraries print."""

import os
from typing import BinaryIO


def own_output() -> BinaryIO:
    """Standard output for our answers alone: from now on, what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers
