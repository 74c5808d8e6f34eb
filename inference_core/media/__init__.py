"""Reading pictures and sounds from whatever the caller has into bytes with a MIME type, and decoding them again.

May import `errors` and `urls`.
"""
