"""An asynchronous client for inference models over HTTP, and a small engine that answers the same API offline.

These are the client's public names. This module may import `client`, `blocking`, `errors` and `http.record`.
"""

from inference_core.blocking import InferenceClient
from inference_core.client import AsyncInferenceClient
from inference_core.errors import (
    AddressRefusedError,
    InferenceConnectionError,
    InferenceError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidAnswerError,
    InvalidInputError,
    TextGenerationError,
)
from inference_core.http.record import Exchange

__version__ = "0.1.0"

__all__ = [
    "AddressRefusedError",
    "AsyncInferenceClient",
    "Exchange",
    "InferenceClient",
    "InferenceConnectionError",
    "InferenceError",
    "InferenceHTTPError",
    "InferenceTimeoutError",
    "InvalidAnswerError",
    "InvalidInputError",
    "TextGenerationError",
    "__version__",
]
