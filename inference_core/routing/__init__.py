"""Finding the route of a call from task, model and provider: URL, headers and formats. Also the Hub and its cache.

May import `providers`, `answers`, `http`, `media`, `tokens`, `urls`, `environment` and `errors`.
"""
