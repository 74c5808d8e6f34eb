"""The list below a box with a model: what can be chosen for the task, searched as one types.

It may import from tasks.gallery what knows the backend and its models.
"""
