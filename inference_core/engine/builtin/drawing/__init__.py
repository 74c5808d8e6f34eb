"""Procedural drawing: paints a scene of known elements with rules and random numbers, in Pillow and numpy.

May import its own packages; `surface` is the lowest of them.
"""
