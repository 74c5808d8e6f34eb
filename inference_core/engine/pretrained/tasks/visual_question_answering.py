"""Visual question answering by a model that chooses among answers, such as ViLT, or writes one, such as BLIP."""

from typing import Any

from inference_core.engine.builtin.vision.questions import VisualQuestionAnsweringBody
from inference_core.engine.contract import CannotAnswer, Sample, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.generation import generate
from inference_core.engine.pretrained.pictures import prepared, processor, seen
from inference_core.engine.pretrained.windows import require_fit, set_window

_TOP_K = 5
_MOST_WRITTEN = 16
"""Answers that are searched for at once."""

_LONGEST = 20
"""Tokens of an answer that is written."""

_WRITING = "blip"
_CHOOSING = "vilt"


class PictureAnswerer:
    """A model that was trained with questions about pictures."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import AutoModelForVisualQuestionAnswering, AutoTokenizer

        self._processor = processor(spec)
        self._tokenizer = AutoTokenizer.from_pretrained(spec.source, **loading.place(spec))
        self._model = loading.model(AutoModelForVisualQuestionAnswering, spec)
        config = self._model.config
        if config.model_type not in (_WRITING, _CHOOSING):
            raise ValueError("Of the models that answer questions about pictures, only ViLT and BLIP need no prompt.")
        self._window = set_window(self._tokenizer, config.get_text_config())
        loading.end_when_unwanted(self._model)
        self.name = loading.name(spec, self._model)
        self.place = loading.where(self._model)

    def answer(self, body: VisualQuestionAnsweringBody) -> list[dict[str, Any]]:
        """{answer, score} per answer, best first: `top_k`, or five that are chosen or one that is written.

        Raises CannotAnswer for an unusable picture, and a question with more tokens than the model reads.
        """
        asked = body.question_and_image()
        require_fit(self._tokenizer, asked.question, self._window)
        picture = prepared(self._processor, seen(asked.image), self._model)
        question = self._tokenizer(asked.question, return_tensors="pt").to(self._model.device)
        if self._model.config.model_type == _CHOOSING:
            return self._chosen({**question, **picture}, body.parameters.top_k or _TOP_K)
        told = {name: question[name] for name in ("input_ids", "attention_mask")}
        return self._written({**told, **picture}, body.parameters.top_k or 1)

    def _chosen(self, inputs: dict[str, Any], most: int) -> list[dict[str, Any]]:
        """Each answer has a probability of its own: more than one may be right."""
        import torch

        with torch.inference_mode():
            scores = self._model(**inputs).logits[0].float().sigmoid().cpu()
        best = scores.topk(min(most, len(scores)))
        labels = self._model.config.id2label
        return [
            {"answer": labels[at], "score": score}
            for at, score in zip(best.indices.tolist(), best.values.tolist(), strict=True)
        ]

    def _written(self, inputs: dict[str, Any], most: int) -> list[dict[str, Any]]:
        """The probability of an answer is the product of those of its tokens."""
        if most > _MOST_WRITTEN:
            raise CannotAnswer("value_too_high", name="top_k", value=most, most=_MOST_WRITTEN)
        how = {"num_beams": most, "num_return_sequences": most, "length_penalty": 0.0} if most > 1 else {}
        told = {"return_dict_in_generate": True, "output_scores": True, "output_logits": True}
        made = generate(self._model, inputs, {**how, **told, "do_sample": False, "max_new_tokens": _LONGEST}, seed=None)
        scores = made.sequences_scores.exp().tolist() if most > 1 else [_probability(made)]
        texts = self._tokenizer.batch_decode(made.sequences, skip_special_tokens=True)
        best: dict[str, float] = {}
        for text, score in zip(texts, scores, strict=True):
            best.setdefault(text.strip(), score)  # the same words may have been written with other tokens
        return [{"answer": text, "score": score} for text, score in best.items()]


def _probability(made: Any) -> float:
    tokens = made.sequences[0, -len(made.logits) :]
    steps = zip(made.logits, tokens, strict=True)
    return float(sum(logits[0].float().log_softmax(-1)[token] for logits, token in steps).exp())


FAMILY = Family(
    tasks=(
        ServedTask(
            id="visual-question-answering",
            body=VisualQuestionAnsweringBody,
            answer=PictureAnswerer.answer,
            takes_files=True,
            texts=lambda body: [body.question_and_image().question],
            answered_example={"inputs": {"question": "What animal is this?", "image": Sample("lion.jpg")}},
        ),
    ),
    load=PictureAnswerer,
    needs=TRANSFORMERS,
)
