"""The `candidate_labels` of zero-shot tasks: a list, or one text separated by commas, as in the API of 2023."""

from typing import Annotated

import msgspec

from inference_core.engine.contract import CannotAnswer, NonEmpty, NonEmptyOr

MOST_LABELS = 100

CandidateLabels = Annotated[list[NonEmpty], msgspec.Meta(min_length=1, max_length=MOST_LABELS)] | NonEmptyOr


def label_list(sent: list[str] | str) -> list[str]:
    """The labels as a list. Raises CannotAnswer if a text has no labels or too many."""
    if isinstance(sent, list):
        return sent
    labels = [label.strip() for label in sent.split(",") if label.strip()]
    if not 1 <= len(labels) <= MOST_LABELS:
        raise CannotAnswer("wrong_number_of_labels", count=len(labels), most=MOST_LABELS)
    return labels
