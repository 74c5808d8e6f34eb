"""Questions about what can be measured in a picture, and their answers.

May import `vision`, `data` and `lexical`.
"""
