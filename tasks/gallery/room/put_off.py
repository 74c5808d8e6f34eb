"""A run that is not begun now, for a reason that has nothing to do with its input."""

import math
from typing import Any

from inference_core.errors import CodedError


class PutOff(CodedError):
    """`status` is the HTTP status for programs, `retry_after` the seconds after which it is worth another try."""

    def __init__(self, code: str, /, status: int, retry_after: float, **arguments: Any) -> None:
        super().__init__(code, **arguments)
        self.status = status
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """When to come back, as HTTP says it."""
        return {"retry-after": str(max(1, math.ceil(self.retry_after)))}
