"""One file per model.

May import every other package of `builtin`. Only the catalogue imports it, and finds its modules by scanning.
"""
