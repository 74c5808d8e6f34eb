"""The small texts models are made of: they lie in this folder, were written for this project and share its licence.

May import nothing of the project.
"""

from importlib.resources import files


def read_data(name: str) -> str:
    return (files(__name__) / name).read_text("utf-8")
