"""The list of a visitor's runs, which is in the visitor's browser and nowhere else; each opens its task again.

It may import nothing but words.
"""
