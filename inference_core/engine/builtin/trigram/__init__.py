"""The trigram language model of American English that comes with pocketsphinx.

May import `data` and `once`.
"""
