"""Tables: numbers in cells, questions, and models of known measurements.

May import `lexical` and `numbers`.
"""
