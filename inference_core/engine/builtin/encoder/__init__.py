"""Texts as vectors of 384 numbers: all-MiniLM-L6-v2 in numpy, or word hashing if its files are missing.

May import `lexical`, `once`, `weights` and `data`, nothing else from `builtin`.
"""
