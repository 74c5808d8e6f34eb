"""Task, model and provider -> where a call goes and in whose format; the Hub, and the cache of what it said.

May import `providers`, `answers`, `http`, `media`, `tokens`, `urls`, `environment` and `errors`.
"""
