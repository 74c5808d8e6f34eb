"""What goes wrong in the process that computes, as a message: the error itself may quote an input."""

import logging

from inference_core.engine.contract import CannotAnswer, CannotLoad
from inference_core.engine.runners.messages import Failed
from inference_core.engine.work.stopping import Stopped
from inference_core.private_log import where_raised

_log = logging.getLogger(__name__)


def failed(id: int, error: Exception) -> Failed:
    """The message for an error; of one that nobody expected only the place is logged."""
    match error:
        case CannotAnswer():
            return Failed(id, "refused", error.code, error.arguments)
        case CannotLoad():
            return Failed(id, "not_loaded", error.code, error.arguments)
        case Stopped():
            return Failed(id, "dropped")
        case _:
            _log.error("%s", where_raised(error))
            return Failed(id, "broken")
