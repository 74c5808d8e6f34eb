"""Question answering: find the answer in a text."""

from typing import Annotated

from inference_core import AsyncInferenceClient
from inference_core.words import text
from tasks.acceptable import Example, Says
from tasks.fields import Number, Switch, Text
from tasks.registry import Domain, task
from tasks.views import Span, Spans

_HARBOUR = (
    "The lighthouse of Norhaven was built in 1874 by the engineer Ada Lindqvist. It stands 31 metres tall at the mouth "
    "of the harbour. Until 1962 a keeper lived in the small house beside it. Today the light is switched on by a "
    "computer in the city."
)
_BEES = (
    "Honey bees dance to tell their sisters where flowers are. A forager that has found food returns to the hive and "
    "runs in a figure of eight. The angle of her run shows the direction, and the length of the waggle shows how far "
    "away the flowers are."
)


@task(
    title="Question Answering",
    verb="Find the answer in a text",
    search_words="reading comprehension, extract an answer, question about a text, qa, q&a, faq, squad, "
    "extractive qa, ask a text, search a text, knowledge base, reading test, answer questions",
    domain=Domain.LANGUAGE,
    examples=[
        Example(["Who built the lighthouse?", _HARBOUR], Says(["Ada Lindqvist"])),
        Example(["When did the last keeper live there?", _HARBOUR], Says(["1962"])),
        ["Why do honey bees dance?", _BEES],
    ],
)
async def question_answering(
    client: AsyncInferenceClient,
    question: Annotated[str, Text("Question", placeholder="What do you want to know?")],
    context: Annotated[str, Text("Context", lines=6, placeholder="The text that holds the answer")],
    *,
    top_k: Annotated[int | None, Number("How many answers", 1, 20)] = None,
    max_answer_len: Annotated[int | None, Number("The longest answer, in tokens", 1, 500)] = None,
    handle_impossible_answer: Annotated[bool | None, Switch("Allow “no answer” as an answer")] = None,
) -> Spans:
    """Find the answer to a question in a text, and show it in its place."""
    found = await client.question_answering(
        question,
        context,
        top_k=top_k,
        max_answer_len=max_answer_len,
        handle_impossible_answer=handle_impossible_answer,
    )
    answers = [answer for answer in (found if isinstance(found, list) else [found]) if answer.answer.strip()]
    spans = [
        Span(answer.start, answer.end, text("results.notes.answer_label"), answer.score)
        for answer in answers
        if answer.start is not None and answer.end is not None
    ]
    note = text("results.notes.answer", answer=answers[0].answer) if answers else text("results.notes.not_in_text")
    return Spans(context, spans, note)
