"""Texts cut into words, word stems and sentences, and the numbers in them: one reader for the whole engine.

May import nothing of `builtin`.
"""
