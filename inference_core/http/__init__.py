"""One request, one answer: sessions, transport, events, waits, time limits, the record and the SSRF guard.

May import `errors`, `urls` and `words`; knows no task, model, provider or token.
"""
