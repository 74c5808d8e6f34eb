"""Words, sentences, names and phrases by rules and lists.

May import `encoder` and `data`.
"""
