"""`python -m inference_core.engine`: a server of models on this machine that answers the hosted API's routes.

Its modules may import each other as the floors in tests/inference_core/test_architecture.py say, and of the core
`errors`, `words`, `urls`, `tokens`, `private_log`, `environment` and `media`; the client knows nothing of it.
"""
