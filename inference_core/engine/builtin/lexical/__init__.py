"""Splits texts into words, word stems and sentences, whatever their normal form, for the whole engine.

May import nothing else from `builtin`.
"""
