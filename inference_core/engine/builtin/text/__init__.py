"""Words, sentences, names and phrases by rules and lists.

May import `encoder` and `data`; `words` and `numbers` import nothing of `builtin` and serve all rooms.
"""
