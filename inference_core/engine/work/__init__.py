"""What work that takes long hears and tells while it goes on: that nobody waits any more, and how far it has come.

May import nothing else of the engine.
"""
