"""HTTP requests: sessions, transport, streamed events, retries, time limits, the exchange record, the SSRF guard.

May import `errors`, `urls` and `words`. It does not know tasks, models, providers or tokens.
"""
