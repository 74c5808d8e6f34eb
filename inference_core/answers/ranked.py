"""The answer of zero-shot classification, where servers send labels and scores side by side or one by one."""

from inference_core.answers.base import Output, ZeroShotClassificationOutputElement, many, one
from inference_core.answers.tolerant import AnswerText
from inference_core.errors import InvalidAnswerError


class _Ranked(Output, kw_only=True, eq=False):
    labels: list[AnswerText]
    scores: list[float | None] = []


_ranked, _labelled = one(_Ranked), many(ZeroShotClassificationOutputElement)


def labelled_scores(body: bytes) -> list[ZeroShotClassificationOutputElement]:
    """Decode `{sequence, labels, scores}` (also inside a list) or a list of `{label, score}`.

    If there is not one score per label, it is not known which is whose, and all are None.
    """
    if b'"labels"' not in body:
        return _labelled(body)
    try:
        ranked = _ranked(body)
    except InvalidAnswerError:  # "labels" is one of the labels
        return _labelled(body)
    scores = ranked.scores if len(ranked.scores) == len(ranked.labels) else [None] * len(ranked.labels)
    return [
        ZeroShotClassificationOutputElement(label=label, score=score, _body=ranked._body)
        for label, score in zip(ranked.labels, scores, strict=True)
    ]
