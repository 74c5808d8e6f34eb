"""The client's public methods: one short method per task, grouped by domain. `base` has what they all use.

May import all other packages except the engine.
"""
