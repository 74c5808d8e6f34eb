"""Procedural drawing: a scene of known elements in words, painted by rules and chance with Pillow and numpy.

May import its own rooms, of which `surface` is the lowest.
"""
