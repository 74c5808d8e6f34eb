"""Request bodies: what asks for nothing is ignored, and everything else is served or refused by name.

May import `contract`, `inputs` and `limits` of the engine, and `request_body` of the server.
"""
