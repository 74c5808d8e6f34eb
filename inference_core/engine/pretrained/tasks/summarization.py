"""Summarization by an encoder with a decoder."""

from msgspec import Struct, field

from inference_core.engine.contract import NonEmpty, Parameters, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.generation import GenerationParameters
from inference_core.engine.pretrained.sequences import Rewriter, Truncation

_TASK = "summarization"


class SummarizationParameters(Parameters):
    """`truncation` other than `do_not_truncate`: of a text that is too long, only the first part is read."""

    clean_up_tokenization_spaces: bool | None = None
    generate_parameters: GenerationParameters = field(default_factory=GenerationParameters)
    truncation: Truncation | None = None


class SummarizationBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: SummarizationParameters = field(default_factory=SummarizationParameters)


class Summarizer:
    """A model that writes a summary of its own."""

    def __init__(self, spec: ModelSpec) -> None:
        self._rewriter = Rewriter(spec)
        self.name = self._rewriter.name
        self.place = self._rewriter.place

    def answer(self, body: SummarizationBody) -> list[dict[str, str]]:
        """`[{summary_text}]`. Raises CannotAnswer as `Rewriter.rewritten` does."""
        asked = body.parameters
        usual = dict(self._rewriter.usual.get(_TASK, {}))
        text = usual.pop("prefix", "") + body.inputs
        summary = self._rewriter.rewritten(
            text,
            asked.generate_parameters,
            asked.truncation,
            usual=usual,
            clean_up=asked.clean_up_tokenization_spaces,
        )
        return [{"summary_text": summary}]


_REPORT = (
    "The city council met on Monday to discuss the new tram line. The line will connect the harbour with the "
    "university in twenty minutes. Residents of the old town fear noise during the three years of construction. "
    "The mayor promised quiet rails and free parking outside the centre. The council votes on the plan in June."
)

FAMILY = Family(
    tasks=(
        ServedTask(
            id=_TASK,
            body=SummarizationBody,
            answer=Summarizer.answer,
            answered_example={"inputs": _REPORT},
        ),
    ),
    load=Summarizer,
    needs=TRANSFORMERS,
)
