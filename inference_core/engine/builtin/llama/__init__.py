"""Language models in llama.cpp, token by token.

May import `weights` and `lexical`, nothing else from `builtin`.
"""
