"""Horses, astronauts and where they are. May import `surface` and `landscape`."""
