"""A page read as lines, cells and fields, and questions to it.

May import `vision`, `text`, `lexical` and `encoder`.
"""
