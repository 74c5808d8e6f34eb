"""Table question answering: rules find the operation; rows and columns are found by name or meaning."""

import msgspec

from inference_core.engine.builtin.encoder.shared import Encoder, WordHashing, shared_encoder
from inference_core.engine.builtin.lexical.keywords import keywords
from inference_core.engine.builtin.tables.answers import answer_in_every_notation
from inference_core.engine.builtin.tables.questions import read_question
from inference_core.engine.builtin.tables.table import Cell, Table, read_table
from inference_core.engine.contract import CannotAnswer, InputSizes, Lane, Model, NonEmpty, Parameters, ServedTask
from inference_core.engine.packages import ENCODER, NUMBERS, STEMMER

_MAX_CELLS = 20_000
_MAX_COLUMNS = 100
_SAMPLE_CELLS = 5
_READ_OF_A_HEADER, _READ_OF_CELLS = 60, 120
"""Characters of them that the encoder reads: for 100 columns of the longest it takes three seconds."""

# For a question about the table, the nearest column is closer than this: measured on 34 such questions, 12 others.
_UNRELATED = 0.26


class TableQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Cells are text in the Hub's specification; callers send numbers, true, false and null too."""

    query: NonEmpty
    table: dict[str, list[Cell]]


class TableQuestionAnsweringParameters(Parameters):
    """`model` is ignored: huggingface_hub repeats the called URL here."""

    model: str | None = None


class TableQuestionAnsweringBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    inputs: TableQuery
    parameters: TableQuestionAnsweringParameters = msgspec.field(default_factory=TableQuestionAnsweringParameters)


class TableQuestionAnswering:
    """Answers questions such as "What is the average price?" or "Which cities have more than 200,000 people?".

    It can sum, average, count, find the largest or smallest, compare with a limit, and look up a cell, one of these per
    question. It finds rows by the cells that the question names, and columns by name or else with the encoder.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = f"table rules on {encoder.name}"

    def answer(self, body: TableQuestionAnsweringBody) -> object:
        """{answer, coordinates, cells, aggregator}.

        Raises `CannotAnswer` for a table that is empty, has uneven columns or more than 20,000 cells, for a question
        that is not about the table, and for one that names neither a row nor an operation.
        """
        table = read_table(body.inputs.table)
        if len(table.columns) > _MAX_COLUMNS or len(table.columns) * len(table.rows) > _MAX_CELLS:
            raise CannotAnswer("table_too_large", columns=_MAX_COLUMNS, cells=_MAX_CELLS)
        nearness = self._nearness(body.inputs.query, table)
        return msgspec.to_builtins(answer_in_every_notation(read_question(body.inputs.query), table, nearness))

    def _nearness(self, question: str, table: Table) -> list[float]:
        """How near each column is to the question, by its header and its first cells."""
        headers = [column.header[:_READ_OF_A_HEADER] for column in table.columns]
        cells = [", ".join(column.cells[:_SAMPLE_CELLS])[:_READ_OF_CELLS] for column in table.columns]
        described = [f"{header}: {sample}" for header, sample in zip(headers, cells, strict=True)]
        rows = self._encoder.encode([question, *described, *headers])
        cosines = rows[1:] @ rows[0]
        described_cosines, header_cosines = cosines[: len(described)], cosines[len(described) :]
        self._refuse_unrelated(question, table, float(described_cosines.max()))
        nearness: list[float] = ((described_cosines + header_cosines) / 2).tolist()
        return nearness

    def _refuse_unrelated(self, question: str, table: Table, nearest: float) -> None:
        if isinstance(self._encoder, WordHashing):
            known = keywords(" ".join(f"{column.header} {' '.join(column.cells)}" for column in table.columns))
            is_related = bool(known & keywords(question))
        else:
            is_related = nearest >= _UNRELATED
        if not is_related:
            headers = ", ".join(column.header for column in table.columns)
            raise CannotAnswer("question_not_about_table", columns=headers)


_CITIES = {"City": ["Lisbon", "Porto", "Braga"], "Population": ["545000", "232000", "193000"]}

MODEL = Model(
    id="builtin/minilm-table-rules",
    tasks=(
        ServedTask(
            id="table-question-answering",
            body=TableQuestionAnsweringBody,
            answer=TableQuestionAnswering.answer,
            answered_example={"inputs": {"query": "Which city is largest?", "table": _CITIES}},
            refused_example={"inputs": {"query": "Who painted the Mona Lisa?", "table": _CITIES}},
        ),
    ),
    words="models.minilm_table_rules",
    licence="Apache-2.0",
    load=lambda: TableQuestionAnswering(shared_encoder()),
    level="basic",
    needs=ENCODER + NUMBERS + STEMMER,
    sizes=InputSizes(characters=10_000, cells=_MAX_CELLS, columns=_MAX_COLUMNS),
    lane=Lane("language", __name__),
)
