"""Feature extraction: texts as vectors."""

from typing import Annotated, Literal

from inference_core import AsyncInferenceClient, InvalidAnswerError
from inference_core.words import text
from tasks.fields import Choice, Lines, Switch
from tasks.registry import Domain, task
from tasks.views import Vectors


@task(
    title="Feature Extraction",
    verb="Turn texts into numbers",
    search_words="embeddings, embed a text, vectors, encode, semantic search, rag, representation, vectorize, "
    "vectorise, vector search, vector database, sentence vectors, retrieval",
    domain=Domain.LANGUAGE,
    examples=[
        [["The cat sits on the mat.", "A kitten rests on a rug.", "Interest rates rose again."]],
        [["Transformers turn text into numbers."]],
    ],
)
async def feature_extraction(
    client: AsyncInferenceClient,
    texts: Annotated[list[str], Lines("Texts", placeholder="One text a line")],
    *,
    normalize: Annotated[bool | None, Switch("Make every vector one unit long", default=True)] = None,
    truncate: Annotated[bool | None, Switch("Cut texts that are too long for the model")] = None,
    truncation_direction: Annotated[Literal["left", "right"] | None, Choice("The end at which to cut")] = None,
) -> Vectors:
    """Turn texts into vectors, in which close meanings lie close together."""
    vectors = await client.feature_extraction(
        texts, normalize=normalize, truncate=truncate, truncation_direction=truncation_direction
    )
    if not vectors.size:
        raise InvalidAnswerError("empty_list")
    # A model that does not pool has a vector per token: one row each.
    flat = vectors.reshape(-1, vectors.shape[-1])
    names = (
        texts
        if len(flat) == len(texts)
        else [text("results.notes.token", number=number) for number in range(1, len(flat) + 1)]
    )
    return Vectors(names, flat, note=text("results.notes.vectors", count=len(flat), size=flat.shape[1]))
