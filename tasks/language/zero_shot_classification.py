"""Zero-shot classification: sort a text into classes of your own."""

from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.acceptable import Example, Labelled
from tasks.fields import Switch, Text, Words
from tasks.registry import Domain, task
from tasks.views import LabelScores


@task(
    title="Zero-Shot Classification",
    verb="Sort a text by your labels",
    search_words="topics, categorise, categorize, own categories, custom labels, tag a text, classify a text, intent, "
    "classify texts, categories, tagging, topic detection, route tickets, label texts, classifier, routing",
    domain=Domain.LANGUAGE,
    examples=[
        Example(
            ["The central bank raised interest rates for the third time this year.", ["economy", "sports", "cooking"]],
            Labelled(["economy"]),
        ),
        Example(
            ["She scored twice in the last ten minutes of the match.", ["economy", "sports", "cooking"]],
            Labelled(["sports"]),
        ),
        ["Die Zentralbank hat zum dritten Mal in diesem Jahr die Zinsen erhöht.", ["Wirtschaft", "Sport", "Kochen"]],
        Example(
            ["My parcel arrived broken and I want my money back.", ["complaint", "praise", "question"]],
            Labelled(["complaint"]),
        ),
    ],
)
async def zero_shot_classification(
    client: AsyncInferenceClient,
    text: Annotated[str, Text("Text", lines=4, placeholder="A text to classify")],
    candidate_labels: Annotated[list[str], Words("Labels", placeholder="economy, sports, cooking")],
    *,
    multi_label: Annotated[bool | None, Switch("Several labels may be true")] = None,
    hypothesis_template: Annotated[
        str | None, Text("hypothesis_template", placeholder="This text is about {}.")
    ] = None,
) -> LabelScores:
    """Sort a text into classes that you name, without training on them."""
    classes = await client.zero_shot_classification(
        text, candidate_labels, multi_label=multi_label, hypothesis_template=hypothesis_template
    )
    return LabelScores({one.label: one.score for one in classes})
