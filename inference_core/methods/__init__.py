"""One short public method per task, by domain; `base` has what every method uses.

May import every room but the engine.
"""
