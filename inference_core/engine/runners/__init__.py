"""Runners load and run models. The server knows the protocol `Runner`; small models run in threads.

May import `contract` of the engine, `errors` and `private_log` of the core.
"""
