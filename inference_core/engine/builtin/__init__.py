"""The models that come with the installation, and the packages of techniques that they share.

May import `contract`, `inputs`, `limits` and `chat_request` from the engine, and `media`, `words`, `errors` and
`tokens` from the core.
"""
