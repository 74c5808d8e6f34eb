"""One file per model.

May import every other room of `builtin`; nothing imports it but the catalogue, which finds its modules by scanning.
"""
