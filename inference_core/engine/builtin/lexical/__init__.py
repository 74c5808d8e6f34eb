"""Splits texts into words, word stems and sentences, and reads numbers, for the whole engine.

May import nothing else from `builtin`.
"""
