"""Reads a page as lines, cells and fields, and answers questions about it.

May import `vision`, `text`, `numbers`, `lexical` and `encoder`.
"""
