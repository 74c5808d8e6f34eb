"""The small text files that models use. They are in this folder, were written for this project and share its licence.

May import nothing from the project.
"""

from importlib.resources import files


def read_data(name: str) -> str:
    return (files(__name__) / name).read_text("utf-8")
