"""Words, sentences, names and phrases, found by rules and lists.

May import `encoder`, `data`, `once`, `numbers` and `lexical`.
"""
