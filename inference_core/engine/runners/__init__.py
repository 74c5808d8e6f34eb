"""Runners load and run models. The server knows the protocol `Runner`; small models run in threads.

May import `contract` from the engine, and `errors` and `private_log` from the core.
"""
