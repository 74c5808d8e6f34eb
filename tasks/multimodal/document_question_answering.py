"""Document question answering: ask the picture of a page."""

from pathlib import Path
from typing import Annotated

from inference_core import AsyncInferenceClient
from inference_core.words import text
from tasks.acceptable import Example, Says
from tasks.fields import Number, Picture, Switch, Text
from tasks.registry import Domain, task
from tasks.samples import sample
from tasks.views import Box, Region, Regions


@task(
    title="Document Question Answering",
    verb="Ask a document",
    search_words="pdf, invoices, receipts, forms, scanned page, contracts, read a document, docvqa, bills, "
    "read an invoice, invoice processing, document understanding, document analysis, extract data, scan, "
    "form recognition",
    featured=1,
    domain=Domain.MULTIMODAL,
    examples=[
        Example([sample("invoice.png"), "What is the total?"], Says(["1,036.89"])),
        Example([sample("invoice.png"), "When is the invoice due?"], Says(["11 April 2026"])),
        Example([sample("letter.png"), "Who wrote the letter?"], Says(["Carvalho"])),
    ],
)
async def document_question_answering(
    client: AsyncInferenceClient,
    image: Annotated[Path, Picture("Page", pages=True)],
    question: Annotated[str, Text("Question", placeholder="What do you want to know?")],
    *,
    top_k: Annotated[int | None, Number("How many answers to show", 1, 20)] = None,
    handle_impossible_answer: Annotated[bool | None, Switch("Allow an empty answer")] = None,
    max_answer_len: Annotated[int | None, Number("Words of an answer at most", 1, 100)] = None,
    lang: Annotated[str | None, Text("lang", placeholder="Language of the page, such as en")] = None,
) -> Regions:
    """Answer a question about a page, and show on the page where the answer stands."""
    answers = await client.document_question_answering(
        image,
        question,
        top_k=top_k,
        handle_impossible_answer=handle_impossible_answer,
        max_answer_len=max_answer_len,
        lang=lang,
    )
    places = [Region(one.answer, Box(**box), one.score) for one in answers for box in one.boxes or ()]
    answer = " / ".join(one.answer for one in answers if one.answer)
    return Regions(
        image, places, text("results.notes.answer", answer=answer) if answer else text("results.notes.not_on_page")
    )
