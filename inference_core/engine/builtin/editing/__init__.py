"""A picture changed as words say.

May import `encoder`, `data` and `lexical`.
"""
