"""Pictures and sounds as callers hold them -> bytes and a MIME type, and back.

May import `errors` and `urls`.
"""
