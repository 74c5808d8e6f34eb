"""Task objects as a Gradio app, and the backend that the operator chose; the only package that knows Gradio.

May import `tasks`, and of the core its public face, `errors`, `media`, `urls`, `tokens`, `private_log` and `settings`;
`backend` starts the engine.
"""
