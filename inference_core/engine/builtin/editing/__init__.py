"""A picture changed as words say.

May import `encoder` and `data`.
"""
