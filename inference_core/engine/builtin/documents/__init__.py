"""Reads a page as lines, cells and fields, and answers questions about it.

May import `vision`, `text`, `lexical` and `encoder`.
"""
