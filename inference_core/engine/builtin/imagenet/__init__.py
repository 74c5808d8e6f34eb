"""What a photo shows: EfficientNet-Lite0, a network that tells ImageNet's thousand classes apart.

May import `weights`, `once`, `data`, `encoder`, `lexical` and `vision`, nothing else from `builtin`.
"""
