"""Models of the Hub or of a folder, through transformers, diffusers and sentence-transformers: one file per family.

A family is what one loaded model can do: a module here with one `FAMILY`. The engine's own process imports none of the
libraries; each model has a child process of its own, which makes the model again from what models.toml says of it.

May import the engine's `contract`, `inputs`, `packages`, `stopping`, `models_file` and requests, what `builtin` has
below its models, and `media` from the core.
"""

from inference_core.engine.pretrained.families import made, models_of

__all__ = ["made", "models_of"]
