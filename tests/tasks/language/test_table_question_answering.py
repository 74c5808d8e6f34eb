"""What a table was asked is answered in words, without saying more than the model did."""

from typing import Any

import pytest

from inference_core import AsyncInferenceClient
from tasks.language.table_question_answering import table_question_answering
from tests.support import upstream

TABLE = {"Product": ["Lamp", "Chair", "Desk"], "Units": ["120", "45", "30"]}
UNITS = {"cells": ["120", "45", "30"], "coordinates": [[0, 1], [1, 1], [2, 1]]}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"answer": "SUM > 195", "aggregator": "SUM", **UNITS}, "Sum of Units: 195"),
        ({"answer": "AVERAGE > 65", "aggregator": "AVERAGE", **UNITS}, "Average of Units: 65"),
        (
            {"answer": "COUNT > 2", "aggregator": "COUNT", "cells": ["Lamp", "45"], "coordinates": [[0, 0], [1, 1]]},
            "Count of the marked cells: 2",
        ),
        (
            {"answer": "SUM > 120, 45, 30", "aggregator": "SUM", **UNITS},
            "Sum of Units: 120, 45, 30, which the model did not work out",
        ),
        ({"answer": "Lamp", "aggregator": "NONE", "cells": ["Lamp"], "coordinates": [[0, 0]]}, "Answer: Lamp"),
        ({"answer": "SUM > 1", "aggregator": "NONE", "cells": ["SUM > 1"]}, "Answer: SUM > 1"),
        ({"answer": "SUM > 9", "aggregator": "SUM", "coordinates": [[0, 99], [-1, -1]]}, "Sum of the marked cells: 9"),
        ({"answer": "{of}", "cells": []}, "Answer: {of}"),
    ],
)
async def test_the_answer_says_what_was_done_to_the_cells(answer: dict[str, Any], words: str) -> None:
    async with upstream.serving(upstream.answers(answer)) as model, AsyncInferenceClient(model.url) as client:
        assert (await table_question_answering.run(client, "How many?", TABLE)).note == words
