"""Edits a picture as a prompt asks.

May import `encoder`, `data` and `lexical`.
"""
