"""Who computes: threads for small models.

May import `contract`.
"""
