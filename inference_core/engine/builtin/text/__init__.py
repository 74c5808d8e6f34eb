"""Words, sentences, names and phrases, found by rules and lists.

May import `encoder`, `data`, `once` and `lexical`, which reads words and numbers.
"""
