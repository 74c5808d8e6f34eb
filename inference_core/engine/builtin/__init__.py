"""The built-in models, and one package for each technique that they share.

May import `contract`, `inputs`, `limits` and `chat_request` from the engine, and `media`, `words`, `errors` and
`tokens` from the core.
"""
