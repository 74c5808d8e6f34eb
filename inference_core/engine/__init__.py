"""`python -m inference_core.engine`: a server for models on this machine, with the routes of the hosted API.

tests/inference_core/test_architecture.py says which of its modules may import which. From the core they may import
`errors`, `words`, `urls`, `tokens`, `private_log`, `environment` and `media`. The client does not know the engine.
"""
