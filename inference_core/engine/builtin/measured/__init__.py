"""Answers questions about what can be measured in a picture.

May import `vision`, `data` and `lexical`.
"""
