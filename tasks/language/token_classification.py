"""Token classification: find names in a text."""

from typing import Annotated, Literal

from inference_core import AsyncInferenceClient, words
from tasks.acceptable import Example, Labelled
from tasks.fields import Choice, Text, Words
from tasks.registry import Domain, task
from tasks.views import Span, Spans


@task(
    title="Token Classification",
    verb="Find names in a text",
    search_words="ner, named entity recognition, entities, person, organization, locations, anonymise, anonymize, "
    "pii, name recognition, extract names, redact, companies, personal data",
    domain=Domain.LANGUAGE,
    examples=[
        Example(
            ["Maria Schmidt flew from Berlin to Tokyo to meet the board of Nordwind Ltd."], Labelled(["PER", "PERSON"])
        ),
        ["In July, John Carter moved from Kenya to Portugal and joined the University of Lisbon."],
    ],
)
async def token_classification(
    client: AsyncInferenceClient,
    text: Annotated[str, Text("Text", lines=4, placeholder="A text with names in it")],
    *,
    aggregation_strategy: Annotated[
        Literal["none", "simple", "first", "average", "max"] | None, Choice("How tokens are joined to names")
    ] = None,
    ignore_labels: Annotated[list[str] | None, Words("ignore_labels", info="Labels to leave out")] = None,
) -> Spans:
    """Find the names of people, places and organisations, and mark them in the text."""
    found = await client.token_classification(
        text, aggregation_strategy=aggregation_strategy, ignore_labels=ignore_labels
    )
    spans = [
        Span(one.start, one.end, one.entity_group or one.entity or "", one.score)
        for one in found
        if one.start is not None and one.end is not None
    ]
    unplaced = ", ".join(one.word for one in found if one.start is None or one.end is None)
    note = words.text("results.notes.unplaced", labels=unplaced) if unplaced else ""
    return Spans(text, spans, note if found else words.text("results.notes.no_name"))
