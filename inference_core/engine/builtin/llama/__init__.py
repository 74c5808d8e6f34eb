"""Language models in llama.cpp, token by token.

May import `weights` and `once`, nothing else from `builtin`.
"""
