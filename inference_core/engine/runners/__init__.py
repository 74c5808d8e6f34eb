"""Who computes: `Runner` is what the server knows of them; threads run small models.

May import `contract`.
"""
