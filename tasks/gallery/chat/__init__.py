"""A conversation in the page: bubbles above the box for the message, and what people expect of a chat.

May import the registry with fields and views, and the words of the core.
"""
