"""Feature extraction and sentence similarity through sentence-transformers, which pools plain encoders too."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from inference_core.engine.contract import CannotAnswer, NonEmpty, NonEmptyOr, Parameters, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import SENTENCE_TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.at_hand import require_safe_parts
from inference_core.engine.pretrained.family import Family
from inference_core.engine.work.stopping import stop_if_unwanted

_MOST_TEXTS = 128
_AT_ONCE = 16


class FeatureExtractionBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """The parameters are next to `inputs`. `dimensions` keeps that many numbers of a vector, the first ones."""

    inputs: NonEmptyOr | Annotated[list[NonEmpty], Meta(min_length=1, max_length=_MOST_TEXTS)]
    normalize: bool | None = None
    prompt_name: str | None = None
    truncate: bool | None = None
    truncation_direction: Literal["left", "right", "Left", "Right"] | None = None
    dimensions: Annotated[int, Meta(ge=1)] | None = None
    encoding_format: Literal["float"] | None = None


class Comparison(Struct, forbid_unknown_fields=True):
    source_sentence: NonEmpty
    sentences: Annotated[list[NonEmpty], Meta(min_length=1, max_length=_MOST_TEXTS)]


class SentenceSimilarityBody(Struct, forbid_unknown_fields=True):
    inputs: Comparison
    parameters: Parameters = field(default_factory=Parameters)


class SentenceEncoder:
    """A model with a vector for each text."""

    def __init__(self, spec: ModelSpec) -> None:
        from sentence_transformers import SentenceTransformer

        require_safe_parts(spec, _modules(spec))
        options = loading.pretrained(spec)
        weights = {name: options[name] for name in ("use_safetensors", "dtype")}
        self._model = SentenceTransformer(
            spec.source, device=loading.device(spec), model_kwargs=weights, **loading.place(spec)
        )
        self.name = f"{loading.name(spec, self._model[0].auto_model)}, pooled"
        self.place = loading.where(self._model[0].auto_model)

    def vectors(self, body: FeatureExtractionBody) -> list[float] | list[list[float]]:
        """One vector for a text, a list of vectors for a list; of length 1 unless `normalize` is false.

        Raises CannotAnswer for a text longer than the model's window unless `truncate` is true, for a prompt that the
        model does not have, and for more `dimensions` than its vectors have.
        """
        return self.vectors_together([body])[0]

    def vectors_together(self, bodies: list[FeatureExtractionBody]) -> list[list[float] | list[list[float]]]:
        """The vectors of several bodies with the same options, computed at once."""
        listed = [[body.inputs] if isinstance(body.inputs, str) else body.inputs for body in bodies]
        rows = iter(self._vectors(bodies[0], [text for texts in listed for text in texts]))
        found = [list(islice(rows, len(texts))) for texts in listed]
        return [
            vectors[0] if isinstance(body.inputs, str) else vectors for body, vectors in zip(bodies, found, strict=True)
        ]

    def _vectors(self, body: FeatureExtractionBody, texts: list[str]) -> list[list[float]]:
        """The vectors of the texts, with the options of the body."""
        if not all(text.strip() for text in texts):
            raise CannotAnswer("field_empty", field="inputs")
        prompt = self._prompt(body.prompt_name)
        if not body.truncate:
            self._require_fit([prompt + text for text in texts], "text_has_too_many_tokens")
        with self._cut((body.truncation_direction or "right").lower()):
            rows = self._encoded(texts, prompt)
        if body.dimensions is not None and body.dimensions > rows.shape[1]:
            raise CannotAnswer("value_too_high", name="dimensions", value=body.dimensions, most=rows.shape[1])
        rows = rows[:, : body.dimensions]
        vectors: list[list[float]] = (rows if body.normalize is False else _unit(rows)).tolist()
        return vectors

    def similarities(self, body: SentenceSimilarityBody) -> list[float]:
        """One cosine per sentence, in their order: 1 means the same, around 0 means unrelated.

        Raises CannotAnswer for a sentence longer than the model's window: only its beginning would be compared.
        """
        texts = [body.inputs.source_sentence, *body.inputs.sentences]
        self._require_fit(texts, "sentence_has_too_many_tokens")
        rows = _unit(self._encoded(texts, ""))
        cosines: list[float] = (rows[1:] @ rows[0]).tolist()
        return cosines

    def _prompt(self, name: str | None) -> str:
        if name is None:
            return ""
        prompts: dict[str, str] = self._model.prompts
        if name not in prompts:
            known = [known for known, prompt in prompts.items() if prompt]
            if not known:
                raise CannotAnswer("fields_not_served", fields=["prompt_name"])
            raise CannotAnswer("value_not_served", name="prompt_name", value=name[:50], known=known)
        return prompts[name]

    def _require_fit(self, texts: list[str], code: str) -> None:
        window = self._model.max_seq_length
        longest = max(len(self._model.tokenizer(text, verbose=False).input_ids) for text in texts)
        if window is not None and longest > window:
            raise CannotAnswer(code, count=longest, most=window)

    @contextmanager
    def _cut(self, side: str) -> Iterator[None]:
        """A text that is too long loses its end, or with "left" its beginning."""
        usual, self._model.tokenizer.truncation_side = self._model.tokenizer.truncation_side, side
        try:
            yield
        finally:
            self._model.tokenizer.truncation_side = usual

    def _encoded(self, texts: list[str], prompt: str) -> Any:
        """A row of float32 for each text."""
        import numpy as np

        parts = []
        for first in range(0, len(texts), _AT_ONCE):
            stop_if_unwanted()
            part = texts[first : first + _AT_ONCE]
            # Without any, the model would take its default prompt.
            parts.append(self._model.encode([prompt + text for text in part], prompt="", show_progress_bar=False))
        return np.concatenate(parts).astype(np.float32)


def _modules(spec: ModelSpec) -> list[str]:
    """The folders of the model's own layers: sentence-transformers loads pickled weights if it finds no others."""
    try:
        listed = json.loads((Path(spec.source) / "modules.json").read_text(encoding="utf-8"))
    except OSError:  # a plain encoder
        return []
    return [module["path"] for module in listed if module["path"]]


def _unit(rows: Any) -> Any:
    import numpy as np

    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float32).tiny)


_SENTENCES = [
    "Deep learning is so straightforward.",
    "This is so difficult, like rocket science.",
    "I can't believe how much I struggled with this.",
]

FAMILY = Family(
    tasks=(
        ServedTask(
            id="feature-extraction",
            body=FeatureExtractionBody,
            answer=SentenceEncoder.vectors,
            together=SentenceEncoder.vectors_together,
            answered_example={"inputs": ["The cat sits on the mat.", "A kitten rests on a rug."]},
        ),
        ServedTask(
            id="sentence-similarity",
            body=SentenceSimilarityBody,
            answer=SentenceEncoder.similarities,
            answered_example={"inputs": {"source_sentence": "Machine learning is so easy.", "sentences": _SENTENCES}},
        ),
    ),
    load=SentenceEncoder,
    needs=SENTENCE_TRANSFORMERS,
)
