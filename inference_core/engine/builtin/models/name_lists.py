"""Named entities by lists of names and by capital letters, of the kinds of CoNLL 2003: PER, LOC, ORG and MISC."""

from typing import Any, Literal

from msgspec import Struct, field

from inference_core.engine.builtin.text.english import require_english
from inference_core.engine.builtin.text.entities import Entity, EntityFinder
from inference_core.engine.builtin.text.gazetteer import Gazetteer
from inference_core.engine.builtin.text.tokens import Word
from inference_core.engine.contract import Model, NonEmpty, Parameters, ServedTask
from inference_core.engine.packages import ENGLISH

OUTSIDE = "O"


class TokenClassificationParameters(Parameters):
    """`aggregation_strategy` "none" returns single words with B- and I- labels, all others return whole names.

    The others give the same result, because tokens are whole words here. `ignore_labels` lists labels to leave out, as
    B-PER or as PER; the default is ["O"].
    """

    aggregation_strategy: Literal["none", "simple", "first", "average", "max"] | None = None
    ignore_labels: list[str] | None = None


class TokenClassificationBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: TokenClassificationParameters = field(default_factory=TokenClassificationParameters)


class NameRules:
    """`score` says how reliable the rule is that found the name. It is not a probability; see `text.entities`."""

    name = "name lists (CLDR, tz database) and capitalisation rules"

    def __init__(self, finder: EntityFinder) -> None:
        self._finder = finder

    def answer(self, body: TokenClassificationBody) -> list[dict[str, Any]]:
        """The words or names in order. `word` is `inputs[start:end]`.

        Raises CannotAnswer for a text that is clearly not English.
        """
        require_english(body.inputs)
        words, names = self._finder.find(body.inputs)
        spans = _with_gaps(names, len(words))
        if body.parameters.aggregation_strategy == "none":
            rows = [row for span in spans for row in _words(body.inputs, words, span)]
        else:
            rows = [_name(body.inputs, words, span) for span in spans]
        ignored = body.parameters.ignore_labels
        return [row for row in rows if not _labels(row) & set([OUTSIDE] if ignored is None else ignored)]


def _with_gaps(names: list[Entity], count: int) -> list[Entity]:
    """The names in a text of `count` words, and what is between them, labelled as outside."""
    spans, at = [], 0
    for name in names:
        spans += [Entity(at, name.first, OUTSIDE, 1.0), name]
        at = name.last
    return [span for span in [*spans, Entity(at, count, OUTSIDE, 1.0)] if span.first < span.last]


def _words(text: str, words: list[Word], span: Entity) -> list[dict[str, Any]]:
    """One row per word. `index` is the word's number in the text, starting at 1."""
    rows = []
    for at, word in enumerate(words[span.first : span.last], start=span.first):
        tag = OUTSIDE if span.kind == OUTSIDE else f"{'B' if at == span.first else 'I'}-{span.kind}"
        placed = {"word": text[word.start : word.end], "start": word.start, "end": word.end}
        rows.append({"entity": tag, "score": span.score, "index": at + 1, **placed})
    return rows


def _name(text: str, words: list[Word], span: Entity) -> dict[str, Any]:
    start, end = words[span.first].start, words[span.last - 1].end
    return {"entity_group": span.kind, "score": span.score, "word": text[start:end], "start": start, "end": end}


def _labels(row: dict[str, Any]) -> set[str]:
    """The label of a row, with and without its B- or I-."""
    label: str = row.get("entity") or row["entity_group"]
    return {label, label.rpartition("-")[2]}


MODEL = Model(
    id="builtin/name-lists",
    tasks=(
        ServedTask(
            id="token-classification",
            body=TokenClassificationBody,
            answer=NameRules.answer,
            answered_example={"inputs": "Maria Schmidt flew from Berlin to Tokyo to meet the board of Nordwind Ltd."},
            refused_example={"inputs": "Der Zug nach München fährt heute leider nicht, weil es geschneit hat."},
        ),
    ),
    words="models.name_lists",
    licence="Apache-2.0 AND Unicode-3.0",
    load=lambda: NameRules(EntityFinder(Gazetteer.load())),
    level="basic",
    needs=ENGLISH,
)
