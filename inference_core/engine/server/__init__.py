"""The hosted API's routes as an ASGI app: request bodies, streaming, errors, access.

Knows models only as a catalogue and a runner; may import the modules beside this room, none of `builtin`.
"""
