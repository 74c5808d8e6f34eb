"""The trigram language model of American English that pocketsphinx carries.

May import `data` and `once`.
"""
