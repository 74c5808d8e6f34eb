"""The small texts engines are built from: they lie in `data`, were written for this project and share its licence."""

from importlib.resources import files


def read_data(name: str) -> str:
    return (files(__name__) / name).read_text("utf-8")
