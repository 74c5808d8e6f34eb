"""Decoders that turn the body of an answer into typed outputs, in every format that servers use for a task.

May import `errors`, `media` and `http.error_body`.
"""
