"""The sky, what falls from it, and space. May import `surface`."""
