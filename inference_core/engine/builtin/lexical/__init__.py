"""Splits texts into words, word stems and sentences, whatever their normal form, and reads numbers.

May import nothing else from `builtin`.
"""
