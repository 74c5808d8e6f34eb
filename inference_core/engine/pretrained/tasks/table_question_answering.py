"""Table question answering with a TAPAS, through transformers' pipeline."""

from typing import Any, Literal

from msgspec import Struct, field

from inference_core.engine.contract import CannotAnswer, NonEmpty, Parameters, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import PANDAS, TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family

_MOST_CELLS = 20_000

Cell = str | int | float | bool | None


class TableQuery(Struct, forbid_unknown_fields=True):
    """Cells are text in the Hub's specification; callers send numbers, true, false and null too."""

    query: NonEmpty
    table: dict[str, list[Cell]]


class TableQuestionAnsweringParameters(Parameters):
    """With `truncation`, rows at the end of a table that is too long are not read.

    `sequential` and `padding` change how questions are read together, and one request has one. `model` is ignored:
    huggingface_hub repeats the called URL here.
    """

    padding: Literal["do_not_pad", "longest", "max_length"] | None = None
    sequential: bool | None = None
    truncation: bool | None = None
    model: str | None = None


class TableQuestionAnsweringBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: TableQuery
    parameters: TableQuestionAnsweringParameters = field(default_factory=TableQuestionAnsweringParameters)


class TableReader:
    """A model that chooses cells, and what to do with them."""

    def __init__(self, spec: ModelSpec) -> None:
        self._pipeline = loading.pipeline("table-question-answering", spec)
        if self._pipeline.type != "tapas":
            raise ValueError("Of the models that read tables, only TAPAS says from which cells its answer comes.")
        self.name = loading.name(spec, self._pipeline.model)
        self.place = loading.where(self._pipeline.model)

    def answer(self, body: TableQuestionAnsweringBody) -> dict[str, Any]:
        """{answer, coordinates, cells}, and the `aggregator` if the model has such.

        Raises CannotAnswer for a table that is empty or uneven, and for one beyond the model's window that may not be
        cut.
        """
        import pandas

        asked = body.parameters
        table = pandas.DataFrame(_texts(body.inputs.table))
        if not asked.truncation:
            self._require_fit(table, body.inputs.query)
        found = self._pipeline(
            table=table,
            query=body.inputs.query,
            sequential=bool(asked.sequential),
            padding=asked.padding or "do_not_pad",
            truncation="drop_rows_to_fit" if asked.truncation else "do_not_truncate",
        )
        places = [[int(row), int(column)] for row, column in found["coordinates"]]
        return {**found, "coordinates": places}

    def _require_fit(self, table: Any, query: str) -> None:
        tokenizer = self._pipeline.tokenizer
        count = len(tokenizer(table=table, queries=query, truncation="do_not_truncate", verbose=False).input_ids)
        if count > tokenizer.model_max_length:
            raise CannotAnswer("table_has_too_many_tokens", count=count, most=tokenizer.model_max_length)


def _texts(table: dict[str, list[Cell]]) -> dict[str, list[str]]:
    """The table, all cells as text."""
    lengths = {name: len(cells) for name, cells in table.items()}
    if not any(lengths.values()):
        raise CannotAnswer("empty_table")
    if sum(lengths.values()) > _MOST_CELLS:
        raise CannotAnswer("too_many_cells", count=sum(lengths.values()), most=_MOST_CELLS)
    first, first_count = next(iter(lengths.items()))
    for name, count in lengths.items():
        if count != first_count:
            raise CannotAnswer(
                "columns_uneven", column=name[:50], count=count, first=first[:50], first_count=first_count
            )
    return {name: ["" if cell is None else str(cell) for cell in cells] for name, cells in table.items()}


_CITIES = {"City": ["Lisbon", "Porto", "Braga"], "Population": ["545000", "232000", "193000"]}

FAMILY = Family(
    tasks=(
        ServedTask(
            id="table-question-answering",
            body=TableQuestionAnsweringBody,
            answer=TableReader.answer,
            answered_example={"inputs": {"query": "Which city is largest?", "table": _CITIES}},
            refused_example={"inputs": {"query": "Which city is largest?", "table": {"City": []}}},
        ),
    ),
    load=TableReader,
    needs=(*TRANSFORMERS, *PANDAS),
)
