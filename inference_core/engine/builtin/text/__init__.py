"""Words, sentences, names and phrases by rules and lists.

May import `encoder` and `data`; its words and numbers are read in `lexical`.
"""
