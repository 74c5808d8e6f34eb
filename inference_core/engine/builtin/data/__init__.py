"""The small files that models use. They are in this folder and share the project's licence; most were written for it.

May import nothing from the project.
"""

from importlib.resources import files


def read_data(name: str) -> str:
    return (files(__name__) / name).read_text("utf-8")


def read_data_bytes(name: str) -> bytes:
    return (files(__name__) / name).read_bytes()
