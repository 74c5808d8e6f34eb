"""Sentence similarity: compare by meaning."""

from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.fields import Lines, Text
from tasks.registry import Domain, task
from tasks.views import LabelScores


@task(
    title="Sentence Similarity",
    verb="Compare meanings",
    search_words="semantic search, paraphrases, duplicates, closest match, rank, compare sentences, compare texts, "
    "text comparison, similar sentences, plagiarism, semantic similarity, duplicate detection, matching",
    domain=Domain.LANGUAGE,
    examples=[
        [
            "Machine learning is so easy.",
            [
                "Deep learning is so straightforward.",
                "This is so difficult, like rocket science.",
                "I can't believe how much I struggled with this.",
            ],
        ],
        [
            "Where can I park my car?",
            ["Is there a garage nearby?", "The soup is too salty.", "Parking is free."],
        ],
    ],
)
async def sentence_similarity(
    client: AsyncInferenceClient,
    sentence: Annotated[str, Text("Sentence", placeholder="The sentence to compare with")],
    other_sentences: Annotated[list[str], Lines("Other sentences", placeholder="One sentence a line")],
) -> LabelScores:
    """Compare a sentence with others by what they mean, not by the words they share."""
    similarities = await client.sentence_similarity(sentence, other_sentences)
    return LabelScores(dict(zip(other_sentences, similarities, strict=True)))
