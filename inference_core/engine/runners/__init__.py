"""Who computes: `Runner` is what the server knows of them; threads run small models.

May import `contract` of the engine, `errors` and `private_log` of the core.
"""
