"""Pictures: what can be measured, found and read in them.

May import `data` and `once`.
"""
