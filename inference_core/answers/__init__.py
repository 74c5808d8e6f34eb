"""Bodies of answers -> typed outputs, by decoders that take every wire shape of a task.

May import `errors`, `media` and `http.error_body`, which reads a server's words.
"""
