"""A model for a child process that answers how many inputs it computed at once."""

import time

import msgspec

from inference_core.engine.contract import CannotAnswer, Lane, Model, ServedTask
from inference_core.engine.work.stopping import stop_if_unwanted


class Asked(msgspec.Struct):
    inputs: str
    option: int = 0


class Counting:
    name = "counting engine"

    def answer(self, body: Asked) -> object:
        """`hold SECONDS` takes so long, `refuse` is refused."""
        if body.inputs.startswith("hold"):
            time.sleep(float(body.inputs.split()[1]))
        stop_if_unwanted()
        return self.together([body])[0]

    def together(self, bodies: list[Asked]) -> list[object]:
        if any(body.inputs == "refuse" for body in bodies):
            raise CannotAnswer("text_too_long", count=9, most=8)
        return [[body.inputs, len(bodies)] for body in bodies]


MODEL = Model(
    id="a/counting",
    tasks=(
        ServedTask(
            id="scripted",
            body=Asked,
            answer=Counting.answer,
            together=Counting.together,
            answered_example={"inputs": "x"},
        ),
    ),
    words="models.vader",
    licence="none",
    load=Counting,
    lane=Lane("counting", __name__, threads=1),
)
