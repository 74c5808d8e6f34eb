"""Runners load and run models. The server knows the protocol `Runner`.

`lanes.py` is the usual one: small models run in threads (`threads.py`, `pool.py`), and those that declare a lane in a
child process (`lane.py` here, `child.py` there, `messages.py` between them), which can be killed.

May import `contract`, `inputs` and `limits` from the engine, and `errors`, `private_log` and `settings` from the core.
"""
