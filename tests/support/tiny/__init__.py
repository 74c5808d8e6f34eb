"""Tiny models with random weights, made on the spot: all of a pretrained model but its quality and its size.

A file has functions that write a model into a folder; `MODELS` has them all, by what models.toml says of the model.
"""
