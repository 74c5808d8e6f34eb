"""The hosted API's routes as an ASGI app: request bodies, streaming, errors, access.

It knows models only through a catalogue and a runner. May import the other modules of the engine, but not `builtin`.
"""
