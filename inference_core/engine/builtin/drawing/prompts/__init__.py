"""Reads a prompt as a scene. May import `surface`, `encoder`, `data` and `lexical`."""
