"""Models that come with the installation, and the rooms of techniques that they share.

May import `contract`, `inputs`, `limits` and `chat_request` of the engine, and `media`, `words`, `errors` and `tokens`
of the core.
"""
