"""Words, sentences, names and phrases by rules and lists.

May import `encoder`, `data` and `once`; its words and numbers are read in `lexical`.
"""
