"""Turning the text of a setting into its value, or refusing it with a sentence."""

import math
from dataclasses import dataclass
from pathlib import Path

import click

from inference_core.errors import InvalidInputError
from inference_core.routing.server import check_model
from inference_core.urls import is_url


@dataclass(frozen=True, slots=True)
class Number(click.ParamType[int]):
    """A whole number from `least` (0 or more) to `most`."""

    least: int = 0
    most: int | None = None
    name: str = "number"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = int(value)
        except ValueError:
            number = -1
        if number < self.least or (self.most is not None and number > self.most):
            bounds = f"of at least {self.least}" if self.most is None else f"from {self.least} to {self.most}"
            self.fail(f"{value!r} is not a whole number {bounds}.", param, ctx)
        return number


@dataclass(frozen=True, slots=True)
class Amount(click.ParamType[float]):
    """A finite number above 0, in the unit `name`."""

    name: str

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(value)
        except ValueError:
            number = 0.0
        if not 0 < number < math.inf:
            self.fail(f"{value!r} is not a number above 0.", param, ctx)
        return number


class Pace(click.ParamType[float]):
    """A number of times from 0 to 100."""

    name = "times"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if not 0 <= number <= 100:
            self.fail(f"{value!r} is not a number from 0 to 100.", param, ctx)
        return number


class FilePath(click.ParamType[str]):
    """The path of a file, made absolute, or one of the words that stand for one. Empty for none."""

    def __init__(self, *others: str) -> None:
        self.name = " or ".join(["file", *others])
        self._others = others

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in ("", *self._others):
            return value
        path = Path(value).expanduser().resolve()
        if not path.is_file():
            self.fail(f"There is no file {value!r}.", param, ctx)
        return str(path)


class BackendName(click.ParamType[str]):
    """`auto`, `local`, `hosted` or a URL."""

    name = "name or URL"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in ("auto", "local", "hosted"):
            return value
        if not is_url(value):
            self.fail(f"{value!r} is not auto, local, hosted or a URL.", param, ctx)
        try:
            return check_model(value)
        except InvalidInputError as error:
            self.fail(str(error), param, ctx)
